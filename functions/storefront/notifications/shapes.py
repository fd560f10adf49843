"""What the storefront client receives on /ws/notifications/{user_id}/: a buyer's own orders and nothing else."""

from typing import Literal, TypedDict

from commerce.events.model import ORDER_PLACED, ORDER_STATUS_CHANGED
from commerce.realtime.model import BUYER, UserEvent
from storefront.statuses import OUT


class OrderNotification(TypedDict):
    type: Literal["order_notification"]
    order_id: int
    message: str


class OrderStatusUpdate(TypedDict):
    type: Literal["order_status_update"]
    order_id: int
    old_status: str
    new_status: str
    message: str


def message(entry: UserEvent) -> OrderNotification | OrderStatusUpdate | None:
    """The message of an event; None for what this client does not know, a seller's copy of an order among it."""
    if entry.role != BUYER:
        return None
    if entry.name == ORDER_PLACED:
        return _order_notification(entry)
    if entry.name == ORDER_STATUS_CHANGED:
        return _order_status_update(entry)
    return None


def _order_notification(entry: UserEvent) -> OrderNotification:
    return {
        "type": "order_notification",
        "order_id": entry.payload["order_id"],
        "message": "Order created successfully",
    }


def _order_status_update(entry: UserEvent) -> OrderStatusUpdate:
    order_id = entry.payload["order_id"]
    old_status, new_status = OUT[entry.payload["old_status"]], OUT[entry.payload["new_status"]]
    return {
        "type": "order_status_update",
        "order_id": order_id,
        "old_status": old_status,
        "new_status": new_status,
        "message": f"Order #{order_id} status updated from {old_status} to {new_status}",
    }
