"""The admin panel in a browser: what staff does there in a day, and what no page may do."""

import re

from selenium.webdriver.common.keys import Keys

from panel.conftest import Sold, reload_until, settled, staff
from support.browser import Page
from support.stack import Stack


def test_a_paid_order_is_seen_moved_and_refunded(panel: Page, page: Page, stack: Stack, sold: Sold) -> None:
    page.visit(sold.pay_url)
    page.press("Pay")
    settled(panel, sold)
    # The provider's page has no icon; that is no complaint about the panel.
    assert all("/favicon.ico" in complaint for complaint in page.complaints())
    panel.press("Orders")
    panel.sees(str(sold.id))
    panel.press(str(sold.id))
    panel.sees(f"Order {sold.id}")
    panel.sees("provider:paystack")

    [part] = staff(stack).get(f"/orders/{sold.id}/").json()["parts"]
    panel.fill(f"New status of seller {part['seller_id']}'s part", "awaiting shipment")
    panel.press("Move")
    panel.sees("Moved the whole order to awaiting shipment.")

    panel.press("Refund …")
    panel.fill("Amount in USD", "1.00")
    panel.fill("Reason", "A scratch on the left one")
    panel.press("Refund 1.00 USD")
    panel.sees("Refund of 1.00 USD is ")
    reload_until(panel, "A scratch on the left one", "partially refunded")
    seen = staff(stack).get(f"/orders/{sold.id}/").json()
    assert (seen["status"], seen["refunded"], seen["captured"]) == ("awaiting_shipment", "1.00", sold.total)

    # What was sold is counted a moment later.
    panel.until(lambda: staff(stack).get("/sales/").json()["currencies"][0]["sellers"] != [], "nothing is counted")
    panel.press("Sales")
    panel.sees("By seller")
    drawn = """
        const canvas = document.querySelector('figure canvas');
        if (!canvas) return 0;
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, index) => index % 4 === 3 && value > 0).length;
    """
    panel.until(lambda: panel.run(drawn) > 500, "no chart is drawn")
    panel.press("Books")
    panel.sees("Everything adds up")
    panel.press("Audit trail")
    panel.sees("order refunded")
    panel.sees("order moved")


def test_stock_is_set_and_a_product_hidden_and_shown(panel: Page, stack: Stack) -> None:
    panel.press("Products")
    panel.fill("Search", "headphones")
    panel.press("Find")
    panel.sees("products")
    api = staff(stack)
    [product, *_] = api.get("/products/", params={"search": "headphones"}).json()["products"]
    # Three pieces come while the page is open; then seven.
    api.patch(f"/products/{product['id']}/", json={"stock_change": 3}).raise_for_status()
    panel.fill(f"Stock change of {product['name']}", "7")
    panel.press(f"Change the stock of {product['name']}")
    panel.sees(f"Stock of {product['name']} is {product['stock'] + 10}.")
    assert api.get(f"/products/{product['id']}/").json()["stock"] == product["stock"] + 10
    panel.press(f"Hide {product['name']}")
    panel.sees(f"{product['name']} is now hidden.")
    assert product["id"] in [one["id"] for one in api.get("/products/hidden/").json()["products"]]
    panel.press(f"Show {product['name']}")
    panel.sees(f"{product['name']} is now shown.")
    assert api.get(f"/products/{product['id']}/").json()["is_active"] is True


def test_an_account_is_closed_and_opened(panel: Page, stack: Stack) -> None:
    email = f"panel{stack.client('storefront').get('/api/products/').elapsed.microseconds}@example.com"
    login = {"email": email, "password": "quartz-meadow-91"}
    shop = stack.client("storefront")
    person = login | {"username": email.partition("@")[0], "password_confirm": login["password"]}
    assert shop.post("/auth/api/register/", json=person).status_code == 201
    panel.press("Users")
    panel.fill("Email", email)
    panel.press("Find")
    panel.press(f"Close the account of {email}")
    panel.press("Cancel")
    assert shop.post("/auth/api/token/", json=login).status_code == 200
    panel.press(f"Close the account of {email}")
    panel.press("Close account")
    panel.sees(f"{email} is closed.")
    assert shop.post("/auth/api/token/", json=login).status_code == 401
    panel.press(f"Open the account of {email}")
    panel.sees(f"{email} is open again.")
    assert shop.post("/auth/api/token/", json=login).status_code == 200


def test_whoever_is_not_staff_stays_outside(page: Page, stack: Stack) -> None:
    page.visit(f"{stack.url}/admin/")
    page.fill("Email", stack.demo["buyer"]["email"])
    page.fill("Password", stack.demo["buyer"]["password"])
    page.press("Log in")
    page.sees("This account has no staff access.")
    page.fill("Password", "a wrong one")
    page.press("Log in")
    page.sees("Email or password is wrong.")
    assert page.run("return localStorage.length") == 0
    refusals = page.complaints()
    assert all(re.search(r"status of 40[13]", refusal) for refusal in refusals)


