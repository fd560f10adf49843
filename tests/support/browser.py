"""Headless Chromium, driven as a person would: by labels and names, never by the page's inner structure."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

TIMEOUT_SECONDS = 30
_CONTROLS = "self::input or self::select or self::textarea"


def programs() -> tuple[str, str] | None:
    """The paths of a Chromium and of its driver, None when this machine has none."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Page:
    """A browser's only tab. What is looked for is waited for, since pages load while one looks."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    def visit(self, url: str) -> None:
        self.chrome.get(url)

    def sees(self, text: str) -> None:
        """Wait until the page shows the text."""
        self.until(lambda: text in self.text, f"{text!r} is not shown")

    def fill(self, label: str, value: str) -> None:
        """Write into the control of that label, instead of what stands there."""

        def write() -> bool:
            control = self._control(label)
            if control.tag_name == "select":
                Select(control).select_by_visible_text(value)
                return True
            control.clear()
            control.send_keys(value)
            return bool(control.get_attribute("value") == value)

        self.until(write, f"no control is labelled {label!r}")

    def choose(self, label: str, file: Path) -> None:
        """Choose a file in the control of that label."""

        def write() -> bool:
            self._control(label).send_keys(str(file))
            return True

        self.until(write, f"no control is labelled {label!r}")

    def tick(self, label: str) -> None:
        """Click the checkbox of that label."""

        def click() -> bool:
            self._control(label).click()
            return True

        self.until(click, f"no checkbox is labelled {label!r}")

    def press(self, name: str) -> None:
        """Press the button, or follow the link, of that name."""

        def press() -> bool:
            self.named(name).click()
            return True

        self.until(press, f"nothing to press is named {name!r}")

    def named(self, name: str) -> WebElement:
        """The visible button or link of that name that can be pressed. Raises LookupError."""
        said = f"@aria-label={_quoted(name)} or (not(@aria-label) and normalize-space(.)={_quoted(name)})"
        found = self.chrome.find_elements(By.XPATH, f"//*[self::button or self::a][{said}]")
        for element in found:
            if element.is_displayed() and element.is_enabled():
                return element
        raise LookupError(name)

    def until(self, attempt: Callable[[], bool], problem: str) -> None:
        """Wait until the attempt answers true; `problem` says what it means when it never does."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        last: Exception | None = None
        while time.monotonic() < deadline:
            try:
                if attempt():
                    return
            except (LookupError, StaleElementReferenceException, WebDriverException) as error:
                last = error
            time.sleep(0.1)
        raise AssertionError(f"{problem} on {self.chrome.current_url}:\n{self.text[:2000]}") from last

    @property
    def text(self) -> str:
        return str(self.chrome.find_element(By.TAG_NAME, "body").text)

    def run(self, script: str, *values: Any) -> Any:
        """What a script answers in the page."""
        return self.chrome.execute_script(script, *values)

    def complaints(self) -> list[str]:
        """What the browser's console was told since it was last asked, errors only."""
        return [entry["message"] for entry in self.chrome.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]

    def narrowed(self, width: int, height: int = 800) -> None:
        """Look through a window of that size, as on a phone."""
        sizes = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)

    def _control(self, label: str) -> WebElement:
        quoted = _quoted(label)
        by_label = f"//*[@id=//label[normalize-space(.)={quoted}]/@for]"
        around = f"//label[normalize-space(.)={quoted}]//*[{_CONTROLS}]"
        itself = f"//*[{_CONTROLS}][@aria-label={quoted}]"
        for element in self.chrome.find_elements(By.XPATH, f"{by_label} | {around} | {itself}"):
            if element.is_displayed():
                return element
        raise LookupError(label)


@contextmanager
def chromium(browser: str, driver: str) -> Iterator[Page]:
    """A new browser with a profile of its own; it ends with the context."""
    options = ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", "--lang=en"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    try:
        yield Page(chrome)
    finally:
        chrome.quit()


def _quoted(text: str) -> str:
    """A text as an XPath literal, which knows no escapes."""
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'"
