"""Filters of product lists: every contract accepts every synonym (RULINGS G11), and refuses what none understands."""

from commerce.kit import money, settings
from commerce.kit.errors import InvalidInput
from commerce.search.model import SearchQuery
from rest.requests import Request

QUERY = (
    "category",
    "price_min",
    "price_max",
    "min_price",
    "max_price",
    "in_stock",
    "featured",
    "search",
    "q",
    "query",
    "ordering",
    "page",
    "page_size",
)


def search_query(request: Request, *, category: str | None = None) -> SearchQuery:
    """The question that the query asks, within `category` when the path names one. Raises InvalidInput."""
    query = request.query
    return SearchQuery(
        text=next((query[name] for name in ("search", "q", "query") if name in query), ""),
        category=category or query.get("category"),
        price_min=_amount(request, "price_min", "min_price"),
        price_max=_amount(request, "price_max", "max_price"),
        in_stock=_flag(request, "in_stock"),
        featured=_flag(request, "featured"),
        ordering=query.get("ordering"),
        page=request.page,
    )


def _amount(request: Request, *names: str) -> int | None:
    for name in names:
        if name in request.query:
            written = request.query[name]
            try:
                return money.parse(written, settings.text("DEFAULT_CURRENCY"))
            except ValueError as error:
                raise InvalidInput.of(name, str(error)) from None
    return None


def _flag(request: Request, name: str) -> bool | None:
    written = request.query.get(name)
    if written is None:
        return None
    if written.lower() not in ("true", "false", "1", "0"):
        raise InvalidInput.of(name, "Must be a valid boolean.")
    return written.lower() in ("true", "1")
