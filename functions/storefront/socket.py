"""The storefront's socket /ws/notifications/{user_id}/: who may open it, and what is said on it: a buyer's own orders
and nothing else."""

from collections.abc import Mapping
from typing import Literal, TypedDict

from commerce.events.model import ORDER_PLACED, ORDER_STATUS_CHANGED
from commerce.kit import ids
from commerce.kit.errors import Forbidden
from commerce.kit.principal import Principal
from commerce.realtime.model import BUYER, UserEvent
from storefront.statuses import OUT

PATH = r"/ws/notifications/(?P<user_id>[0-9]+)"


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


def admit(principal: Principal, values: Mapping[str, str]) -> None:
    """Users open their own socket and no other. Raises Forbidden."""
    if ids.parse(values["user_id"]) != principal.user_id:
        raise Forbidden


def message(event: UserEvent) -> OrderNotification | OrderStatusUpdate | None:
    """The message of an event; None for what this client does not know, a seller's copy of an order among it."""
    if event.role != BUYER:
        return None
    if event.name == ORDER_PLACED:
        return _order_notification(event)
    if event.name == ORDER_STATUS_CHANGED:
        return _order_status_update(event)
    return None


def _order_notification(event: UserEvent) -> OrderNotification:
    return {
        "type": "order_notification",
        "order_id": event.payload["order_id"],
        "message": "Order created successfully",
    }


def _order_status_update(event: UserEvent) -> OrderStatusUpdate:
    order_id = event.payload["order_id"]
    old_status, new_status = OUT[event.payload["old_status"]], OUT[event.payload["new_status"]]
    return {
        "type": "order_status_update",
        "order_id": order_id,
        "old_status": old_status,
        "new_status": new_status,
        "message": f"Order #{order_id} status updated from {old_status} to {new_status}",
    }
