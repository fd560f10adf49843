"""Orders of the storefront."""

import pytest
import time_machine

from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from support.builders import a_person, a_product, an_order, available
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("storefront")
NOW = 1_736_330_400  # 2025-01-08T10:00:00Z
FORM = {"shipping_address": "123 Main St, City, Country", "phone_number": "+1234567890", "notes": "Leave at door"}


def fill(buyer, product, quantity: int = 2) -> None:
    shop.post("/api/cart/items/", json={"product_id": product.id, "quantity": quantity}, token=buyer.access)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/orders/"), ("POST", "/api/orders/"), ("GET", "/api/orders/1/")]
)
def test_anonymous_is_refused(method: str, path: str) -> None:
    answer = shop.send(method, path, json=FORM)
    assert (answer.status, answer.body) == (401, {"error": "Authentication credentials were not provided."})


def test_somebody_elses_order_does_not_exist() -> None:
    order = an_order(a_person(), (a_product(), 1))
    other = a_person(is_seller=True)
    answer = shop.get(f"/api/orders/{order.id}/", token=other.access)
    assert (answer.status, answer.body) == (404, {"error": "Order not found."})
    assert shop.get("/api/orders/", token=other.access).body == []


@pytest.mark.covers("storefront", "POST", "/api/orders/")
@pytest.mark.covers("storefront", "GET", "/api/orders/")
def test_an_order_takes_the_stock_and_the_cart() -> None:
    buyer, product = a_person(), a_product()
    fill(buyer, product)
    with time_machine.travel(NOW, tick=False):
        buyer_token = shop.post(
            "/auth/api/token/", json={"email": buyer.user.email, "password": "securepassword123"}
        ).body["access"]
        answer = shop.post("/api/orders/", json=FORM, token=buyer_token)
        history = shop.get("/api/orders/", token=buyer_token)
        detail = shop.get(f"/api/orders/{answer.body['id']}/", token=buyer_token)
    expected = {
        "id": answer.body["id"],
        "status": "pending",
        "items": [
            {
                "id": 1,
                "product": {
                    "id": product.id,
                    "name": "Smartphone Pro Max",
                    "price": "999.99",
                    "category_name": "Electronics",
                },
                "quantity": 2,
                "total_price": "1999.98",
            }
        ],
        "total_price": "1999.98",
        "shipping_address": "123 Main St, City, Country",
        "phone_number": "+1234567890",
        "notes": "Leave at door",
        "created_at": "2025-01-08T10:00:00Z",
    }
    assert (answer.status, answer.body) == (201, expected)
    assert (history.status, history.body) == (200, [expected])
    assert history.headers["X-Total-Count"] == "1"
    assert (detail.status, detail.body) == (200, expected)
    assert available(product) == 48
    assert shop.get("/api/cart/", token=buyer.access).body["items"] == []


def test_an_empty_cart_orders_nothing() -> None:
    answer = shop.post("/api/orders/", json=FORM, token=a_person().access)
    assert (answer.status, answer.body, answer.code) == (400, {"error": "Cart is empty."}, "cart_empty")


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"shipping_address": " "}, {"shipping_address": ["This field may not be blank."]}),
        (
            {"shipping_address": "x" * 501},
            {"shipping_address": ["Ensure this field has no more than 500 characters."]},
        ),
        ({"phone_number": "call me"}, {"phone_number": ["Enter a valid phone number."]}),
        ({"notes": 7}, {"notes": ["Not a valid string."]}),
    ],
)
def test_refused_forms_take_nothing(change: dict, body: dict) -> None:
    buyer, product = a_person(), a_product()
    fill(buyer, product)
    answer = shop.post("/api/orders/", json=FORM | change, token=buyer.access)
    assert (answer.status, answer.body) == (400, body)
    assert available(product) == 50


def test_what_a_client_may_not_say_has_no_effect() -> None:
    buyer, product = a_person(), a_product()
    fill(buyer, product, 1)
    lies = {"status": "delivered", "total_price": "0.01", "is_paid": True, "user": 1, "price": 1, "quantity": -9}
    answer = shop.post("/api/orders/", json=FORM | lies, token=buyer.access)
    assert (answer.body["status"], answer.body["total_price"]) == ("pending", "999.99")


