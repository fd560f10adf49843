"""What a change of a product's rows tells those who watch it, once lists show it. Rules only.

A product is told of by two rows. The one of its stock says price, visibility and pieces, and the product's own repeats
the first two; so the name alone is taken from there, and nothing is told twice. Figures (views, ratings) tell nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from commerce.catalog.model import Product
from commerce.events.products import Change, ListedProduct, ProductEvent, product_changed
from commerce.kit.attributes import Item


@dataclass(frozen=True)
class RowChange:
    """A record of the Catalog table's stream: its own id, when it happened (milliseconds), and the row's images."""

    id: str
    occurred_at: int
    before: Item | None
    after: Item | None


def announcement(change: RowChange, product: Product) -> ProductEvent | None:
    """The event of a changed row of the product, None when nobody need hear of it. The product is as lists show it by
    now. Raises KeyError for rows without what every row has."""
    changes = _changes(change.before, change.after)
    if not changes:
        return None
    return product_changed(
        f"product:{change.id}", change.occurred_at, product.id, product.seller_id, changes, _listed(product)
    )


def _changes(before: Item | None, after: Item | None) -> dict[str, Change]:
    """The values that changed, under the names of the event; none of a product that is hidden before and after, and
    none of a new one, which nobody watches yet."""
    if before is None or after is None or after["sk"] not in _TOLD:
        return {}
    is_shown, values = _TOLD[after["sk"]]
    if not before[is_shown] and not after[is_shown]:
        return {}
    old, new = values(before), values(after)
    return {name: {"old": old[name], "new": new[name]} for name in old if old[name] != new[name]}


def _of_stock(row: Item) -> Mapping[str, object]:
    return {
        "price_minor": row["price_minor"],
        "is_active": row["sellable"],
        "is_in_stock": row["available"] > 0,
    }


def _of_product(row: Item) -> Mapping[str, object]:
    return {"name": row["name"]}


def _listed(product: Product) -> ListedProduct:
    return {
        "name": product.name,
        "slug": product.slug,
        "price_minor": product.price_minor,
        "currency": product.currency,
        "is_in_stock": product.is_in_stock,
        "is_active": product.is_active,
    }


# By the row's kind: which attribute says whether the product is shown, and the values that people are told of.
_TOLD: Mapping[str, tuple[str, Callable[[Item], Mapping[str, object]]]] = {
    "STOCK": ("sellable", _of_stock),
    "PRODUCT": ("is_active", _of_product),
}
