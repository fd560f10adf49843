"""Orders of the marketplace client, as their buyer, their sellers and staff have them."""

import os
from typing import Any

import pytest
import time_machine

from commerce.orders.model import Order
from commerce.orders.payment import Method, Provider
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order, available
from support.client import Client
from support.fake_provider import FakeProvider
from support.invariants import assert_books_hold
from support.lists import listed_for_sellers
from support.reconciling import later, visit_due

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("marketplace")
ORDERS = "/api/marketplace/orders/"
NOW = 1_900_000_000
AT = "2030-03-17T17:46:40Z"
HOME = {"street": "1 Main St", "city": "Accra", "state": "Greater Accra", "postal_code": "GA-1", "country": "GH"}
ELSEWHERE = {**HOME, "street": "2 Side St"}
FORM = {"shipping_address": HOME, "buyer_notes": "Ring twice"}


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


def fill(buyer: Person, *lines: tuple[Any, int]) -> None:
    for product, quantity in lines:
        body = {"product_id": product.id, "quantity": quantity}
        assert shop.post("/api/marketplace/cart/add_item/", json=body, token=buyer.access).status == 201


def placed(buyer: Person, *lines: tuple[Any, int]) -> int:
    """The id of the buyer's order for the lines."""
    fill(buyer, *lines)
    answer = shop.post(ORDERS, json=FORM, token=buyer.access)
    assert answer.status == 201, answer.body
    return int(answer.body["id"])


def pay(provider: FakeProvider, buyer: Person, order_id: int) -> None:
    opened = shop.post(f"/api/payments/create/{order_id}/", json={}, token=buyer.access)
    provider.pay(opened.body["reference"])
    query = {"reference": opened.body["reference"]}
    assert shop.get("/api/payments/verify/", query=query, token=buyer.access).status == 200


def act(person: Person, order_id: int, name: str, **body: Any) -> Any:
    return shop.patch(f"{ORDERS}{order_id}/{name}/", json=body, token=person.access)


def seen(person: Person, order_id: int) -> Any:
    return shop.get(f"{ORDERS}{order_id}/", token=person.access).body


def of_two_sellers() -> tuple[Person, Person, Person, int, list[Any]]:
    """A buyer, two sellers, and their order: two lamps of the first, one bulb of the second."""
    buyer, lamps, bulbs = a_person(), a_person(is_seller=True), a_person(is_seller=True)
    products = [a_product(lamps, name="Lamp", price_minor=3_000), a_product(bulbs, name="Bulb", price_minor=99)]
    return buyer, lamps, bulbs, placed(buyer, (products[0], 2), (products[1], 1)), products


def parcel(seller: Person, status: str, **known: Any) -> dict[str, Any]:
    empty = {"shipping_carrier": "", "carrier_code": "", "tracking_number": "", "shipped_at": None}
    return {"seller": seller.id, "status": status, **empty, "delivered_at": None, "cancellation_reason": "", **known}


def item(number: int, product: Any, quantity: int, price: str, total: str) -> dict[str, Any]:
    return {
        "id": number,
        "product": product.id,
        "seller": product.seller_id,
        "quantity": quantity,
        "unit_price": price,
        "total_price": total,
        "product_name": product.name,
        "product_image": None,
    }


