"""The catalogue: categories, products, and the stock that is sold from. Rules only."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from commerce.kit import money
from commerce.kit.errors import Forbidden, InvalidInput, Refused
from commerce.kit.principal import Principal

MAX_NAME_LENGTH = 200
MAX_SLUG_LENGTH = 80
MAX_DESCRIPTION_LENGTH = 10_000
MAX_STOCK = 10_000_000
CONDITIONS = ("new", "like_new", "good", "fair", "poor")
# How long the texts may be that describe a product's make, and how many of a list of them there may be.
TEXT_LIMITS = {"brand": 100, "model": 100, "weight": 50, "dimensions": 100, "materials": 300}
WORD_LISTS = ("tags", "colors")
MAX_WORDS = 30
MAX_WORD_LENGTH = 50
# Categories stand at most so deep in one another.
MAX_CATEGORY_DEPTH = 4
# What may follow a slug that is taken already.
MAX_SLUG_NUMBER = 20
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Words that are static parts of some client's paths; a product or category of that name could not be reached
# (docs/contracts: static-paths).
RESERVED_SLUGS = frozenset(
    [
        "favorites",
        "my_products",
        "my-products",
        "my_orders",
        "my-orders",
        "seller_orders",
        "seller-orders",
        "public",
        "list",
        "vendor",
        "cart",
        "orders",
        "products",
        "categories",
        "reviews",
        "images",
        "items",
        "clear",
        "add",
        "remove",
        "click",
        "search",
        "admin",
        "api",
    ]
)


@dataclass(frozen=True)
class Category:
    """A shelf of the shop, found by id or slug. `path` has the slugs of the categories that it stands in, the outermost
    first; it never changes, so that products can carry it."""

    id: int
    name: str
    slug: str
    description: str = ""
    path: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True)
class Figures:
    """What people think and do of a product, added up: its reviews and the sum of their ratings, those who have it as
    a favourite, views and clicks."""

    reviews: int = 0
    rating_sum: int = 0
    favorites: int = 0
    views: int = 0
    clicks: int = 0

    @property
    def rating_micros(self) -> int:
        """The average rating in millionths, 0 without reviews: an exact order, and no float is stored."""
        return self.rating_sum * RATING_MICROS // self.reviews if self.reviews else 0

    def plus(self, other: "Figures") -> "Figures":
        """These and others, added up."""
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


# A rating of 1 in the unit of averages.
RATING_MICROS = 1_000_000


@dataclass(frozen=True)
class Product:
    """A product with its stock as read beside it. Prices in minor units of `currency`, times in milliseconds, UTC.

    `original_price_minor` is what it cost before it was reduced, 0 when nobody said.
    """

    id: int
    slug: str
    name: str
    description: str
    category_id: int
    category_slug: str
    category_name: str
    seller_id: int
    price_minor: int
    currency: str
    available: int
    is_active: bool = True
    is_featured: bool = False
    brand: str = ""
    tags: tuple[str, ...] = ()
    images: tuple[str, ...] = field(default=())
    created_at: int = 0
    updated_at: int = 0
    category_path: tuple[str, ...] = ()
    original_price_minor: int = 0
    condition: str = CONDITIONS[0]
    model: str = ""
    weight: str = ""
    dimensions: str = ""
    colors: tuple[str, ...] = ()
    materials: str = ""
    is_digital: bool = False
    figures: Figures = field(default=Figures())

    @property
    def is_in_stock(self) -> bool:
        return self.available > 0


@dataclass(frozen=True)
class Offer:
    """What can be bought of a product now, and at which price."""

    available: int
    price_minor: int
    currency: str
    is_sellable: bool

    @property
    def for_sale(self) -> int:
        """Pieces for sale; a hidden product has none."""
        return self.available if self.is_sellable else 0


@dataclass(frozen=True)
class NewProduct:
    """A product as its maker describes it. `images` are keys in the media bucket; a written price is one in the
    product's currency. `given` is what its maker said, in their own words, for the record of what staff did."""

    name: str
    price_minor: money.Amount
    stock: int
    category_slug: str
    description: str = ""
    seller_id: int | None = None
    currency: str | None = None
    slug: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    is_active: bool = True
    is_featured: bool = False
    original_price_minor: money.Amount = 0
    condition: str = CONDITIONS[0]
    model: str = ""
    weight: str = ""
    dimensions: str = ""
    colors: tuple[str, ...] = ()
    materials: str = ""
    is_digital: bool = False
    given: Mapping[str, Any] = field(default_factory=dict)

    def checked(self, currency: str) -> "NewProduct":
        """The same, trimmed, of that currency where it names none, its price in minor units. Raises InvalidInput naming
        every field that breaks a rule."""
        currency = self.currency or currency
        price = money.minor_of(self.price_minor, currency, "price")
        draft = replace(
            self,
            name=self.name.strip(),
            description=self.description.strip(),
            currency=currency,
            price_minor=price,
            original_price_minor=money.minor_of(self.original_price_minor, currency, "original_price"),
            given=self.given or {"name": self.name, "price_minor": price, "stock": self.stock},
        )
        problems = problems_of(
            {name: getattr(draft, name) for name in ("name", "description", "stock", *_DESCRIBING)} | {"price": price}
        )
        if draft.slug in RESERVED_SLUGS or (draft.slug and draft.slug != slug_of(draft.slug)):
            problems["slug"] = ["This slug cannot be used."]
        if problems:
            raise InvalidInput(problems)
        return draft


