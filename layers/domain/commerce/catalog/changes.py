"""What may change of a product, and what that makes of its attributes. Rules only."""

from dataclasses import dataclass, fields
from typing import Any

from commerce.catalog.model import TEXT_LIMITS, WORD_LISTS, problems_of
from commerce.kit import money
from commerce.kit.errors import InvalidInput

_PRICES = {"price_minor": "price", "original_price_minor": "original_price"}
# What is set as it is said; the others are prices, pieces, and the category.
_FLAGS = ("is_active", "is_featured", "is_digital")
_PLAIN = ("name", "description", "condition", *TEXT_LIMITS, *WORD_LISTS, *_FLAGS)


class BesideRefused(Exception):
    """A write that was to stand beside a product's change was refused; nothing was changed."""


@dataclass(frozen=True)
class ProductChange:
    """What is to change of a product; None leaves a value as it is. A written price is one in the product's currency.

    `stock` sets the pieces available, if they are still `stock_seen` when that is given; `stock_change` adds to them,
    or takes from them when it is negative. An original price of 0 takes it away.
    """

    name: str | None = None
    description: str | None = None
    price_minor: money.Amount | None = None
    original_price_minor: money.Amount | None = None
    stock: int | None = None
    stock_seen: int | None = None
    stock_change: int | None = None
    category_slug: str | None = None
    is_active: bool | None = None
    is_featured: bool | None = None
    brand: str | None = None
    tags: tuple[str, ...] | None = None
    condition: str | None = None
    model: str | None = None
    weight: str | None = None
    dimensions: str | None = None
    colors: tuple[str, ...] | None = None
    materials: str | None = None
    is_digital: bool | None = None

    def given(self) -> dict[str, Any]:
        """The values that were given, for the record of what staff did."""
        said: dict[str, Any] = {}
        for name, value in self._said().items():
            if name in _PRICES:
                said |= money.given(value, _PRICES[name])
            else:
                said["category" if name == "category_slug" else name] = value
        return said

    def facts(self, currency: str) -> dict[str, Any]:
        """The attributes of the product that it sets, its stock and category aside. Raises InvalidInput naming every
        field that breaks a rule."""
        said = self._said()
        prices = {
            name: money.minor_of(said[name], currency, written) for name, written in _PRICES.items() if name in said
        }
        if problems := problems_of({**said, **({"price": prices["price_minor"]} if "price_minor" in prices else {})}):
            raise InvalidInput(problems)
        return {name: said[name] for name in _PLAIN if name in said} | prices

    def _said(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}