# The buyer


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "my_orders/"),
        ("GET", "seller_orders/"),
        ("GET", "1/"),
        ("PATCH", "1/"),
        ("DELETE", "1/"),
        ("PATCH", "1/update_status/"),
        ("PATCH", "1/update_order_status/"),
        ("PATCH", "1/update_tracking/"),
        ("PATCH", "1/update_carrier_code/"),
        ("PATCH", "1/process_order/"),
        ("PATCH", "1/cancel_order/"),
        ("GET", "1/tracking_info/"),
    ],
)
def test_anonymous_is_refused(method: str, name: str) -> None:
    answer = shop.send(method, ORDERS + name, json={})
    assert (answer.status, answer.body) == (401, {"detail": "Authentication credentials were not provided."})


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/orders/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/orders/{id}/")
def test_a_cart_becomes_an_order_with_a_part_for_each_seller() -> None:
    with time_machine.travel(NOW, tick=False):
        buyer, lamps, bulbs = a_person(), a_person(is_seller=True), a_person(is_seller=True)
        lamp, bulb = a_product(lamps, name="Lamp", price_minor=3_000), a_product(bulbs, name="Bulb", price_minor=99)
        fill(buyer, (lamp, 2), (bulb, 1))
        answer = shop.post(ORDERS, json={**FORM, "status": "delivered", "total_amount": "0.01"}, token=buyer.access)
        shown = seen(buyer, answer.body["id"])
    expected = {
        "id": answer.body["id"],
        "buyer": buyer.id,
        "status": "pending_payment",
        "payment_status": "pending",
        "subtotal": "60.99",
        "shipping_cost": "0.00",
        "tax_amount": "0.00",
        "discount_amount": "0.00",
        "total_amount": "60.99",
        "shipping_address": HOME,
        "items": [item(1, lamp, 2, "30.00", "60.00"), item(2, bulb, 1, "0.99", "0.99")],
        "tracking": [parcel(lamps, "pending_payment"), parcel(bulbs, "pending_payment")],
        "buyer_notes": "Ring twice",
        "created_at": AT,
        "updated_at": AT,
        "shipped_at": None,
        "delivered_at": None,
    }
    assert (answer.status, answer.body) == (201, expected)
    assert shown == expected
    assert (available(lamp), available(bulb)) == (48, 49)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, {"shipping_address": ["This field is required."]}),
        ({"shipping_address": "1 Main St"}, {"shipping_address": ["Expected an object."]}),
        (
            {"shipping_address": {"street": " ", "country": "GH"}},
            {
                "shipping_address.street": ["This field may not be blank."],
                "shipping_address.city": ["This field is required."],
            },
        ),
        ({**FORM, "buyer_notes": 5}, {"buyer_notes": ["Not a valid string."]}),
    ],
)
def test_refused_forms_name_the_field_within_the_field(form: dict, fields: dict) -> None:
    answer = shop.post(ORDERS, json=form, token=a_person().access)
    assert (answer.status, answer.body) == (400, fields)


def test_an_empty_cart_and_a_repeated_request() -> None:
    buyer = a_person()
    empty = shop.post(ORDERS, json=FORM, token=buyer.access)
    assert (empty.status, empty.body) == (400, {"detail": "Cart is empty."})
    fill(buyer, (a_product(), 1))
    keyed = {"json": FORM, "token": buyer.access, "headers": {"Idempotency-Key": "k"}}
    first, again = shop.post(ORDERS, **keyed), shop.post(ORDERS, **keyed)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")


def test_an_order_that_nobody_pays_gives_its_stock_back_after_a_day() -> None:
    buyer, product = a_person(), a_product()
    order_id = placed(buyer, (product, 2))
    with later(minutes=24 * 60 + 5):
        visit_due()
    assert available(product) == 50
    assert orders().by_id(order_id).status is Status.CANCELLED


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/")
def test_the_buyer_changes_notes_at_any_time_and_the_address_until_it_is_paid(paystack: FakeProvider) -> None:
    buyer, lamps, _, order_id, _ = of_two_sellers()
    path, token = f"{ORDERS}{order_id}/", buyer.access
    changed = shop.patch(path, json={"shipping_address": ELSEWHERE, "status": "delivered"}, token=token)
    assert (changed.status, changed.body["shipping_address"]) == (200, ELSEWHERE)
    assert (changed.body["buyer_notes"], changed.body["status"]) == ("Ring twice", "pending_payment")
    pay(paystack, buyer, order_id)
    refused = shop.patch(path, json={"shipping_address": HOME}, token=token)
    detail = {"detail": "The address can be changed only while the order waits for its payment."}
    assert (refused.status, refused.code, refused.body) == (400, "address_fixed", detail)
    noted = shop.patch(path, json={"buyer_notes": "Call first"}, token=token)
    assert (noted.status, noted.body["buyer_notes"]) == (200, "Call first")
    assert seen(lamps, order_id)["shipping_address"] == ELSEWHERE
    assert shop.patch(path, json={"buyer_notes": "x"}, token=lamps.access).status == 403
    assert shop.patch(path, json={"buyer_notes": "x"}, token=a_person().access).status == 404


def test_the_buyer_cancels_before_it_is_taken_in_hand_and_gets_everything_back(paystack: FakeProvider) -> None:
    buyer, _, _, order_id, products = of_two_sellers()
    pay(paystack, buyer, order_id)
    cancelled = act(buyer, order_id, "update_status", status="cancelled")
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    with later(minutes=1):
        visit_due()
    assert seen(buyer, order_id)["status"] == "refunded"
    assert [part["status"] for part in seen(buyer, order_id)["tracking"]] == ["refunded", "refunded"]
    assert [available(product) for product in products] == [50, 50]
    assert sum(paystack.refunds.values()) == 6_099
    assert_books_hold(paystack)
    again = act(buyer, order_id, "update_status", status="refunded")
    assert (again.status, again.body) == (200, {"id": order_id, "status": "refunded", "payment_status": "refunded"})


