"""Bodies of the storefront's cart routes."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.carts.model import MAX_PIECES, Cart, CartLine
from commerce.kit import settings
from commerce.kit.ids import LARGEST
from rest.bodies import Body
from rest.values import price

Quantity = Annotated[int, Field(ge=1, le=MAX_PIECES)]


class AddItem(Body):
    product_id: Annotated[int, Field(ge=1, le=LARGEST)]
    quantity: Quantity = 1


class SetQuantity(Body):
    quantity: Quantity


class CartProduct(TypedDict):
    id: int
    name: str
    price: str
    category_name: str


class CartItem(TypedDict):
    id: int
    product: CartProduct
    quantity: int
    total_price: str


class CartBody(TypedDict):
    id: int
    items: list[CartItem]
    total_price: str
    total_items: int


def cart(cart: Cart) -> CartBody:
    currency = cart.currency or settings.text("DEFAULT_CURRENCY")
    return {
        "id": cart.id,
        "items": [_item(line, currency) for line in cart.lines],
        "total_price": price(cart.total_minor, currency),
        "total_items": cart.total_items,
    }


def _item(line: CartLine, currency: str) -> CartItem:
    return {
        "id": line.product_id,
        "product": {
            "id": line.product_id,
            "name": line.name,
            "price": price(line.price_minor, currency),
            "category_name": line.category_name,
        },
        "quantity": line.quantity,
        "total_price": price(line.total_minor, currency),
    }
