"""The storefront's words for an order's status, one for each canonical word."""

from collections.abc import Mapping

from commerce.orders.status import Status

OUT: Mapping[str, str] = {
    Status.PENDING: "pending",
    Status.CONFIRMED: "confirmed",
    Status.AWAITING_SHIPMENT: "processing",
    Status.SHIPPED: "shipped",
    Status.DELIVERED: "delivered",
    Status.CANCELLED: "cancelled",
}
