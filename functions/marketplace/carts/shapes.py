"""Bodies of the marketplace client's cart routes."""

from collections.abc import Iterable
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.carts.model import MAX_PIECES, Cart, CartLine, StockCheck
from commerce.kit import clock, settings
from commerce.kit.ids import LARGEST
from rest.bodies import FILLED, Body
from rest.values import image_url, price

Id = Annotated[int, Field(ge=1, le=LARGEST)]


class AddItem(Body):
    product_id: Id
    quantity: Annotated[int, Field(ge=1, le=MAX_PIECES)] = 1


class UpdateItem(Body):
    item_id: Id
    quantity: Annotated[int, Field(ge=-MAX_PIECES, le=MAX_PIECES)]


class RemoveItem(Body):
    item_id: Id


class MarkItem(Body):
    item_id: Id
    status: Annotated[str, Field(max_length=50), FILLED]


class CartProduct(TypedDict):
    id: int
    name: str
    slug: str
    price: str
    primary_image: str | None
    category: str
    seller: int


class CartItem(TypedDict):
    id: int
    product: CartProduct
    quantity: int
    total_price: str
    added_at: str


class CartBody(TypedDict):
    id: int
    items: list[CartItem]
    total_items: int
    total_amount: str
    created_at: str | None
    updated_at: str | None


class Added(TypedDict):
    item: CartItem
    was_created: bool


class Updated(TypedDict):
    item: CartItem


class Message(TypedDict):
    message: str


class Marked(TypedDict):
    item_id: int
    status: str


class CheckedItem(TypedDict):
    item_id: int
    product_id: int
    product_name: str
    requested_quantity: int
    available_quantity: int
    is_available: bool
    message: str


class StockSummary(TypedDict):
    is_valid: bool
    items: list[CheckedItem]


def cart(cart: Cart) -> CartBody:
    currency = cart.currency or settings.text("DEFAULT_CURRENCY")
    return {
        "id": cart.id,
        "items": [_item(line, currency) for line in cart.lines],
        "total_items": cart.total_items,
        "total_amount": price(cart.total_minor, currency),
        "created_at": clock.iso(cart.created_at) if cart.created_at else None,
        "updated_at": clock.iso(cart.updated_at) if cart.updated_at else None,
    }


def added(cart: Cart, wanted: AddItem) -> Added:
    """The line that pieces were added to; it is new when it holds no others."""
    line = cart.line(wanted.product_id)
    return {"item": _item(line, cart.currency), "was_created": line.quantity == wanted.quantity}


def updated(cart: Cart, wanted: UpdateItem) -> Updated | Message:
    """The line with its new quantity, or that a quantity of 0 or less took it out."""
    if wanted.quantity <= 0:
        return removed()
    return {"item": _item(cart.line(wanted.item_id), cart.currency)}


def removed() -> Message:
    return {"message": "Item removed from cart."}


def cleared() -> Message:
    return {"message": "Cart cleared."}


def marked(line: CartLine, status: str) -> Marked:
    return {"item_id": line.product_id, "status": status}


def stock(checks: Iterable[StockCheck]) -> StockSummary:
    items = [_checked(check) for check in checks]
    return {"is_valid": all(item["is_available"] for item in items), "items": items}


def _checked(check: StockCheck) -> CheckedItem:
    return {
        "item_id": check.line.product_id,
        "product_id": check.line.product_id,
        "product_name": check.line.name,
        "requested_quantity": check.line.quantity,
        "available_quantity": check.available,
        "is_available": check.is_available,
        "message": check.problem,
    }


def _item(line: CartLine, currency: str) -> CartItem:
    return {
        "id": line.product_id,
        "product": {
            "id": line.product_id,
            "name": line.name,
            "slug": line.slug,
            "price": price(line.price_minor, currency),
            "primary_image": image_url(line.image),
            "category": line.category_name,
            "seller": line.seller_id,
        },
        "quantity": line.quantity,
        "total_price": price(line.total_minor, currency),
        "added_at": clock.iso(line.added_at),
    }
