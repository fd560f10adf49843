"""Bodies of the staff's order routes."""

from typing import Annotated, TypedDict

from pydantic import AfterValidator

from commerce.kit import clock, money
from commerce.orders.model import Order, Status
from edge.forms import Body


def _word(written: str) -> str:
    if written not in list(Status):
        raise ValueError(f"Choose one of {', '.join(Status)}.")
    return written


class MoveOrder(Body):
    status: Annotated[str, AfterValidator(_word)]


class LineBody(TypedDict):
    id: int
    product_id: int
    name: str
    price: str
    quantity: int
    total: str
    seller_id: int


class PartBody(TypedDict):
    seller_id: int
    status: str


class OrderBody(TypedDict):
    id: int
    buyer_id: int
    channel: str
    status: str
    payment_status: str
    currency: str
    total: str
    lines: list[LineBody]
    parts: list[PartBody]
    address: dict[str, str]
    phone: str
    notes: str
    placed_at: str
    updated_at: str


def order(order: Order) -> OrderBody:
    return {
        "id": order.id,
        "buyer_id": order.buyer_id,
        "channel": order.channel,
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "currency": order.currency,
        "total": money.text(order.total_minor, order.currency),
        "lines": [
            {
                "id": line.id,
                "product_id": line.product_id,
                "name": line.name,
                "price": money.text(line.price_minor, order.currency),
                "quantity": line.quantity,
                "total": money.text(line.total_minor, order.currency),
                "seller_id": line.seller_id,
            }
            for line in order.lines
        ],
        "parts": [{"seller_id": seller, "status": str(status)} for seller, status in order.parts.items()],
        "address": dict(order.delivery.address),
        "phone": order.delivery.phone,
        "notes": order.delivery.notes,
        "placed_at": clock.iso(order.placed_at),
        "updated_at": clock.iso(order.updated_at),
    }
