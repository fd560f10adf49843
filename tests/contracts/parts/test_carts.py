"""The anonymous cart of the parts client, and its way into an account."""

import re

import pytest
import time_machine

from commerce.kit import clock
from commerce.kit.limits import Limiter
from commerce.kit.tables import Table
from support.builders import PASSWORD, a_person, a_product, available
from support.client import Answer, Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("parts")
FORM = {"shipping_address": "123 Main St, City", "billing_address": "123 Main St, City", "phone": "+234123456789"}


def add(product, cookie: str | None = None, **options) -> Answer:
    return shop.post(f"/api/carts/products/{product.id}/add/", cookie=cookie, **options)


def session_of(answer: Answer) -> str:
    [cookie] = answer.cookies
    found = re.match(r"sessionid=([^;]+);", cookie)
    assert found
    return f"sessionid={found[1]}"


@pytest.mark.covers("parts", "POST", "/api/carts/products/{product_id}/add/")
@pytest.mark.covers("parts", "GET", "/api/carts/products/")
def test_an_anonymous_cart() -> None:
    product = a_product(name="Piston", price_minor=250_000)
    assert (shop.get("/api/carts/products/").status, shop.get("/api/carts/products/").body) == (
        200,
        {"message": "Cart is empty"},
    )
    answer = add(product)
    assert (answer.status, answer.body) == (200, {"message": "Added to cart"})
    cookie = session_of(answer)
    for _ in range(2):
        assert session_of(add(product, cookie)) == cookie
    shown = shop.get("/api/carts/products/", cookie=cookie)
    assert shown.body == {
        "cart_id": shown.body["cart_id"],
        "total_price": "7500.00",
        "items": [
            {
                "id": product.id,
                "product": {"id": product.id, "name": "Piston", "price": "2500.00"},
                "quantity": 3,
                "subtotal": "7500.00",
            }
        ],
    }
    assert isinstance(shown.body["cart_id"], int)


def test_the_cookie_is_closed_to_scripts_and_other_sites() -> None:
    [cookie] = add(a_product()).cookies
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"path=/", "secure", "httponly", "max-age=1209600", "samesite=lax"}


@pytest.mark.parametrize("value", ["abc123", "x" * 5000, "", "../..", "0"])
def test_an_unknown_session_is_never_adopted(value: str) -> None:
    product = a_product()
    answer = add(product, f"sessionid={value}")
    assert answer.status == 200
    assert session_of(answer) != f"sessionid={value}"
    assert shop.get("/api/carts/products/", cookie=f"sessionid={value}").body == {"message": "Cart is empty"}


def test_a_session_ends_two_weeks_after_its_last_change() -> None:
    product = a_product()
    cookie = session_of(add(product))
    with time_machine.travel(clock.now() + 13 * 86_400):
        assert session_of(add(product, cookie)) == cookie
    with time_machine.travel(clock.now() + 26 * 86_400):
        assert shop.get("/api/carts/products/", cookie=cookie).body["items"][0]["quantity"] == 2
    with time_machine.travel(clock.now() + 28 * 86_400):
        assert shop.get("/api/carts/products/", cookie=cookie).body == {"message": "Cart is empty"}
        assert session_of(add(product, cookie)) != cookie


def test_out_of_stock() -> None:
    product = a_product(stock=1)
    sold_out = add(a_product(stock=0))
    assert (sold_out.status, sold_out.body, sold_out.code) == (
        400,
        {"message": "Product is out of stock!"},
        "out_of_stock",
    )
    assert sold_out.cookies == []
    cookie = session_of(add(product))
    more = add(product, cookie)
    assert (more.status, more.body) == (400, {"message": "Product is out of stock!"})
    unknown = shop.post("/api/carts/products/1/add/")
    assert (unknown.status, unknown.body) == (404, {"detail": "Product not found."})


@pytest.mark.covers("parts", "PATCH", "/api/carts/items/{item_id}/quantity/")
@pytest.mark.covers("parts", "DELETE", "/api/carts/items/{item_id}/delete/")
def test_quantity_and_removal() -> None:
    product = a_product(stock=5)
    cookie = session_of(add(product))
    path = f"/api/carts/items/{product.id}"
    more = shop.patch(f"{path}/quantity/", cookie=cookie)
    assert (more.status, more.body) == (200, {"message": "Quantity updated", "quantity": 2})
    exact = shop.patch(f"{path}/quantity/", json={"quantity": 5}, cookie=cookie)
    assert (exact.status, exact.body) == (200, {"message": "Quantity updated", "quantity": 5})
    over = shop.patch(f"{path}/quantity/", cookie=cookie)
    assert (over.status, over.body) == (400, {"error": "Cannot increase quantity. Product is out of stock."})
    gone = shop.delete(f"{path}/delete/", cookie=cookie)
    assert (gone.status, gone.body) == (200, {"deleted": True, "id": product.id})
    for answer in (shop.delete(f"{path}/delete/", cookie=cookie), shop.patch(f"{path}/quantity/", cookie=cookie)):
        assert (answer.status, answer.body) == (404, {"detail": "Cart item not found."})


