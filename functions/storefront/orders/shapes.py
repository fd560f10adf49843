"""Bodies of the storefront's order routes."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import clock
from commerce.orders.model import Order, OrderLine, ShippingDetails
from rest.bodies import FILLED, PHONE_NUMBER, Body
from rest.values import price
from storefront.statuses import OUT


class PlaceOrder(Body):
    shipping_address: Annotated[str, Field(max_length=500), FILLED]
    phone_number: Annotated[str, Field(max_length=20), PHONE_NUMBER]
    notes: Annotated[str, Field(max_length=1000)] = ""

    def delivery(self) -> ShippingDetails:
        """The use case's input: this client writes an address as one text."""
        return ShippingDetails({"text": self.shipping_address}, self.phone_number, self.notes)


class OrderProduct(TypedDict):
    id: int
    name: str
    price: str
    category_name: str


class OrderItem(TypedDict):
    id: int
    product: OrderProduct
    quantity: int
    total_price: str


class OrderBody(TypedDict):
    id: int
    status: str
    items: list[OrderItem]
    total_price: str
    shipping_address: str
    phone_number: str
    notes: str
    created_at: str


def order(order: Order) -> OrderBody:
    return {
        "id": order.id,
        "status": OUT[order.status],
        "items": [_item(line, order.currency) for line in order.lines],
        "total_price": price(order.total_minor, order.currency),
        # Orders of clients with a structured address show its parts in the order in which they were given.
        "shipping_address": ", ".join(part for part in order.delivery.address.values() if part),
        "phone_number": order.delivery.phone,
        "notes": order.delivery.notes,
        "created_at": clock.iso(order.placed_at),
    }


def _item(line: OrderLine, currency: str) -> OrderItem:
    return {
        "id": line.id,
        "product": {
            "id": line.product_id,
            "name": line.name,
            "price": price(line.price_minor, currency),
            "category_name": line.category_name,
        },
        "quantity": line.quantity,
        "total_price": price(line.total_minor, currency),
    }