def test_the_buyer_confirms_what_has_arrived_part_by_part(paystack: FakeProvider) -> None:
    buyer, lamps, bulbs, order_id, _ = of_two_sellers()
    pay(paystack, buyer, order_id)
    act(lamps, order_id, "update_tracking", tracking_number="L1")
    early = act(buyer, order_id, "update_order_status", status="delivered")
    assert (early.status, early.body["current_status"], early.body["allowed_transitions"]) == (
        400,
        "payment_confirmed",
        ["cancelled"],
    )
    arrived = act(buyer, order_id, "update_order_status", status="delivered", seller_id=lamps.id)
    assert (arrived.status, arrived.body["previous_status"], arrived.body["current_status"]) == (
        200,
        "shipped",
        "delivered",
    )
    assert arrived.body["order"]["status"] == "payment_confirmed"
    act(bulbs, order_id, "update_tracking", tracking_number="B1")
    done = act(buyer, order_id, "update_status", status="delivered")
    assert done.body == {"id": order_id, "status": "delivered", "payment_status": "paid"}
    assert seen(buyer, order_id)["delivered_at"] is not None


# Sellers


def test_a_seller_sees_their_own_lines_and_sums_and_the_address_once_it_is_paid(paystack: FakeProvider) -> None:
    with time_machine.travel(NOW, tick=False):
        buyer, lamps, bulbs, order_id, (lamp, _) = of_two_sellers()
        waiting = seen(lamps, order_id)
        pay(paystack, buyer, order_id)
        shown, other = seen(lamps, order_id), seen(bulbs, order_id)
    mine = {
        "id": order_id,
        "buyer": buyer.id,
        "subtotal": "60.00",
        "shipping_cost": "0.00",
        "tax_amount": "0.00",
        "discount_amount": "0.00",
        "total_amount": "60.00",
        "items": [item(1, lamp, 2, "30.00", "60.00")],
        "created_at": AT,
        "updated_at": AT,
        "shipped_at": None,
        "delivered_at": None,
    }
    assert waiting == {
        **mine,
        "status": "pending_payment",
        "payment_status": "pending",
        "shipping_address": None,
        "buyer_notes": "",
        "tracking": [parcel(lamps, "pending_payment")],
    }
    assert shown == {
        **mine,
        "status": "payment_confirmed",
        "payment_status": "paid",
        "shipping_address": HOME,
        "buyer_notes": "Ring twice",
        "tracking": [parcel(lamps, "payment_confirmed")],
    }
    assert other["total_amount"] == "0.99"
    hidden = shop.get(f"{ORDERS}{order_id}/", token=a_person(is_seller=True).access)
    assert (hidden.status, hidden.body) == (404, {"detail": "Order not found."})


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/process_order/")
@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/update_carrier_code/")
@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/update_tracking/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/orders/{id}/tracking_info/")
def test_a_seller_takes_their_part_in_hand_and_ships_it(paystack: FakeProvider) -> None:
    with time_machine.travel(NOW, tick=False):
        buyer, lamps, bulbs, order_id, _ = of_two_sellers()
        unpaid = act(lamps, order_id, "process_order")
        pay(paystack, buyer, order_id)
        processed = act(lamps, order_id, "process_order")
        again = act(lamps, order_id, "process_order")
        chosen = act(lamps, order_id, "update_carrier_code", carrier_code="dhl", shipping_carrier="DHL")
        shipped = act(lamps, order_id, "update_tracking", tracking_number="L1")
        corrected = act(lamps, order_id, "update_tracking", tracking_number="L2", shipping_carrier="DHL Express")
        late = act(lamps, order_id, "update_carrier_code", carrier_code="ups")
        info = {
            who.id: shop.get(f"{ORDERS}{order_id}/tracking_info/", token=who.access).body
            for who in (buyer, lamps, bulbs)
        }
    assert (unpaid.status, unpaid.body) == (
        400,
        {
            "detail": "An order that is pending cannot become awaiting_shipment.",
            "current_status": "pending_payment",
            "allowed_transitions": ["cancelled"],
        },
    )
    assert (processed.status, processed.body["status"], again.status) == (200, "awaiting_shipment", 200)
    known = {"shipping_carrier": "DHL", "carrier_code": "dhl"}
    assert chosen.body["shipping_info"] == [parcel(lamps, "awaiting_shipment", **known)]
    assert shipped.body["shipping_info"] == [parcel(lamps, "shipped", **known, tracking_number="L1", shipped_at=AT)]
    on_its_way = parcel(
        lamps, "shipped", shipping_carrier="DHL Express", carrier_code="dhl", tracking_number="L2", shipped_at=AT
    )
    assert corrected.body["shipping_info"] == corrected.body["order"]["tracking"] == [on_its_way]
    detail = {"detail": "The carrier cannot be changed any more: this part of the order is shipped."}
    assert (late.status, late.code, late.body) == (400, "part_closed", detail)
    standing = parcel(bulbs, "payment_confirmed")
    assert info == {
        buyer.id: {"order_id": order_id, "status": "payment_confirmed", "tracking": [on_its_way, standing]},
        lamps.id: {"order_id": order_id, "status": "shipped", "tracking": [on_its_way]},
        bulbs.id: {"order_id": order_id, "status": "payment_confirmed", "tracking": [standing]},
    }


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/orders/{id}/cancel_order/")
def test_a_seller_cancels_their_own_part_with_a_reason_and_no_other(paystack: FakeProvider) -> None:
    buyer, lamps, bulbs, order_id, (lamp, bulb) = of_two_sellers()
    pay(paystack, buyer, order_id)
    nameless = act(lamps, order_id, "cancel_order")
    assert (nameless.status, nameless.body) == (400, {"cancellation_reason": ["This field is required."]})
    cancelled = act(lamps, order_id, "cancel_order", cancellation_reason="Sold out")
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    with later(minutes=1):
        visit_due()
    shown = seen(buyer, order_id)
    assert (shown["status"], shown["payment_status"]) == ("payment_confirmed", "partially_refunded")
    assert shown["tracking"] == [
        parcel(lamps, "refunded", cancellation_reason="Sold out"),
        parcel(bulbs, "payment_confirmed"),
    ]
    assert (available(lamp), available(bulb)) == (50, 49)
    assert sum(paystack.refunds.values()) == 6_000
    assert_books_hold(paystack)
    act(bulbs, order_id, "update_tracking", tracking_number="B1")
    late = act(bulbs, order_id, "cancel_order", cancellation_reason="Lost")
    assert (late.status, late.body["current_status"], late.body["allowed_transitions"]) == (400, "shipped", [])


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("process_order", {}),
        ("cancel_order", {"cancellation_reason": "Mine"}),
        ("update_tracking", {"tracking_number": "X"}),
        ("update_carrier_code", {"carrier_code": "x"}),
    ],
)
def test_what_only_sellers_do(paystack: FakeProvider, name: str, body: dict) -> None:
    buyer, lamps, bulbs, order_id, _ = of_two_sellers()
    pay(paystack, buyer, order_id)
    before = orders().by_id(order_id)
    assert act(buyer, order_id, name, **body).status == 403
    assert act(a_person(is_seller=True), order_id, name, **body).status == 404
    assert act(lamps, order_id, name, **body, seller_id=bulbs.id).status == 404
    assert orders().by_id(order_id) == before


