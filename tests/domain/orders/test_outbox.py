"""What a change of the Orders table tells the rest: the payloads, field by field, since others are built on them."""

import pytest

from commerce.events.model import OrderEvent, UnknownEvent, read_order_event
from commerce.orders.outbox import order_events

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
PART_PAYLOAD = {
    **CHANGED_PAYLOAD,
    "event_id": "OrderPartMoved:51:2:12",
    "seller_ids": [12],
    "status": "pending",
    "seller_id": 12,
}


def test_a_new_order_is_placed() -> None:
    assert order_events(None, ORDER) == [OrderEvent("OrderPlaced", PLACED_PAYLOAD)]


def test_another_status_is_a_change() -> None:
    assert order_events(ORDER, SHIPPED) == [OrderEvent("OrderStatusChanged", CHANGED_PAYLOAD)]


def test_a_part_that_moves_while_others_stand_is_told_of_to_its_buyer_and_its_seller() -> None:
    events = order_events(ORDER, moved(2, 1_736_420_400_000, s12="shipped"))
    assert events == [OrderEvent("OrderPartMoved", PART_PAYLOAD)]


def test_a_part_that_is_cancelled_and_one_that_takes_the_order_with_it() -> None:
    shipped = moved(2, 1, s12="shipped")
    events = order_events(shipped, moved(3, 2, s12="shipped", s9="cancelled"))
    # The order is shipped now, since all that is left of it is; and the cancelled part is told of by itself.
    assert [(event.name, event.payload["new_status"]) for event in events] == [
        ("OrderStatusChanged", "shipped"),
        ("OrderPartMoved", "cancelled"),
    ]


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
    assert order_events(before, after) == []


def test_the_same_fact_has_the_same_id_each_time() -> None:
    [first], [again] = order_events(ORDER, SHIPPED), order_events(dict(ORDER), dict(SHIPPED))
    assert first.id == again.id == "OrderStatusChanged:51:4"


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
