"""A browser on a running stack. Without Chromium and its driver these tests say that they were not run."""

from collections.abc import Iterator

import pytest

from e2e.conftest import stack as stack
from support.browser import Page, chromium, programs
from support.stack import Stack


@pytest.fixture(scope="session", autouse=True)
def browser() -> tuple[str, str]:
    """The browser and its driver; asked for before a stack is started that nobody would look at."""
    found = programs()
    if found is None:
        pytest.skip("not run: Chromium and its driver are not installed (Debian: chromium, chromium-driver)")
    return found


@pytest.fixture
def page(browser: tuple[str, str]) -> Iterator[Page]:
    """An empty tab. What its console complains of fails the test."""
    with chromium(*browser) as page:
        yield page
        assert page.complaints() == []


@pytest.fixture
def panel(page: Page, stack: Stack) -> Page:
    """The panel with the demo's staff logged in."""
    page.visit(f"{stack.url}/admin")
    page.fill("Email", stack.demo["admin"]["email"])
    page.fill("Password", stack.demo["admin"]["password"])
    page.press("Log in")
    page.sees("Log out")
    return page
