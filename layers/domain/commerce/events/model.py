"""Events: past facts that one part of the core tells the others, named and versioned like any other contract.

An event id is derived from the fact itself, so a fact that is published twice carries the same id both times and its
consumers can be idempotent. A payload only ever gains fields; what would take one away or change its meaning is a new
version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

VERSION = 1
ORDERS_SOURCE = "bazaar.orders"
ORDER_PLACED = "OrderPlaced"
ORDER_STATUS_CHANGED = "OrderStatusChanged"
ORDER_PART_MOVED = "OrderPartMoved"


class OrderFact(TypedDict):
    """What both order events say; `occurred_at` in milliseconds, `status` in the core's own words."""

    event_id: str
    version: int
    occurred_at: int
    order_id: int
    buyer_id: int
    seller_ids: list[int]
    channel: str
    status: str


class OrderPlaced(OrderFact):
    """`channel` is the contract that the order came through."""

    total_minor: int
    currency: str


class OrderStatusChanged(OrderFact):
    """The order's own status changed. `status` repeats `new_status`, so that who only wants to know where an order
    stands reads one field."""

    old_status: str
    new_status: str


class OrderPartMoved(OrderStatusChanged):
    """A seller's part moved without the order's own status following it: `old_status` and `new_status` are the part's,
    `seller_ids` names its seller alone, and `status` is the order's."""

    seller_id: int


OrderPayload = OrderPlaced | OrderStatusChanged | OrderPartMoved


@dataclass(frozen=True)
class OrderEvent:
    """One fact about one order."""

    name: str
    payload: OrderPayload

    @property
    def id(self) -> str:
        """The same for every publication of the same fact."""
        return self.payload["event_id"]


class UnknownEvent(Exception):
    """An event that this code cannot read: another name, another version, or fields missing."""


def read_order_event(name: str, payload: Mapping[str, Any]) -> OrderEvent:
    """The event behind a delivered name and payload. Raises UnknownEvent, so that what nobody understands is kept."""
    if name not in _FIELDS or payload.get("version") != VERSION:
        raise UnknownEvent(f"{name} version {payload.get('version')}")
    if missing := _FIELDS[name] - payload.keys():
        raise UnknownEvent(f"{name} without {', '.join(sorted(missing))}")
    return OrderEvent(name, cast(OrderPayload, dict(payload)))


_FIELDS = {
    ORDER_PLACED: OrderPlaced.__required_keys__,
    ORDER_STATUS_CHANGED: OrderStatusChanged.__required_keys__,
    ORDER_PART_MOVED: OrderPartMoved.__required_keys__,
}
