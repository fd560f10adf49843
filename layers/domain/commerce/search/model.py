"""What may be asked of the catalogue index, and what it answers. Pure values, no engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commerce.kit.errors import InvalidInput, Unavailable
from commerce.kit.pages import PageRequest

# Positions behind this one cannot be paged to: nobody reads them, and every engine pays for the pages before.
DEEPEST = 10_000
SORTABLE = ("created_at", "price", "name", "view_count", "favorite_count", "average_rating")
UNSORTABLE = f"Choose one of {', '.join(SORTABLE)}, with - before it for descending."
SHORT_DESCRIPTION = 160


class IndexUnavailable(Unavailable):
    """The index cannot be read now and this process holds no earlier one; an empty list would be a lie."""

    code = "index_unavailable"

    def __init__(self) -> None:
        super().__init__("The catalogue cannot be listed at the moment. Please try again.")


@dataclass(frozen=True)
class SearchQuery:
    """One question to the index; what is None or empty does not restrict.

    `category` is an id or a slug, and means what stands in it too; prices are as they are written, each in its own
    product's currency, inclusive. Of `brands`, `tags` and `conditions` a product has to have one; `rating_min` is in
    millionths. `ordering` is one of SORTABLE, `-` before it for descending; without one the best matches come first
    when there is `text`, else the newest. With `with_facets` the answer says how its products spread. Raises
    InvalidInput naming `ordering` or `page`.
    """

    text: str = ""
    category: str | None = None
    price_min: Decimal | int | None = None
    price_max: Decimal | int | None = None
    in_stock: bool | None = None
    featured: bool | None = None
    seller_id: int | None = None
    brands: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    on_sale: bool | None = None
    rating_min: int | None = None
    ordering: str | None = None
    page: PageRequest = field(default_factory=PageRequest)
    with_facets: bool = False

    def __post_init__(self) -> None:
        if self.ordering is not None and self.ordering.removeprefix("-") not in SORTABLE:
            raise InvalidInput.of("ordering", UNSORTABLE)


@dataclass(frozen=True)
class ProductSummary:
    """What lists show of a product, kept inside the index so that a list reads nothing else. Times in milliseconds."""

    id: int
    name: str
    slug: str
    short_description: str
    price_minor: int
    currency: str
    stock: int
    category_id: int
    category_slug: str
    category_name: str
    brand: str
    tags: tuple[str, ...]
    seller_id: int
    image: str
    is_featured: bool
    created_at: int
    updated_at: int
    original_price_minor: int = 0
    condition: str = "new"
    is_digital: bool = False
    review_count: int = 0
    rating_sum: int = 0
    rating_micros: int = 0
    favorite_count: int = 0
    view_count: int = 0


@dataclass(frozen=True)
class IndexDocument:
    """What the index holds of one active product: its card, the text that is searched but not shown, and the slugs of
    the categories that its own stands in."""

    summary: ProductSummary
    description: str
    category_path: tuple[str, ...] = ()


@dataclass(frozen=True)
class SellerFigures:
    """A seller's active products, added up."""

    products: int = 0
    reviews: int = 0
    rating_sum: int = 0
    favorites: int = 0

    @property
    def rating_micros(self) -> int:
        """The average of all their reviews in millionths, 0 without any."""
        return self.rating_sum * 1_000_000 // self.reviews if self.reviews else 0


def shortened(description: str) -> str:
    """The beginning of a description as lists show it: one line, cut between words."""
    line = " ".join(description[: 4 * SHORT_DESCRIPTION].split())
    if len(line) <= SHORT_DESCRIPTION:
        return line
    kept = line[: SHORT_DESCRIPTION - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"


@dataclass(frozen=True)
class Bucket:
    """How many products have a value: a slug, a brand as it is written, a condition, a range of prices."""

    value: str
    count: int


@dataclass(frozen=True)
class Facets:
    """How all the products of an answer spread, whatever page is shown.

    `categories` are slugs, a product counting in what its own stands in too; `prices` are ranges "from-to" of whole
    units, the end excluded and open in the last ("1000-"). Values without a product are left out, the rest are ordered
    by count; prices stand in their own order.
    """

    categories: tuple[Bucket, ...]
    brands: tuple[Bucket, ...]
    conditions: tuple[Bucket, ...]
    prices: tuple[Bucket, ...]
    in_stock: int


NO_FACETS = Facets((), (), (), (), 0)


class Stage(StrEnum):
    """How loosely words had to be taken: all of them as they are; with synonyms, parts of words and misspellings; any
    of them, and what the text means."""

    EXACT = "exact"
    WIDER = "wider"
    NEAR = "near"


@dataclass(frozen=True)
class ExplainedHit:
    """Why a product was found: the loosest stage that it needed, its score, and what that was added up from."""

    product: ProductSummary
    stage: Stage
    score: float
    parts: Mapping[str, float]


@dataclass(frozen=True)
class ExplainedConcept:
    """What was made of a run of words: the phrases that count as well, and how many letters may be wrong."""

    written: str
    synonyms: tuple[str, ...]
    mistakes: int


@dataclass(frozen=True)
class Explanation:
    """How a query was understood and what it found. `words` are those that counted."""

    stage: Stage
    count: int
    words: tuple[str, ...]
    concepts: tuple[ExplainedConcept, ...]
    hits: tuple[ExplainedHit, ...]


@dataclass(frozen=True)
class SearchPage:
    """One page of the answer; `count` is that of all pages, and so are the `facets`, where they were asked for."""

    count: int
    products: tuple[ProductSummary, ...]
    page: PageRequest
    facets: Facets | None = None

    @property
    def has_next(self) -> bool:
        """Whether a page follows that may be asked for."""
        following = (self.page.number + 1) * self.page.size
        return self.page.offset + self.page.size < self.count and following <= DEEPEST
