"""The parts client's words for an order's status, one for each canonical word and back."""

from collections.abc import Mapping

from commerce.orders.model import Status

OUT: Mapping[str, str] = {
    Status.PENDING: "pending",
    Status.CONFIRMED: "confirmed",
    Status.AWAITING_SHIPMENT: "processing",
    Status.SHIPPED: "shipped",
    Status.DELIVERED: "delivered",
    Status.CANCELLED: "cancelled",
}
IN: Mapping[str, Status] = {word: Status(status) for status, word in OUT.items()}
