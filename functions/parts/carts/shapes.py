"""Bodies of the parts client's cart routes; its errors are worded route by route."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.carts.model import MAX_PIECES, Cart, CartLine
from rest.bodies import Body
from rest.values import price


class Quantity(Body):
    quantity: Annotated[int, Field(ge=1, le=MAX_PIECES)] | None = None


class Message(TypedDict):
    message: str


class CartProduct(TypedDict):
    id: int
    name: str
    price: str


class CartItem(TypedDict):
    id: int
    product: CartProduct
    quantity: int
    subtotal: str


class CartBody(TypedDict):
    cart_id: int
    total_price: str
    items: list[CartItem]


class Updated(TypedDict):
    message: str
    quantity: int


class Deleted(TypedDict):
    deleted: bool
    id: int


def added() -> Message:
    return {"message": "Added to cart"}


def out_of_stock_on_add(_: Exception) -> dict[str, str]:
    return {"message": "Product is out of stock!"}


def out_of_stock_on_update(_: Exception) -> dict[str, str]:
    return {"error": "Cannot increase quantity. Product is out of stock."}


def cart(cart: Cart) -> CartBody | Message:
    if not cart.lines:
        return {"message": "Cart is empty"}
    return {
        "cart_id": cart.id,
        "total_price": price(cart.total_minor, cart.currency),
        "items": [_item(line, cart.currency) for line in cart.lines],
    }


def updated(quantity: int) -> Updated:
    return {"message": "Quantity updated", "quantity": quantity}


def deleted(line_id: int) -> Deleted:
    return {"deleted": True, "id": line_id}


def _item(line: CartLine, currency: str) -> CartItem:
    return {
        "id": line.product_id,
        "product": {"id": line.product_id, "name": line.name, "price": price(line.price_minor, currency)},
        "quantity": line.quantity,
        "subtotal": price(line.total_minor, currency),
    }
