"""Bodies of the parts client's order routes."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import clock
from commerce.orders.model import Order, ShippingDetails
from parts.statuses import OUT
from rest.bodies import FILLED, PHONE_NUMBER, Body
from rest.values import price


class CreateOrder(Body):
    shipping_address: Annotated[str, Field(max_length=500), FILLED]
    phone: Annotated[str, Field(max_length=20), PHONE_NUMBER]
    billing_address: Annotated[str, Field(max_length=500)] = ""

    def delivery(self) -> ShippingDetails:
        """The use case's input."""
        address = {"text": self.shipping_address}
        if self.billing_address.strip():
            address["billing"] = self.billing_address.strip()
        return ShippingDetails(address, self.phone)


class OrderItem(TypedDict):
    id: int
    product: int
    quantity: int
    price: str


class OrderBody(TypedDict):
    id: int
    user: int
    items: list[OrderItem]
    total_amount: str
    status: str
    is_paid: bool
    created: str


def order(order: Order) -> OrderBody:
    return {
        "id": order.id,
        "user": order.buyer_id,
        "items": [
            {
                "id": line.id,
                "product": line.product_id,
                "quantity": line.quantity,
                "price": price(line.price_minor, order.currency),
            }
            for line in order.lines
        ],
        "total_amount": price(order.total_minor, order.currency),
        "status": OUT[order.status],
        "is_paid": order.is_paid,
        "created": clock.iso(order.placed_at),
    }
