"""What a change of the Orders table tells the rest: the payloads, field by field, since others are built on them."""

import pytest

from commerce.events.model import OrderEvent, UnknownEvent, read_order_event
from commerce.orders.model import OrderLine, Placed
from commerce.orders.outbox import listed_parts, order_events
from commerce.orders.part import ListedPart
from commerce.orders.status import Status

ORDER = {
    "pk": "ORDER#51",
    "sk": "ORDER",
    "id": 51,
    "buyer_id": 7,
    "channel": "storefront",
    "currency": "USD",
    "version": 1,
    "updated_at": 1_736_416_800_000,
    "parts": {"12": {"items_minor": 9_000, "tax_minor": 900}, "9": {"items_minor": 99}},
}


def moved(version: int, at: int, **statuses: str) -> dict:
    """The order with parts that stand elsewhere, by seller: s12="shipped"."""
    parts = {
        seller: {**part, "status": statuses.get(f"s{seller}", "pending")} for seller, part in ORDER["parts"].items()
    }
    return {**ORDER, "version": version, "updated_at": at, "parts": parts}


SHIPPED = moved(4, 1_736_420_400_000, s9="shipped", s12="shipped")
PLACED_PAYLOAD = {
    "event_id": "OrderPlaced:51",
    "version": 1,
    "occurred_at": 1_736_416_800_000,
    "order_id": 51,
    "buyer_id": 7,
    "seller_ids": [9, 12],
    "channel": "storefront",
    "status": "pending",
    "total_minor": 9_999,
    "currency": "USD",
    "lines": [
        {"line_id": 1, "product_id": 101, "quantity": 3, "price_minor": 3_000, "total_minor": 9_000, "seller_id": 12},
        {"line_id": 2, "product_id": 102, "quantity": 1, "price_minor": 99, "total_minor": 99, "seller_id": 9},
    ],
}
CHANGED_PAYLOAD = {
    "event_id": "OrderStatusChanged:51:4",
    "version": 1,
    "occurred_at": 1_736_420_400_000,
    "order_id": 51,
    "buyer_id": 7,
    "seller_ids": [9, 12],
    "channel": "storefront",
    "status": "shipped",
    "old_status": "pending",
    "new_status": "shipped",
}
LINES = [
    OrderLine(1, 101, "Lamp", "lamp", 3_000, 3, 12, "Light", ""),
    OrderLine(2, 102, "Bulb", "bulb", 99, 1, 9, "Light", ""),
]
PLACED = Placed(1_736_416_800_000, tuple(LINES))
PART_PAYLOAD = {
    **CHANGED_PAYLOAD,
    "event_id": "OrderPartMoved:51:2:12",
    "seller_ids": [12],
    "status": "pending",
    "seller_id": 12,
    "placed_at": 1_736_416_800_000,
    "currency": "USD",
    "lines": [{"line_id": 1, "product_id": 101, "quantity": 3, "price_minor": 3_000, "total_minor": 9_000}],
    "amounts": {
        "items_minor": 9_000,
        "discount_minor": 0,
        "tax_minor": 900,
        "shipping_minor": 0,
        "total_minor": 9_900,
        "captured_minor": 0,
        "promised_minor": 0,
        "refunded_minor": 0,
    },
}


def events_of(before: dict | None, after: dict | None) -> list[OrderEvent]:
    return order_events(before, after, {51: PLACED}.__getitem__)


def test_a_new_order_is_placed() -> None:
    assert events_of(None, ORDER) == [OrderEvent("OrderPlaced", PLACED_PAYLOAD)]


def test_another_status_is_a_change_beside_the_moves_of_the_parts_that_made_it() -> None:
    changed, *moves = events_of(ORDER, SHIPPED)
    assert changed == OrderEvent("OrderStatusChanged", CHANGED_PAYLOAD)
    assert [(event.name, event.payload["seller_ids"], event.takes_order) for event in moves] == [
        ("OrderPartMoved", [9], True),
        ("OrderPartMoved", [12], True),
    ]
    assert not changed.takes_order


def test_a_part_that_moves_while_others_stand_is_told_of_to_its_buyer_and_its_seller() -> None:
    [event] = events_of(ORDER, moved(2, 1_736_420_400_000, s12="shipped"))
    assert event == OrderEvent("OrderPartMoved", PART_PAYLOAD)
    assert not event.takes_order


