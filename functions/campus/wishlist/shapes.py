"""Bodies of the campus client's wishlist."""

from collections.abc import Iterable, Sequence
from typing import Annotated, TypedDict

from pydantic import Field

from campus.bodies import ProductBody, product
from commerce.catalog.model import Product
from commerce.favorites.model import Favorite
from commerce.kit import clock
from commerce.kit.errors import InvalidInput
from commerce.kit.ids import LARGEST
from rest.bodies import Body

Id = Annotated[int, Field(ge=1, le=LARGEST)]


class AddProduct(Body):
    product_id: Id


class RemoveProduct(Body):
    """A product, by its id or by its item's, which are one number."""

    product_id: Id | None = None
    item_id: Id | None = None

    def product(self) -> int:
        """The product that is meant. Raises InvalidInput when none is, or two are."""
        named = {number for number in (self.product_id, self.item_id) if number is not None}
        if not named:
            raise InvalidInput.of("product_id", "Say product_id or item_id.")
        if len(named) > 1:
            raise InvalidInput.of("item_id", "It is another product than product_id.")
        return named.pop()


class WishlistItem(TypedDict):
    id: int
    product: ProductBody
    added_at: str


class WishlistBody(TypedDict):
    id: int
    items: list[WishlistItem]


def wishlist(owner_id: int, favorites: Sequence[Favorite], products: Iterable[Product]) -> WishlistBody:
    """Those of the favourites that are among the products shown; there is one wishlist for each person, with their
    number."""
    shown = {product.id: product for product in products}
    items: list[WishlistItem] = [
        {
            "id": favorite.product_id,
            "product": product(shown[favorite.product_id]),
            "added_at": clock.iso(favorite.added_at),
        }
        for favorite in favorites
        if favorite.product_id in shown
    ]
    return {"id": owner_id, "items": items}
