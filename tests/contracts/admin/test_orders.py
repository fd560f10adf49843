"""Orders as staff sees and moves them."""

import pytest

from commerce.kit import clock
from commerce.orders.model import ALLOWED, Actor, Status
from support.builders import a_person, a_product, an_order, available
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")


def path(order) -> str:
    return f"/admin/api/orders/{order.id}/"


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_only_staff(method: str) -> None:
    buyer = a_person()
    order = an_order(buyer, (a_product(), 1))
    assert staff_api.send(method, path(order), json={"status": "shipped"}).status == 401
    for person in (buyer, a_person(is_seller=True)):
        assert staff_api.send(method, path(order), json={"status": "shipped"}, token=person.access).status == 403


def test_an_order_of_two_sellers_moves_whole() -> None:
    buyer, staff, one, two = a_person(), a_person(is_staff=True), a_product(), a_product(name="Case", price_minor=1000)
    order = an_order(buyer, (one, 1), (two, 2))
    seen = staff_api.get(path(order), token=staff.access)
    expected = {
        "id": order.id,
        "buyer_id": buyer.id,
        "channel": "storefront",
        "status": "pending",
        "payment_status": "pending",
        "currency": "USD",
        "total": "1019.99",
        "lines": [
            {
                "id": 1,
                "product_id": one.id,
                "name": "Smartphone Pro Max",
                "price": "999.99",
                "quantity": 1,
                "total": "999.99",
                "seller_id": one.seller_id,
            },
            {
                "id": 2,
                "product_id": two.id,
                "name": "Case",
                "price": "10.00",
                "quantity": 2,
                "total": "20.00",
                "seller_id": two.seller_id,
            },
        ],
        "parts": [{"seller_id": seller, "status": "pending"} for seller in sorted([one.seller_id, two.seller_id])],
        "address": {"text": "123 Main St, City, Country"},
        "phone": "+1234567890",
        "notes": "",
        "placed_at": clock.iso(order.placed_at),
        "updated_at": clock.iso(order.placed_at),
    }
    assert (seen.status, seen.body) == (200, expected)
    moved = staff_api.patch(path(order), json={"status": "shipped"}, token=staff.access)
    parts = [part | {"status": "shipped"} for part in expected["parts"]]
    assert (moved.status, moved.body) == (
        200,
        expected | {"status": "shipped", "parts": parts, "updated_at": moved.body["updated_at"]},
    )
    shown = Client("storefront").get(f"/api/orders/{order.id}/", token=buyer.access)
    assert shown.body["status"] == "shipped"


@pytest.mark.parametrize("current", Status)
@pytest.mark.parametrize("target", Status)
def test_staff_moves_anything_but_backwards(current: Status, target: Status) -> None:
    staff = a_person(is_staff=True)
    order = an_order(a_person(), (a_product(), 1))
    if current is not Status.PENDING:
        staff_api.patch(path(order), json={"status": current}, token=staff.access)
    answer = staff_api.patch(path(order), json={"status": target}, token=staff.access)
    if target is current or target in ALLOWED[Actor.STAFF].get(current, ()):
        assert (answer.status, answer.body["status"]) == (200, target)
    else:
        text = f"An order that is {current} cannot become {target}."
        assert (answer.status, answer.body) == (400, {"detail": text, "code": "transition_refused"})
        assert staff_api.get(path(order), token=staff.access).body["status"] == current


def test_cancelling_returns_the_stock_once() -> None:
    staff, product = a_person(is_staff=True), a_product()
    order = an_order(a_person(), (product, 3))
    assert available(product) == 47
    for _ in range(2):
        assert staff_api.patch(path(order), json={"status": "cancelled"}, token=staff.access).status == 200
    assert available(product) == 50


@pytest.mark.parametrize("status", ["", "Shipped", "paid", 1, None, ["shipped"]])
def test_words_that_are_not_canonical(status: object) -> None:
    order = an_order(a_person(), (a_product(), 1))
    answer = staff_api.patch(path(order), json={"status": status}, token=a_person(is_staff=True).access)
    assert (answer.status, list(answer.body)) == (400, ["status"])


def test_unknown_orders() -> None:
    answer = staff_api.patch("/admin/api/orders/1/", json={"status": "shipped"}, token=a_person(is_staff=True).access)
    assert (answer.status, answer.body) == (404, {"detail": "Order not found.", "code": "not_found"})