def test_a_part_that_is_cancelled_and_one_that_takes_the_order_with_it() -> None:
    shipped = moved(2, 1, s12="shipped")
    events = events_of(shipped, moved(3, 2, s12="shipped", s9="cancelled"))
    # The order is shipped now, since all that is left of it is; and the cancelled part is told of by itself.
    assert [(event.name, event.payload["new_status"], event.takes_order) for event in events] == [
        ("OrderStatusChanged", "shipped", False),
        ("OrderPartMoved", "cancelled", False),
    ]


def test_what_was_placed_is_looked_up_only_for_what_is_told_of_it() -> None:
    def nobody(_: int) -> Placed:
        raise AssertionError("nothing moved")

    assert order_events(ORDER, {**ORDER, "version": 2, "attempts": [{}]}, nobody) == []


def test_sellers_lists_follow_new_orders_and_moved_parts() -> None:
    assert listed_parts(None, ORDER) == [
        ListedPart(9, 51, Status.PENDING, 1),
        ListedPart(12, 51, Status.PENDING, 1),
    ]
    assert listed_parts(ORDER, moved(2, 1, s12="shipped")) == [ListedPart(12, 51, Status.SHIPPED, 2)]
    assert listed_parts(ORDER, {**ORDER, "version": 2, "attempts": [{}]}) == []
    assert listed_parts(None, {"pk": "ORDER#51", "sk": "PLACED", "lines": []}) == []
    assert listed_parts(ORDER, None) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(ORDER, {**ORDER, "version": 2, "attempts": [{}]}, id="a payment was started"),
        pytest.param(ORDER, None, id="a deleted order"),
        pytest.param(None, {"pk": "ORDER#51", "sk": "PLACED", "lines": []}, id="what was placed"),
        pytest.param(None, {"pk": "BUYER#7", "sk": "RECEIPT#4f", "answer": {}}, id="a receipt"),
        pytest.param(None, {"pk": "BOOKS", "sk": "CHECKPOINT", "until": 1}, id="the books"),
    ],
)
def test_nothing_to_tell(before: dict | None, after: dict | None) -> None:
    assert events_of(before, after) == []


def test_the_same_fact_has_the_same_id_each_time() -> None:
    first, again = events_of(ORDER, SHIPPED), events_of(dict(ORDER), dict(SHIPPED))
    ids = ["OrderStatusChanged:51:4", "OrderPartMoved:51:4:9", "OrderPartMoved:51:4:12"]
    assert [event.id for event in first] == [event.id for event in again] == ids


def test_consumers_read_a_move_as_it_was_before_it_had_lines() -> None:
    older = {name: value for name, value in PART_PAYLOAD.items() if name not in ("currency", "lines", "amounts")}
    assert read_order_event("OrderPartMoved", older).payload == older


@pytest.mark.parametrize(
    ("name", "payload"),
    [("OrderPlaced", PLACED_PAYLOAD), ("OrderStatusChanged", CHANGED_PAYLOAD), ("OrderPartMoved", PART_PAYLOAD)],
)
def test_consumers_read_what_was_published_and_ignore_what_is_new(name: str, payload: dict) -> None:
    assert read_order_event(name, payload) == OrderEvent(name, payload)
    assert read_order_event(name, {**payload, "added_later": 1}).id == payload["event_id"]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("OrderVanished", PLACED_PAYLOAD),
        ("OrderPlaced", {**PLACED_PAYLOAD, "version": 2}),
        ("OrderPlaced", {key: value for key, value in PLACED_PAYLOAD.items() if key != "buyer_id"}),
        ("OrderStatusChanged", PLACED_PAYLOAD),
    ],
)
def test_consumers_refuse_what_they_cannot_understand(name: str, payload: dict) -> None:
    with pytest.raises(UnknownEvent):
        read_order_event(name, payload)


def test_money_that_moved_is_told_by_the_entries_that_are_new() -> None:
    capture = {"key": "CAPTURE#r", "kind": "capture", "currency": "USD", "at": 5, "postings": {"seller:9": -99}}
    refund = {"key": "REFUND#1", "kind": "refund", "currency": "USD", "at": 6, "postings": {"seller:9": 99}}
    before, after = {**ORDER, "journal": [capture]}, {**ORDER, "version": 2, "journal": [capture, refund]}
    (event,) = events_of(before, after)
    assert event.name == "OrderMoneyMoved"
    assert event.payload == {
        **{name: PLACED_PAYLOAD[name] for name in PLACED_PAYLOAD.keys() - {"total_minor"}},
        "event_id": "OrderMoneyMoved:51:2",
        "entries": [{"key": "REFUND#1", "kind": "refund", "currency": "USD", "at": 6, "postings": {"seller:9": 99}}],
    }
    assert events_of(after, {**after, "version": 3}) == []