def test_a_session_goes_on_with_its_refresh_token_and_ends_without(panel: Page) -> None:
    spoil = """
        const kept = JSON.parse(localStorage.getItem('bazaar.staff'));
        localStorage.setItem('bazaar.staff', JSON.stringify({...kept, ...arguments[0]}));
        location.reload();
    """
    panel.run(spoil, {"access": "spoilt"})
    panel.sees("Log out")
    panel.press("Audit trail")
    panel.sees("Staff actions")
    panel.run(spoil, {"access": "spoilt", "refresh": "spoilt"})
    panel.sees("Your session has ended. Please log in again.")
    assert panel.run("return localStorage.length") == 0
    assert all("401" in refusal for refusal in panel.complaints())


def test_a_server_that_fails_does_not_end_the_session(panel: Page) -> None:
    panel.run("""
        const kept = JSON.parse(localStorage.getItem('bazaar.staff'));
        localStorage.setItem('bazaar.staff', JSON.stringify({...kept, access: 'spoilt'}));
        dispatchEvent(new StorageEvent('storage', {key: 'bazaar.staff'}));
        window.realFetch = window.fetch;
        window.fetch = (path, said) => path.endsWith('/auth/refresh/')
            ? Promise.resolve(new Response('{}', {status: 503})) : window.realFetch(path, said);
    """)
    panel.press("Audit trail")
    panel.sees("The server answered 503.")
    panel.run("window.fetch = window.realFetch")
    panel.press("Users")
    panel.sees("Newest accounts")
    assert all("401" in refusal for refusal in panel.complaints())


def test_tabs_share_one_session(panel: Page, stack: Stack) -> None:
    first = panel.chrome.current_window_handle
    panel.chrome.switch_to.new_window("tab")
    panel.visit(f"{stack.url}/admin")
    panel.sees("Log out")
    panel.press("Log out")
    panel.sees("Log in")
    panel.chrome.close()
    panel.chrome.switch_to.window(first)
    panel.sees("Your session has ended. Please log in again.")


def test_names_of_products_are_text_and_nothing_else(panel: Page, stack: Stack) -> None:
    name = "<img src=x onerror=\"document.title='broken'\">"
    api = staff(stack)
    category = api.get("/categories/").json()[0]["slug"]
    said = {"name": name, "price": "1.00", "stock": 0, "category": category, "is_active": False}
    made = api.post("/products/", json=said)
    assert made.status_code == 201
    panel.press("Products")
    panel.tick("Only hidden products, latest first")
    panel.press("Find")
    panel.sees(name)
    panel.press("Audit trail")
    panel.sees(name)
    panel.visit(f"{stack.url}/admin#/products/{made.json()['id']}")
    panel.sees(name)
    assert panel.run("return document.title") == "Products · Bazaar staff"


SECTIONS = ("Orders", "Attention", "Products", "Categories", "Users", "Sales", "Books", "Audit trail")


def test_every_control_has_a_name_and_every_page_fits_a_phone(panel: Page, sold: Sold) -> None:
    panel.narrowed(360)
    nameless = """
        return [...document.querySelectorAll('input, select, textarea, button')]
            .filter((one) => !(one.labels?.length || one.ariaLabel || one.textContent.trim()))
            .map((one) => one.outerHTML);
    """
    for section in SECTIONS:
        panel.press(section)
        panel.sees(section)
        panel.until(lambda: "Loading …" not in panel.text, "the page does not load")
        assert panel.run(nameless) == []
        assert panel.run("return document.documentElement.scrollWidth") <= 360, section
        assert panel.run("return document.activeElement.tagName") == "H1"
    panel.visit(panel.run("return location.origin") + f"/admin#/orders/{sold.id}")
    panel.sees("Attempts")
    assert panel.run(nameless) == []
    assert panel.run("return document.documentElement.scrollWidth") <= 360


def test_the_keyboard_is_enough(panel: Page, sold: Sold) -> None:
    panel.visit(panel.run("return location.origin") + f"/admin#/orders/{sold.id}")
    panel.sees("Confirm payment …")
    panel.named("Confirm payment …").send_keys(Keys.ENTER)
    panel.sees("Confirm the payment of order")
    inside = "return document.querySelector('dialog').contains(document.activeElement)"
    assert panel.run(inside)
    panel.chrome.switch_to.active_element.send_keys(Keys.ESCAPE)
    panel.until(lambda: not panel.run("return document.querySelector('dialog')"), "the dialog stays")
    panel.sees("Confirm payment …")


def test_nothing_is_loaded_from_elsewhere_and_no_token_is_in_an_address(panel: Page, stack: Stack) -> None:
    for section in SECTIONS:
        panel.press(section)
        panel.sees(section)
    panel.until(lambda: panel.run("return document.querySelector('h1').textContent") == SECTIONS[-1], "not there")
    addresses = panel.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    tokens = panel.run("return Object.values(JSON.parse(localStorage.getItem('bazaar.staff')))")
    assert all(address.startswith(f"{stack.url}/") for address in addresses)
    assert not [address for address in addresses if any(token in address for token in tokens)]
    assert panel.run("return document.cookie") == ""
