"""Orders of students: placed from the cart, paid, moved by who sells, cancelled by who buys."""

import pytest

from support.builders import Person, a_person, a_product, available
from support.client import Client
from support.fake_provider import FakeProvider
from support.lists import listed_for_sellers

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")
FORM = {"shipping_address": "Room 12, North Hall", "phone_number": "+233201234567", "notes": "Ring twice"}


def at(order: dict, *more: str) -> str:
    return f"/api/orders/{order['id']}/" + "".join(f"{one}/" for one in more)


def ordered(buyer: Person, *products) -> dict:
    cart = shop.get("/api/cart/", token=buyer.access).body["id"]
    for product in products:
        shop.post(f"/api/cart/{cart}/add/", json={"product_id": product.id, "quantity": 2}, token=buyer.access)
    answer = shop.post("/api/orders/", json=FORM, token=buyer.access)
    assert answer.status == 201, answer.body
    return answer.body


def paid(buyer: Person, order: dict) -> None:
    provider = FakeProvider().install()
    opened = shop.post(f"/api/payments/create/{order['id']}/", json={}, token=buyer.access)
    assert opened.status == 200, opened.body
    provider.pay(opened.body["reference"])
    query = {"reference": opened.body["reference"]}
    assert shop.get("/api/payments/verify/", query=query, token=buyer.access).status == 200


def test_a_cart_becomes_an_order() -> None:
    buyer, product = a_person(), a_product(price_minor=1_250)
    order = ordered(buyer, product)
    assert order == {
        "id": order["id"],
        "buyer": buyer.id,
        "status": "pending",
        "payment_status": "pending",
        "items": [
            {
                "id": order["items"][0]["id"],
                "product": product.id,
                "title": product.name,
                "student": product.seller_id,
                "price": 12.5,
                "quantity": 2,
                "total": 25.0,
            }
        ],
        "total_items": 2,
        "total_amount": 25.0,
        "shipping_address": "Room 12, North Hall",
        "phone_number": "+233201234567",
        "notes": "Ring twice",
        "created_at": order["created_at"],
        "updated_at": order["created_at"],
    }
    assert available(product) == 48
    history = shop.get("/api/orders/", token=buyer.access)
    assert (history.status, history.body, history.headers["X-Total-Count"]) == (200, [order], "1")
    assert shop.get(at(order), token=buyer.access).body == order
    assert shop.get("/api/orders/", token=a_person().access).body == []


def test_a_sale_from_payment_to_delivery() -> None:
    seller, rival, buyer = a_person(is_seller=True), a_person(is_seller=True), a_person()
    mine, theirs = a_product(seller, name="Mine"), a_product(rival, name="Theirs")
    order = ordered(buyer, mine, theirs)
    early = shop.patch(at(order), json={"status": "confirmed"}, token=seller.access)
    allowed = {"current_status": "pending", "allowed_transitions": ["cancelled"]}
    assert (early.status, early.body["code"], early.body["details"]) == (400, "transition_refused", allowed)
    assert shop.get(at(order), token=seller.access).body["shipping_address"] == ""
    paid(buyer, order)
    listed_for_sellers(order["id"])
    [sale] = shop.get("/api/orders/sales/", token=seller.access).body
    assert ([item["title"] for item in sale["items"]], sale["total_amount"]) == (["Mine"], 1999.98)
    assert sale["shipping_address"] == FORM["shipping_address"]
    assert shop.get("/api/orders/sales/", query="status=shipped", token=seller.access).body == []
    for status in ("awaiting_shipment", "shipped"):
        moved = shop.patch(at(order), json={"status": status}, token=seller.access)
        assert (moved.status, moved.body["status"]) == (200, status)
    cancelled = shop.post(at(order, "cancel"), token=rival.access)
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    assert available(theirs) == 50
    arrived = shop.patch(at(order), json={"status": "delivered"}, token=buyer.access)
    assert (arrived.status, arrived.body["status"]) == (200, "delivered")


def test_a_buyer_cancels() -> None:
    buyer, product = a_person(), a_product()
    order = ordered(buyer, product)
    cancelled = shop.post(at(order, "cancel"), token=buyer.access)
    assert (cancelled.status, cancelled.body["status"], available(product)) == (200, "cancelled", 50)
    assert shop.post(at(order, "cancel"), token=buyer.access).status == 200


def test_what_orders_refuse() -> None:
    buyer, stranger, product = a_person(), a_person(), a_product()
    empty = shop.post("/api/orders/", json=FORM, token=buyer.access)
    assert (empty.status, empty.body["code"]) == (400, "cart_empty")
    order = ordered(buyer, product)
    for said, field in (
        ({"shipping_address": None}, "shipping_address"),
        ({"shipping_address": " "}, "shipping_address"),
        ({"shipping_address": {"street": "x"}}, "shipping_address"),
        ({"shipping_address": "x" * 501}, "shipping_address"),
        ({"phone_number": 5}, "phone_number"),
        ({"phone_number": "call me"}, "phone_number"),
        ({"notes": "x" * 1_001}, "notes"),
    ):
        answer = shop.post("/api/orders/", json=FORM | said, token=buyer.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    for said, field in (
        ({}, "status"),
        ({"status": "lost"}, "status"),
        ({"status": 1}, "status"),
        ({"status": "shipped", "seller_id": "x"}, "seller_id"),
    ):
        answer = shop.patch(at(order), json=said, token=buyer.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    for method, path in (("GET", at(order)), ("PATCH", at(order)), ("POST", at(order, "cancel"))):
        answer = shop.send(method, path, json={"status": "cancelled"}, token=stranger.access)
        assert (answer.status, answer.body) == (404, {"error": "Order not found.", "code": "not_found"})
    assert shop.get("/api/orders/sales/", query="status=lost", token=buyer.access).status == 422
    assert shop.get("/api/orders/sales/", token=stranger.access).body == []


def test_paying_twice_brings_the_open_payment() -> None:
    FakeProvider().install()
    buyer = a_person()
    order = ordered(buyer, a_product())
    path = f"/api/payments/create/{order['id']}/"
    opened = shop.post(path, json={}, token=buyer.access)
    again = shop.post(path, json={}, token=buyer.access)
    assert (again.status, again.body["code"], again.body["reference"]) == (
        400,
        "payment_started",
        opened.body["reference"],
    )
