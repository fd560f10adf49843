"""Bodies of the staff's order routes."""

from datetime import date
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import clock, ids, money
from commerce.orders.model import Order
from commerce.orders.part import Part
from commerce.orders.status import ALLOWED, Actor, Status
from rest.bodies import Body, one_of


class MoveOrder(Body):
    status: Annotated[str, one_of(Status)]
    seller_id: Annotated[int, Field(ge=1, le=ids.LARGEST)] | None = None


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
    items: str
    discount: str
    tax: str
    shipping: str
    total: str
    captured: str
    refund_promised: str
    refunded: str
    moves: list[str]


class StepBody(TypedDict):
    status: str
    by: str
    at: str
    parts: list[int]


class OrderBody(TypedDict):
    id: int
    buyer_id: int
    channel: str
    status: str
    payment_status: str
    currency: str
    items: str
    discount: str
    shipping: str
    tax: str
    total: str
    captured: str
    refund_promised: str
    refunded: str
    lines: list[LineBody]
    parts: list[PartBody]
    history: list[StepBody]
    address: dict[str, str]
    phone: str
    notes: str
    placed_at: str
    updated_at: str


class OrderRow(TypedDict):
    id: int
    placed_at: str
    buyer_id: int
    channel: str
    status: str
    payment_status: str
    currency: str
    total: str
    pieces: int
    sellers: int


class OrderList(TypedDict):
    day: str | None
    orders: list[OrderRow]
    next: str | None


class AttentionRow(OrderRow):
    reasons: list[str]


class AttentionList(TypedDict):
    orders: list[AttentionRow]


def day(wanted: date | None) -> str:
    """The day that is asked for, today when none is."""
    return wanted.isoformat() if wanted else clock.iso(clock.now_ms())[:10]


def of_day(day: str, orders: list[Order], size: int) -> OrderList:
    """A page of at most `size` orders; a full one may be followed by another."""
    following = str(orders[-1].id) if len(orders) == size else None
    return {"day": day, "orders": [_row(order) for order in orders], "next": following}


def of_buyer(orders: list[Order]) -> OrderList:
    return {"day": None, "orders": [_row(order) for order in orders], "next": None}


def needing_attention(orders: list[Order]) -> AttentionList:
    return {"orders": [{**_row(order), "reasons": _reasons(order)} for order in orders]}


def _reasons(order: Order) -> list[str]:
    """What of an order needs a person, in words."""
    refunds = [f"Refund {one.id} was refused: {one.problem}" for one in order.refunds_refused]
    disputes = [
        f"Payment {one.reference} is disputed at {one.provider}: {one.reason or 'no reason is given'}"
        for one in order.disputes_open
    ]
    return refunds + disputes


def _row(order: Order) -> OrderRow:
    return {
        "id": order.id,
        "placed_at": clock.iso(order.placed_at),
        "buyer_id": order.buyer_id,
        "channel": order.channel,
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "currency": order.currency,
        "total": money.text(order.total_minor, order.currency),
        "pieces": sum(line.quantity for line in order.lines),
        "sellers": len(order.parts),
    }


def _moves(current: Status) -> list[str]:
    """Where staff may move a part that stands there, in the order of the way."""
    allowed = ALLOWED[Actor.STAFF].get(current, frozenset())
    return [str(status) for status in Status if status in allowed]


def _part(part: Part, currency: str) -> PartBody:
    return {
        "seller_id": part.seller_id,
        "status": str(part.status),
        "items": money.text(part.items_minor, currency),
        "discount": money.text(part.discount_minor, currency),
        "tax": money.text(part.tax_minor, currency),
        "shipping": money.text(part.shipping_minor, currency),
        "total": money.text(part.total_minor, currency),
        "captured": money.text(part.captured_minor, currency),
        "refund_promised": money.text(part.promised_minor, currency),
        "refunded": money.text(part.refunded_minor, currency),
        "moves": _moves(part.status),
    }


def order(order: Order) -> OrderBody:
    return {
        "id": order.id,
        "buyer_id": order.buyer_id,
        "channel": order.channel,
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "currency": order.currency,
        "items": money.text(order.items_minor, order.currency),
        "discount": money.text(order.discount_minor, order.currency),
        "shipping": money.text(order.shipping_minor, order.currency),
        "tax": money.text(order.tax_minor, order.currency),
        "total": money.text(order.total_minor, order.currency),
        "captured": money.text(order.captured_minor, order.currency),
        "refund_promised": money.text(order.promised_minor, order.currency),
        "refunded": money.text(order.refunded_minor, order.currency),
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
        "parts": [_part(part, order.currency) for part in order.parts.values()],
        "history": [
            {
                "status": step["status"],
                "by": step["by"],
                "at": clock.iso(step["at"]),
                "parts": list(step["parts"]),
            }
            for step in order.history
        ],
        "address": dict(order.delivery.address),
        "phone": order.delivery.phone,
        "notes": order.delivery.notes,
        "placed_at": clock.iso(order.placed_at),
        "updated_at": clock.iso(order.updated_at),
    }
