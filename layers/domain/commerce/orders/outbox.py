"""The Orders table as an outbox: what a change of one of its rows tells the rest of the platform."""

from collections.abc import Mapping

from commerce.events.model import (
    ORDER_PART_MOVED,
    ORDER_PLACED,
    ORDER_STATUS_CHANGED,
    VERSION,
    OrderEvent,
    OrderFact,
    OrderPartMoved,
)
from commerce.kit.attributes import Item
from commerce.orders.part import Part, part_from
from commerce.orders.status import derived_status


def order_events(before: Item | None, after: Item | None) -> list[OrderEvent]:
    """The events of one changed row of the Orders table; nobody needs to hear of most.

    `before` and `after` are the row's images. Only the order itself speaks, not what was placed nor the receipts beside
    it; and a deleted order says nothing. Raises KeyError for an order without the attributes that every order has.
    """
    if after is None or after["sk"] != "ORDER":
        return []
    parts = _parts(after)
    if before is None:
        total = sum(part.total_minor for part in parts.values())
        fact = _fact(after, f"{ORDER_PLACED}:{after['id']}", parts)
        return [OrderEvent(ORDER_PLACED, {**fact, "total_minor": total, "currency": after["currency"]})]
    earlier = _parts(before)
    old, new = _status(earlier), _status(parts)
    events: list[OrderEvent] = []
    if old != new:
        fact = _fact(after, f"{ORDER_STATUS_CHANGED}:{after['id']}:{after['version']}", parts)
        events.append(OrderEvent(ORDER_STATUS_CHANGED, {**fact, "old_status": old, "new_status": new}))
    for seller, part in sorted(parts.items()):
        # A part that takes the whole order with it is told of by the order.
        if part.status not in (earlier[seller].status, new if old != new else None):
            fact = _fact(after, f"{ORDER_PART_MOVED}:{after['id']}:{after['version']}:{seller}", parts)
            moved: OrderPartMoved = {
                **fact,
                "seller_ids": [seller],
                "seller_id": seller,
                "old_status": str(earlier[seller].status),
                "new_status": str(part.status),
            }
            events.append(OrderEvent(ORDER_PART_MOVED, moved))
    return events


def _parts(order: Item) -> dict[int, Part]:
    return {int(seller): part_from(int(seller), facts) for seller, facts in order["parts"].items()}


def _status(parts: Mapping[int, Part]) -> str:
    return str(derived_status(part.status for part in parts.values()))


def _fact(order: Item, event_id: str, parts: Mapping[int, Part]) -> OrderFact:
    return {
        "event_id": event_id,
        "version": VERSION,
        "occurred_at": order["updated_at"],
        "order_id": order["id"],
        "buyer_id": order["buyer_id"],
        "seller_ids": sorted(parts),
        "channel": order["channel"],
        "status": _status(parts),
    }
