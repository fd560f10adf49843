"""A browser on a running stack. Without Chromium and its driver these tests say that they were not run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
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


@dataclass(frozen=True)
class Sold:
    """An order of the demo's buyer, and the page where they pay it."""

    id: int
    product: dict[str, Any]
    total: str
    pay_url: str


@pytest.fixture
def sold(stack: Stack) -> Sold:
    """A product bought twice, its payment begun."""
    shop = stack.client("storefront", stack.login("buyer"))
    found = shop.get("/api/products/", params={"search": "headphones", "page_size": 1}).json()
    product = found["results"][0]
    restocked = staff(stack).patch(f"/products/{product['id']}/", json={"stock_change": 2})
    assert restocked.status_code == 200
    assert shop.post("/api/cart/items/", json={"product_id": product["id"], "quantity": 2}).status_code == 201
    delivery = {"shipping_address": "123 Main St, City, Country", "phone_number": "+1234567890"}
    order = shop.post("/api/orders/", json=delivery).json()
    started = shop.post(f"/api/payments/create/{order['id']}/", json={}).json()
    return Sold(order["id"], product, order["total_price"], started["authorization_url"])


def staff(stack: Stack) -> httpx.Client:
    return stack.client("admin/api", stack.login("admin"))


def settled(panel: Page, sold: Sold) -> None:
    """Open the order, whose pay page's button was pressed, once its webhook has made the payment known."""
    panel.sees("Back from the payment page")
    panel.visit(panel.run("return location.origin") + f"/admin#/orders/{sold.id}")
    reload_until(panel, "charge.success", "capture", "Refund …")


def reload_until(panel: Page, *texts: str) -> None:
    """Reload an order until it shows all of the texts: what a webhook causes is shown by a later load."""
    for _ in range(40):
        panel.run("location.reload()")
        panel.sees("Attempts")
        if all(text in panel.text for text in texts):
            return
    raise AssertionError(f"{texts} are not shown:\n{panel.text}")
