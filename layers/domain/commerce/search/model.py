"""What may be asked of the catalogue index, and what it answers. Pure values, no engine."""

from dataclasses import dataclass, field
from decimal import Decimal

from commerce.kit.errors import InvalidInput, Unavailable
from commerce.kit.pages import PageRequest

# Positions behind this one cannot be paged to: nobody reads them, and every engine pays for the pages before.
DEEPEST = 10_000
SORTABLE = ("created_at", "price", "name")
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

    `category` is an id or a slug; prices are as they are written, each in its
    product's own currency, inclusive. `ordering` is one of SORTABLE, `-` before it
    for descending; without one the best matches come first when there is `text`, else the newest. Raises InvalidInput
    naming `ordering` or `page`.
    """

    text: str = ""
    category: str | None = None
    price_min: Decimal | int | None = None
    price_max: Decimal | int | None = None
    in_stock: bool | None = None
    featured: bool | None = None
    seller_id: int | None = None
    ordering: str | None = None
    page: PageRequest = field(default_factory=PageRequest)

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


@dataclass(frozen=True)
class IndexDocument:
    """What the index holds of one active product: its card, and the text that is searched but not shown."""

    summary: ProductSummary
    description: str


def shortened(description: str) -> str:
    """The beginning of a description as lists show it: one line, cut between words."""
    line = " ".join(description[: 4 * SHORT_DESCRIPTION].split())
    if len(line) <= SHORT_DESCRIPTION:
        return line
    kept = line[: SHORT_DESCRIPTION - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"


@dataclass(frozen=True)
class SearchPage:
    """One page of the answer; `count` is that of all pages."""

    count: int
    products: tuple[ProductSummary, ...]
    page: PageRequest

    @property
    def has_next(self) -> bool:
        """Whether a page follows that may be asked for."""
        following = (self.page.number + 1) * self.page.size
        return self.page.offset + self.page.size < self.count and following <= DEEPEST

    @property
    def has_previous(self) -> bool:
        """Whether a page stands before this one."""
        return self.page.number > 1
