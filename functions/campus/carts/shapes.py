"""Bodies of the campus client's cart routes."""

from collections.abc import Iterable
from typing import Annotated, TypedDict

from pydantic import Field

from campus.bodies import ProductBody
from campus.contract import price
from commerce.carts.model import MAX_PIECES, Cart, CartLine
from commerce.catalog.model import Product
from commerce.kit import clock, settings
from commerce.kit.errors import InvalidInput
from commerce.kit.ids import LARGEST
from rest.bodies import Body
from rest.values import image_url

Id = Annotated[int, Field(ge=1, le=LARGEST)]
Pieces = Annotated[int, Field(ge=1, le=MAX_PIECES)]


class AddItem(Body):
    product_id: Id
    quantity: Pieces = 1


class RemoveItem(Body):
    """A line, by its product or by its own id, which are one number; all of it, or some of its pieces."""

    product_id: Id | None = None
    item_id: Id | None = None
    quantity: Pieces | None = None

    def line(self) -> int:
        """The line that is meant. Raises InvalidInput when none is, or two are."""
        named = {number for number in (self.product_id, self.item_id) if number is not None}
        if not named:
            raise InvalidInput.of("product_id", "Say product_id or item_id.")
        if len(named) > 1:
            raise InvalidInput.of("item_id", "It is another line than that of product_id.")
        return named.pop()


class CartItem(TypedDict):
    id: int
    product: ProductBody
    quantity: int
    added_at: str


class CartBody(TypedDict):
    id: int
    items: list[CartItem]
    total_items: int
    total_amount: float


def cart(cart: Cart, products: Iterable[Product]) -> CartBody:
    """A cart; `products` are those in it, as far as they are known."""
    currency = cart.currency or settings.text("DEFAULT_CURRENCY")
    known = {product.id: product for product in products}
    return {
        "id": cart.id,
        "items": [_item(line, known.get(line.product_id), currency) for line in cart.lines],
        "total_items": cart.total_items,
        "total_amount": price(cart.total_minor, currency),
    }


def _item(line: CartLine, product: Product | None, currency: str) -> CartItem:
    return {
        "id": line.product_id,
        "product": _product(line, product, currency),
        "quantity": line.quantity,
        "added_at": clock.iso(line.added_at),
    }


def _product(line: CartLine, product: Product | None, currency: str) -> ProductBody:
    """What was put into the cart, at the price that the cart adds up, with the description of today."""
    body: ProductBody = {
        "id": line.product_id,
        "title": line.name,
        "description": product.description if product else "",
        "price": price(line.price_minor, currency),
        "category": product.category_slug if product else "",
        "student": line.seller_id,
        "created_at": clock.iso(product.created_at if product else line.added_at),
        "updated_at": clock.iso(product.updated_at if product else line.added_at),
        "slug": line.slug,
    }
    if image := image_url(line.image):
        body["image"] = image
    return body
