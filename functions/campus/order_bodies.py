"""Orders as the campus contract shows them, to their parties and to staff. A shape shows what it is given: of a
seller's order, their part."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from campus.contract import price
from campus.statuses import OUT
from commerce.kit import clock
from commerce.orders.model import Order, OrderLine
from rest.values import image_url


class OrderItem(TypedDict):
    id: int
    product: int
    title: str
    image: NotRequired[str]
    student: int
    price: float
    quantity: int
    total: float


class OrderBody(TypedDict):
    id: int
    buyer: int
    status: str
    payment_status: str
    items: list[OrderItem]
    total_items: int
    total_amount: float
    shipping_address: str
    phone_number: str
    notes: str
    created_at: str
    updated_at: str


def order(order: Order) -> OrderBody:
    return {
        "id": order.id,
        "buyer": order.buyer_id,
        "status": OUT[order.status],
        "payment_status": str(order.payment_status),
        "items": [_item(line, order.currency) for line in order.lines],
        "total_items": sum(line.quantity for line in order.lines),
        "total_amount": price(order.total_minor, order.currency),
        "shipping_address": _text(order.delivery.address),
        "phone_number": order.delivery.phone,
        "notes": order.delivery.notes,
        "created_at": clock.iso(order.placed_at),
        "updated_at": clock.iso(order.updated_at),
    }


def _item(line: OrderLine, currency: str) -> OrderItem:
    body: OrderItem = {
        "id": line.id,
        "product": line.product_id,
        "title": line.name,
        "student": line.seller_id,
        "price": price(line.price_minor, currency),
        "quantity": line.quantity,
        "total": price(line.total_minor, currency),
    }
    if image := image_url(line.image):
        body["image"] = image
    return body


def _text(address: Mapping[str, str]) -> str:
    """An address as one text; that of another client's order has its parts in the order in which they were given."""
    return ", ".join(part for part in address.values() if part)
