"""What a change of the Orders table tells the rest: the payloads, field by field, since others are built on them."""

import pytest
from commerce.events.outbox import order_event

from commerce.events.model import OrderEvent, UnknownEvent, read_order_event

ORDER = {
    "pk": "BUYER#7",
    "sk": "ORDER#0000000000000051",
    "order_id": 51,
    "buyer_id": 7,
    "channel": "storefront",
    "status": "pending",
    "version": 1,
    "placed_at": 1_736_416_800_000,
    "updated_at": 1_736_416_800_000,
    "total_minor": 9_999,
    "currency": "USD",
    "lines": [],
    "parts": {"12": {"status": "pending"}, "9": {"status": "pending"}},
}
SHIPPED = {**ORDER, "status": "shipped", "version": 4, "updated_at": 1_736_420_400_000}
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


def test_a_new_order_is_placed() -> None:
    assert order_event(None, ORDER) == OrderEvent("OrderPlaced", PLACED_PAYLOAD)


def test_another_status_is_a_change() -> None:
    assert order_event(ORDER, SHIPPED) == OrderEvent("OrderStatusChanged", CHANGED_PAYLOAD)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(ORDER, {**ORDER, "version": 2, "parts": {}}, id="a part moved, the order did not"),
        pytest.param(ORDER, None, id="a deleted order"),
        pytest.param(None, {"pk": "SELLER#9", "sk": "ORDER#0000000000000051", "status": "pending"}, id="a part"),
        pytest.param(None, {"pk": "BUYER#7", "sk": "RECEIPT#4f", "answer": {}}, id="a receipt"),
    ],
)
def test_nothing_to_tell(before: dict | None, after: dict | None) -> None:
    assert order_event(before, after) is None


def test_the_same_fact_has_the_same_id_each_time() -> None:
    assert order_event(ORDER, SHIPPED).id == order_event(dict(ORDER), dict(SHIPPED)).id == "OrderStatusChanged:51:4"


@pytest.mark.parametrize(
    ("name", "payload"), [("OrderPlaced", PLACED_PAYLOAD), ("OrderStatusChanged", CHANGED_PAYLOAD)]
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
