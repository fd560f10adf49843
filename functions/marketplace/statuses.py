"""The marketplace client's words for an order's status, in both directions.

It has one word for fulfilment and payment together: a cancelled order whose money has all gone back is `refunded`. Who
moves an order there cancels it, which gives back whatever was paid.
"""

from collections.abc import Mapping

from commerce.orders.status import PaymentStatus, Status

OUT: Mapping[str, str] = {
    Status.PENDING: "pending_payment",
    Status.CONFIRMED: "payment_confirmed",
    Status.AWAITING_SHIPMENT: "awaiting_shipment",
    Status.SHIPPED: "shipped",
    Status.DELIVERED: "delivered",
    Status.CANCELLED: "cancelled",
}
REFUNDED = "refunded"

# Its older words are accepted beside today's.
IN: Mapping[str, Status] = {
    **{word: Status(status) for status, word in OUT.items()},
    REFUNDED: Status.CANCELLED,
    "pending": Status.PENDING,
    "confirmed": Status.CONFIRMED,
    "paid": Status.CONFIRMED,
    "processing": Status.AWAITING_SHIPMENT,
}


def word_of(status: Status, payment: PaymentStatus) -> str:
    """The one word of an order, or of a part of one, that stands there and is paid like that."""
    is_refunded = status is Status.CANCELLED and payment is PaymentStatus.REFUNDED
    return REFUNDED if is_refunded else OUT[status]
