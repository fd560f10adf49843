"""The Orders table as an outbox: what a change of one of its rows tells the rest of the platform."""

from commerce.events.model import ORDER_PLACED, ORDER_STATUS_CHANGED, VERSION, OrderEvent, OrderFact
from commerce.kit.items import Item


def order_event(before: Item | None, after: Item | None) -> OrderEvent | None:
    """The event of one changed row of the Orders table, or None when nobody needs to hear of it.

    `before` and `after` are the row's images. Only the order itself speaks, not its sellers' parts and not the
    receipts beside it; and a deleted order says nothing. Raises KeyError for an order without the attributes that
    every order has.
    """
    if after is None or not (after["pk"].startswith("BUYER#") and after["sk"].startswith("ORDER#")):
        return None
    if before is None:
        return _placed(after)
    if before["status"] != after["status"]:
        return _status_changed(before, after)
    return None


def _placed(order: Item) -> OrderEvent:
    fact = _fact(order, f"{ORDER_PLACED}:{order['order_id']}", order["placed_at"])
    return OrderEvent(ORDER_PLACED, {**fact, "total_minor": order["total_minor"], "currency": order["currency"]})


def _status_changed(before: Item, after: Item) -> OrderEvent:
    fact = _fact(after, f"{ORDER_STATUS_CHANGED}:{after['order_id']}:{after['version']}", after["updated_at"])
    return OrderEvent(ORDER_STATUS_CHANGED, {**fact, "old_status": before["status"], "new_status": after["status"]})


def _fact(order: Item, event_id: str, occurred_at: int) -> OrderFact:
    return {
        "event_id": event_id,
        "version": VERSION,
        "occurred_at": occurred_at,
        "order_id": order["order_id"],
        "buyer_id": order["buyer_id"],
        "seller_ids": sorted(int(seller) for seller in order["parts"]),
        "channel": order["channel"],
        "status": order["status"],
    }
