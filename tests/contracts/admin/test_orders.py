"""Orders as staff sees and moves them."""

import pytest

from commerce.kit import clock
from commerce.orders.status import ALLOWED, Actor, Status
from support.builders import a_person, a_product, an_order, available
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")
WAY = ["pending", "confirmed", "awaiting_shipment", "shipped", "delivered"]


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
        "items": "1019.99",
        "discount": "0.00",
        "shipping": "0.00",
        "tax": "0.00",
        "total": "1019.99",
        "captured": "0.00",
        "refund_promised": "0.00",
        "refunded": "0.00",
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
        "parts": [
            {
                "seller_id": seller,
                "status": "pending",
                "items": total,
                **dict.fromkeys(("discount", "tax", "shipping"), "0.00"),
                "total": total,
                **dict.fromkeys(("captured", "refund_promised", "refunded"), "0.00"),
                "moves": [*WAY[1:], "cancelled"],
            }
            for seller, total in sorted([(one.seller_id, "999.99"), (two.seller_id, "20.00")])
        ],
        "history": [
            {
                "status": "pending",
                "by": "buyer",
                "at": clock.iso(order.placed_at),
                "parts": sorted([one.seller_id, two.seller_id]),
            }
        ],
        "address": {"text": "123 Main St, City, Country"},
        "phone": "+1234567890",
        "notes": "",
        "placed_at": clock.iso(order.placed_at),
        "updated_at": clock.iso(order.placed_at),
    }
    assert (seen.status, seen.body) == (200, expected)
    moved = staff_api.patch(path(order), json={"status": "shipped"}, token=staff.access)
    now = moved.body["updated_at"]
    parts = [part | {"status": "shipped", "moves": ["delivered", "cancelled"]} for part in expected["parts"]]
    step = {"status": "shipped", "by": "staff", "at": now, "parts": [part["seller_id"] for part in parts]}
    change = {"status": "shipped", "parts": parts, "history": [*expected["history"], step], "updated_at": now}
    assert (moved.status, moved.body) == (200, expected | change)
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


def test_one_part_moves_and_the_other_stays() -> None:
    staff, one, two = a_person(is_staff=True), a_product(), a_product(name="Case", price_minor=1000)
    order = an_order(a_person(), (one, 1), (two, 2))
    said = {"status": "cancelled", "seller_id": two.seller_id}
    for _ in range(2):
        moved = staff_api.patch(path(order), json=said, token=staff.access)
        statuses = {part["seller_id"]: part["status"] for part in moved.body["parts"]}
        assert (moved.status, statuses) == (200, {one.seller_id: "pending", two.seller_id: "cancelled"})
    assert (available(one), available(two)) == (49, 50)
    stranger = staff_api.patch(path(order), json=said | {"seller_id": 1}, token=staff.access)
    assert (stranger.status, stranger.body) == (404, {"detail": "Part not found.", "code": "not_found"})


def row(order, **change) -> dict:
    said = {
        "id": order.id,
        "placed_at": clock.iso(order.placed_at),
        "buyer_id": order.buyer_id,
        "channel": "storefront",
        "status": "pending",
        "payment_status": "pending",
        "currency": "USD",
        "total": "2999.97",
        "pieces": 3,
        "sellers": 1,
    }
    return said | change


def test_orders_of_a_day_newest_first_page_by_page() -> None:
    staff, buyer, product = a_person(is_staff=True), a_person(), a_product()
    placed = [an_order(buyer, (product, 3)) for _ in range(3)]
    day = clock.iso(placed[0].placed_at)[:10]
    first = staff_api.get("/admin/api/orders/", query={"day": day, "page_size": 2}, token=staff.access)
    latest = placed[1]
    following = str(latest.id)
    assert (first.status, first.body) == (200, {"day": day, "orders": [row(placed[2]), row(latest)], "next": following})
    query = {"day": day, "page_size": 2, "after": following}
    second = staff_api.get("/admin/api/orders/", query=query, token=staff.access)
    assert (second.status, second.body) == (200, {"day": day, "orders": [row(placed[0])], "next": None})
    other = staff_api.get("/admin/api/orders/", query={"day": "2025-01-08"}, token=staff.access)
    assert (other.status, other.body) == (200, {"day": "2025-01-08", "orders": [], "next": None})


def test_today_is_what_is_shown_unless_a_day_is_said() -> None:
    staff = a_person(is_staff=True)
    placed = an_order(a_person(), (a_product(), 3))
    answer = staff_api.get("/admin/api/orders/", token=staff.access)
    assert answer.body == {"day": clock.iso(placed.placed_at)[:10], "orders": [row(placed)], "next": None}


def test_orders_of_one_buyer() -> None:
    staff, buyer, product = a_person(is_staff=True), a_person(), a_product()
    placed = [an_order(buyer, (product, 3)) for _ in range(2)]
    an_order(a_person(), (product, 1))
    answer = staff_api.get("/admin/api/orders/", query={"buyer_id": buyer.id}, token=staff.access)
    assert answer.body == {"day": None, "orders": [row(placed[1]), row(placed[0])], "next": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"day": "yesterday"}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"after": "1.2"}, "after"),
        ({"after": "1.2.x"}, "after"),
        ({"buyer_id": "me"}, "buyer_id"),
        ({"page_size": "101"}, "page_size"),
    ],
)
def test_impossible_questions(query: dict, field: str) -> None:
    answer = staff_api.get("/admin/api/orders/", query=query, token=a_person(is_staff=True).access)
    assert (answer.status, list(answer.body)) == (400, [field])