# Staff


def test_staff_says_whose_part_it_means(paystack: FakeProvider) -> None:
    buyer, _, bulbs, order_id, _ = of_two_sellers()
    staff = a_person(is_staff=True)
    pay(paystack, buyer, order_id)
    unclear = act(staff, order_id, "update_tracking", tracking_number="S1")
    assert (unclear.status, unclear.body) == (400, {"seller_id": ["Say whose part of the order is meant."]})
    clear = act(staff, order_id, "update_tracking", tracking_number="S1", seller_id=bulbs.id)
    assert [part["tracking_number"] for part in clear.body["shipping_info"]] == ["", "S1"]
    moved = act(staff, order_id, "update_order_status", status="shipped")
    assert (moved.body["previous_status"], moved.body["order"]["status"]) == ("payment_confirmed", "shipped")


def test_staff_confirms_an_unpaid_order_and_has_seen_its_money() -> None:
    _, _, _, order_id, _ = of_two_sellers()
    confirmed = act(a_person(is_staff=True), order_id, "update_status", status="paid")
    assert confirmed.body == {"id": order_id, "status": "payment_confirmed", "payment_status": "paid"}
    assert orders().by_id(order_id).captured_minor == 6_099
    assert_books_hold()


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/orders/{id}/")
def test_an_order_that_staff_deletes_is_cancelled_and_stays_on_record(paystack: FakeProvider) -> None:
    buyer, lamps, _, order_id, (lamp, _) = of_two_sellers()
    pay(paystack, buyer, order_id)
    staff, path = a_person(is_staff=True), f"{ORDERS}{order_id}/"
    assert {shop.delete(path, token=who.access).status for who in (buyer, lamps)} == {403}
    deleted = shop.delete(path, token=staff.access)
    assert (deleted.status, deleted.body) == (204, "")
    assert (seen(buyer, order_id)["status"], available(lamp)) == ("cancelled", 50)
    assert shop.delete(path, token=staff.access).status == 204
    assert_books_hold(paystack)