def test_somebody_elses_session_is_invisible() -> None:
    product = a_product()
    add(product)
    other = session_of(add(a_product(name="Other")))
    answer = shop.delete(f"/api/carts/items/{product.id}/delete/", cookie=other)
    assert (answer.status, answer.body) == (404, {"detail": "Cart item not found."})
    assert shop.delete(f"/api/carts/items/{product.id}/delete/").status == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://shop.test"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 200),
    ],
)
def test_pages_of_other_sites_change_nothing(headers: dict, status: int) -> None:
    product = a_product()
    cookie = session_of(add(product))
    answer = add(product, cookie, headers=headers)
    assert answer.status == status
    assert shop.get("/api/carts/products/", cookie=cookie).body["items"][0]["quantity"] == (2 if status == 200 else 1)


def test_a_login_takes_the_cart_along_once() -> None:
    buyer, one, two, three = a_person(), a_product(name="One"), a_product(name="Two", stock=3), a_product(name="Three")
    for product, times in ((one, 1), (two, 2)):
        for _ in range(times):
            add(product, token=buyer.access)
    cookie = session_of(add(one))
    for _ in range(2):
        add(one, cookie)
    add(two, cookie)
    add(three, cookie)
    login = {"email": buyer.user.email, "password": PASSWORD}
    answer = shop.post("/api/users/login/", json=login, cookie=cookie)
    assert answer.status == 200
    assert "Max-Age=0" in answer.cookies[0] or "Max-Age=-1" in answer.cookies[0]
    shown = shop.get("/api/carts/products/", token=buyer.access).body
    assert {item["product"]["name"]: item["quantity"] for item in shown["items"]} == {"One": 3, "Two": 2, "Three": 1}
    assert shop.get("/api/carts/products/", cookie=cookie).body == {"message": "Cart is empty"}
    again = shop.post("/api/users/login/", json=login, cookie=cookie)
    assert again.status == 200
    assert shop.get("/api/carts/products/", token=buyer.access).body == shown


def test_a_merge_is_capped_by_the_stock() -> None:
    buyer, product = a_person(), a_product(stock=5)
    cookie = session_of(add(product))
    for _ in range(4):
        add(product, cookie)
    from commerce.catalog.changes import ProductChange
    from commerce.catalog.service import catalog

    catalog().change(a_person(is_staff=True).principal, product.id, ProductChange(stock=2))
    shop.post("/api/users/login/", json={"email": buyer.user.email, "password": PASSWORD}, cookie=cookie)
    assert shop.get("/api/carts/products/", token=buyer.access).body["items"][0]["quantity"] == 2


@pytest.mark.covers("parts", "POST", "/api/orders/orders/create/")
def test_an_order_from_the_sessions_cart() -> None:
    buyer, product = a_person(), a_product(name="Piston", price_minor=250_000)
    cookie = session_of(add(product))
    for _ in range(2):
        add(product, cookie)
    answer = shop.post("/api/orders/orders/create/", json=FORM, token=buyer.access, cookie=cookie)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "user": buyer.id,
        "items": [{"id": 1, "product": product.id, "quantity": 3, "price": "2500.00"}],
        "total_amount": "7500.00",
        "status": "pending",
        "is_paid": False,
        "created": answer.body["created"],
    }
    assert available(product) == 47
    assert shop.get("/api/carts/products/", cookie=cookie).body == {"message": "Cart is empty"}
    assert shop.get("/api/carts/products/", token=buyer.access).body == {"message": "Cart is empty"}


def test_a_cart_cookie_gives_no_rights() -> None:
    cookie = session_of(add(a_product()))
    answer = shop.post("/api/orders/orders/create/", json=FORM, cookie=cookie)
    assert (answer.status, answer.body) == (401, {"detail": "Authentication credentials were not provided."})


def test_new_guests_of_one_network_are_limited_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.carts import service

    product = a_product()
    limiter = Limiter(Table("Carts"), {"guest_cart": (3, 3600)})
    monkeypatch.setattr(service.carts(), "_limiter", limiter)
    path = f"/api/carts/products/{product.id}/add/"
    with time_machine.travel(1_900_000_000, tick=False):
        first = shop.post(path, address="2001:db8::1")
        assert [shop.post(path, address=f"2001:db8::{number}").status for number in (2, 3, 4)] == [200, 200, 429]
        # Who has a cart goes on, and so does everybody elsewhere, and whoever has an account.
        cookie = first.cookies[0].partition(";")[0]
        assert shop.post(path, address="2001:db8::1", cookie=cookie).status == 200
        assert shop.post(path, address="2001:db8:0:1::1").status == 200
        assert shop.post(path, address="2001:db8::1", token=a_person().access).status == 200
