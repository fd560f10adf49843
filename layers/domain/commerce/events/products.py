"""Events of products: what a shopper who watches one wants to know of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypedDict, cast

from commerce.events.model import VERSION, known_payload

CATALOG_SOURCE = "bazaar.catalog"
PRODUCT_CHANGED = "ProductChanged"


class Change(TypedDict):
    """A value before and after."""

    old: Any
    new: Any


class ListedProduct(TypedDict):
    """A product as lists showed it when the event was published, which is no earlier than the change."""

    name: str
    slug: str
    price_minor: int
    currency: str
    is_in_stock: bool
    is_active: bool


class ProductChanged(TypedDict):
    """Price, name or visibility of a product changed, or its stock went out or came back; lists show it already.

    `changes` has the values that changed, of `price_minor`, `name`, `is_active` and `is_in_stock`. Events of one
    product may overtake each other on their way; `product` is what holds in the end. `occurred_at` in milliseconds.
    """

    event_id: str
    version: int
    occurred_at: int
    product_id: int
    seller_id: int
    changes: dict[str, Change]
    product: ListedProduct


@dataclass(frozen=True)
class ProductEvent:
    """One fact about one product."""

    name: str
    payload: ProductChanged
    source: ClassVar[str] = CATALOG_SOURCE

    @property
    def id(self) -> str:
        """The same for every publication of the same fact."""
        return self.payload["event_id"]


def product_changed(
    event_id: str,
    occurred_at: int,
    product_id: int,
    seller_id: int,
    changes: dict[str, Change],
    product: ListedProduct,
) -> ProductEvent:
    """That those values of a product changed; `event_id` is derived from the fact."""
    return ProductEvent(
        PRODUCT_CHANGED,
        {
            "event_id": event_id,
            "version": VERSION,
            "occurred_at": occurred_at,
            "product_id": product_id,
            "seller_id": seller_id,
            "changes": changes,
            "product": product,
        },
    )


def read_product_event(name: str, payload: Mapping[str, Any]) -> ProductEvent:
    """The event behind a delivered name and payload. Raises UnknownEvent."""
    return ProductEvent(name, cast(ProductChanged, known_payload(name, payload, PRODUCT_FIELDS)))


PRODUCT_FIELDS = {PRODUCT_CHANGED: ProductChanged.__required_keys__}