# Lists


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/orders/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/orders/my_orders/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/orders/seller_orders/")
def test_everybody_lists_what_is_theirs(paystack: FakeProvider) -> None:
    buyer, lamps, bulbs, first, products = of_two_sellers()
    second = placed(lamps, (products[1], 1))
    listed_for_sellers(first, second)

    def ids(person: Person, name: str = "", **query: Any) -> list[int]:
        return [order["id"] for order in shop.get(ORDERS + name, query=query, token=person.access).body]

    assert ids(buyer) == ids(buyer, "my_orders/") == [first]
    assert (ids(lamps), ids(lamps, "my_orders/"), ids(lamps, "seller_orders/")) == ([second, first], [second], [first])
    assert (ids(bulbs), ids(bulbs, "my_orders/")) == ([second, first], [])
    assert ids(a_person(is_seller=True)) == ids(a_person(is_seller=True), "seller_orders/") == []
    # Of what they bought they see all, of what they sell their part.
    whole, part = shop.get(ORDERS, token=lamps.access).body
    assert (whole["shipping_address"], part["shipping_address"]) == (HOME, None)
    assert part == seen(lamps, first)
    pay(paystack, buyer, first)
    act(bulbs, first, "process_order")
    listed_for_sellers(first)
    found = {status: ids(bulbs, "seller_orders/", status=status) for status in ("pending", "processing", "shipped")}
    assert found == {"pending": [second], "processing": [first], "shipped": []}
    refused = shop.get(f"{ORDERS}seller_orders/", query={"status": "lost"}, token=bulbs.access)
    assert (refused.status, refused.body) == (400, {"status": ["This is no status of an order."]})
    assert shop.get(f"{ORDERS}seller_orders/", token=buyer.access).status == 403


def test_pages_of_lists_that_nobody_counts() -> None:
    seller = a_person(is_seller=True)
    product = a_product(seller)
    made = [placed(a_person(), (product, 1)) for _ in range(3)]
    listed_for_sellers(*made)
    path, token = f"{ORDERS}seller_orders/", seller.access
    pages = [shop.get(path, query={"page": page, "page_size": 2}, token=token) for page in (1, 2, 3)]
    assert [[order["id"] for order in page.body] for page in pages] == [made[:0:-1], made[:1], []]
    url = f"{os.environ['BASE_URL']}{path}?page_size=2"
    assert [page.headers.get("Link") for page in pages] == [
        f'<{url}&page=2>; rel="next"',
        f'<{url}>; rel="prev"',
        f'<{url}&page=2>; rel="prev"',
    ]
    assert "X-Total-Count" not in pages[0].headers


def test_an_order_of_another_client_is_shown_in_this_one_s_fields() -> None:
    buyer, seller = a_person(), a_person(is_seller=True)
    order: Order = an_order(buyer, (a_product(seller), 1), text="12 High St, Town")
    shown = seen(buyer, order.id)["shipping_address"]
    assert shown == {"street": "12 High St, Town", "city": "", "state": "", "postal_code": "", "country": ""}


def test_a_payment_and_a_seller_s_cancellation_at_the_same_time_leave_the_books_right(paystack: FakeProvider) -> None:
    """The buyer's page is open while a seller cancels: what is paid for that part is not kept."""
    buyer, lamps, _, order_id, (lamp, _) = of_two_sellers()
    attempt = payments().initiation.start(
        buyer.principal,
        order_id,
        provider=Provider.PAYSTACK,
        method=Method.CARD,
        email=buyer.user.email,
        return_url="u",
    )
    assert act(lamps, order_id, "cancel_order", cancellation_reason="Sold out").status == 200
    paystack.pay(attempt.reference)
    payments().settlement.settle(order_id, attempt.reference)
    with later(minutes=1):
        visit_due()
    assert (seen(buyer, order_id)["total_amount"], available(lamp)) == ("0.99", 50)
    assert sum(paystack.refunds.values()) == 6_000
    assert_books_hold(paystack)