def test_stock_that_went_meanwhile() -> None:
    buyer, product, fine = a_person(), a_product(stock=2), a_product(name="Case")
    fill(buyer, product)
    fill(buyer, fine)
    an_order(a_person(), (product, 1))
    answer = shop.post("/api/orders/", json=FORM, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "Smartphone Pro Max: only 1 left in stock."})
    an_order(a_person(), (product, 1))
    answer = shop.post("/api/orders/", json=FORM, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "Smartphone Pro Max is out of stock."})
    assert (available(product), available(fine)) == (0, 50)


def test_a_price_that_changed_is_shown_before_it_is_charged() -> None:
    buyer, product, staff = a_person(), a_product(), a_person(is_staff=True)
    fill(buyer, product)
    catalog().change(staff.principal, product.id, ProductChange(price_minor=89_999))
    answer = shop.post("/api/orders/", json=FORM, token=buyer.access)
    text = "The price of Smartphone Pro Max changed from 999.99 to 899.99."
    assert (answer.status, answer.body) == (400, {"error": text})
    assert shop.get("/api/cart/", token=buyer.access).body["total_price"] == "1799.98"
    assert shop.post("/api/orders/", json=FORM, token=buyer.access).body["total_price"] == "1799.98"


def test_a_product_that_was_hidden() -> None:
    buyer, product, staff = a_person(), a_product(), a_person(is_staff=True)
    fill(buyer, product)
    catalog().change(staff.principal, product.id, ProductChange(is_active=False))
    answer = shop.post("/api/orders/", json=FORM, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "Smartphone Pro Max is no longer available."})


def test_keyed_order_is_placed_once() -> None:
    buyer, product = a_person(), a_product()
    keyed = {"Idempotency-Key": "o1"}
    fill(buyer, product)
    first = shop.post("/api/orders/", json=FORM, token=buyer.access, headers=keyed)
    fill(buyer, product)
    again = shop.post("/api/orders/", json=FORM, token=buyer.access, headers=keyed)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert available(product) == 48
    other = shop.post("/api/orders/", json=FORM | {"notes": ""}, token=buyer.access, headers=keyed)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    stranger = a_person()
    fill(stranger, product)
    answer = shop.post("/api/orders/", json=FORM, token=stranger.access, headers=keyed)
    assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (201, None)


def test_history_is_paged_newest_first() -> None:
    buyer, product = a_person(), a_product()
    ids = [an_order(buyer, (product, 1)).id for _ in range(3)]
    first = shop.get("/api/orders/", token=buyer.access, query={"page_size": 2})
    assert [order["id"] for order in first.body] == [ids[2], ids[1]]
    assert first.headers["X-Total-Count"] == "3"
    assert first.headers["Link"] == '<https://shop.test/storefront/api/orders/?page_size=2&page=2>; rel="next"'
    second = shop.get("/api/orders/", token=buyer.access, query={"page_size": 2, "page": 2})
    assert [order["id"] for order in second.body] == [ids[0]]
    assert second.headers["Link"] == '<https://shop.test/storefront/api/orders/?page_size=2>; rel="prev"'


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page_size=101", "page=1e9", "page=", "page=%20"])
def test_bad_page_numbers_are_refused(query: str) -> None:
    assert shop.get("/api/orders/", token=a_person().access, query=query).status == 400


@pytest.mark.parametrize("number", [7, 10**9, 10**30])
def test_a_page_beyond_the_end_is_empty_and_leads_back(number: int) -> None:
    buyer = a_person()
    an_order(buyer, (a_product(), 1))
    answer = shop.get("/api/orders/", token=buyer.access, query={"page": number})
    assert (answer.status, answer.body, answer.headers["X-Total-Count"]) == (200, [], "1")
    assert answer.headers["Link"] == '<https://shop.test/storefront/api/orders/>; rel="prev"'