@dataclass(frozen=True)
class StockChange:
    """How the pieces available change: by `by`, or to `to`; the latter only if they are still `seen`, when given."""

    to: int | None = None
    seen: int | None = None
    by: int | None = None

    def refusal(self, available: int) -> "StockMoved | InvalidInput":
        """Why this change cannot be made of so many pieces."""
        if self.by is None:
            return StockMoved(available)
        if self.by > 0:
            return InvalidInput.of("stock_change", f"There are {available} pieces, and at most {MAX_STOCK} may be.")
        return InvalidInput.of("stock_change", f"There are only {available} pieces.")


class StockMoved(Refused):
    """The pieces available are others than the caller saw; `available` is how many there are."""

    code = "stock_moved"

    def __init__(self, available: int) -> None:
        super().__init__(f"There are {available} pieces by now. Look again before you set them.")
        self.available = available


def problems_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which of the given product values break a rule: the same for a new product and for a change of one."""
    problems = {}
    if "name" in values and not 1 <= len(values["name"].strip()) <= MAX_NAME_LENGTH:
        problems["name"] = [f"A name of 1 to {MAX_NAME_LENGTH} characters is required."]
    if "description" in values and len(values["description"]) > MAX_DESCRIPTION_LENGTH:
        problems["description"] = [f"Ensure this field has no more than {MAX_DESCRIPTION_LENGTH} characters."]
    if "price" in values and values["price"] <= 0:
        problems["price"] = ["Ensure this value is greater than 0."]
    if "stock" in values and not 0 <= values["stock"] <= MAX_STOCK:
        problems["stock"] = [f"A whole number from 0 to {MAX_STOCK} is required."]
    if "stock_change" in values and "stock" in values:
        problems["stock_change"] = ["Say either what the stock is, or by how much it changes."]
    if "stock_seen" in values and "stock" not in values:
        problems["stock_seen"] = ["It belongs to `stock`, which is missing."]
    for name in values.keys() & set(_DESCRIBING):
        if problem := _problem_of_make(name, values[name]):
            problems[name] = [problem]
    return problems


def _problem_of_make(name: str, value: Any) -> str:
    """Which rule a value of a product's make breaks, "" for none."""
    if name == "condition" and value not in CONDITIONS:
        return f"Choose one of {', '.join(CONDITIONS)}."
    if name in TEXT_LIMITS and len(value) > TEXT_LIMITS[name]:
        return f"Ensure this field has no more than {TEXT_LIMITS[name]} characters."
    if name in WORD_LISTS and len(value) > MAX_WORDS:
        return f"Ensure this list has no more than {MAX_WORDS} items."
    if name in WORD_LISTS and not all(0 < len(word) <= MAX_WORD_LENGTH for word in value):
        return f"Each must have 1 to {MAX_WORD_LENGTH} characters."
    return ""


_DESCRIBING = ("condition", *TEXT_LIMITS, *WORD_LISTS)


def discount_percent(price_minor: int, original_price_minor: int) -> int:
    """By how much a price is reduced, in whole percent of the original one, rounded down; 0 when it is not."""
    if original_price_minor <= price_minor:
        return 0
    return (original_price_minor - price_minor) * 100 // original_price_minor


def may_edit(caller: Principal, seller_id: int) -> None:
    """Staff edits every product, sellers their own. Raises Forbidden."""
    if not caller.is_staff and not (caller.is_seller and caller.user_id == seller_id):
        raise Forbidden


def is_slug(written: str) -> bool:
    """Whether it has the form of a slug; what has not names nothing, and is too long or too odd to be a key."""
    return len(written) <= MAX_SLUG_LENGTH + len("-item") + MAX_SLUG_NUMBER and _SLUG.fullmatch(written) is not None


def slug_of(name: str) -> str:
    """A name as a path segment: lower-case ASCII letters, digits and single hyphens; "item" when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG_LENGTH].strip("-") or "item"
    return f"{slug}-item" if slug in RESERVED_SLUGS else slug
