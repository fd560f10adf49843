"""Filters of product lists: every contract accepts every synonym (docs/contracts: filters), and refuses what none
understands."""

from decimal import Decimal

from commerce.catalog.model import CONDITIONS
from commerce.search.model import SORTABLE, UNSORTABLE, SearchQuery
from rest import parameters
from rest.parameters import Parameters
from rest.requests import Request

FILTERS: Parameters = {
    "category": parameters.text("Id or slug of a category"),
    "price_min": parameters.amount("Lowest price"),
    "price_max": parameters.amount("Highest price"),
    "min_price": parameters.amount("The same as price_min"),
    "max_price": parameters.amount("The same as price_max"),
    "in_stock": parameters.flag("Only what is, or is not, in stock"),
    "featured": parameters.flag("Only what is, or is not, featured"),
    "on_sale": parameters.flag("Only what is, or is not, reduced in price"),
    "condition": parameters.words("Conditions, separated by commas, of which one will do", CONDITIONS),
    "brand": parameters.words("Brands, separated by commas, of which one will do"),
    "tags": parameters.words("Tags, separated by commas, of which one will do"),
    "seller": parameters.identifier("Id of a seller"),
    "min_rating": parameters.rating("Lowest average rating"),
    "search": parameters.text("Words to look for"),
    "q": parameters.text("The same as search"),
    "query": parameters.text("The same as search"),
    "ordering": parameters.one_of(
        "Best matches first when searching, else newest first, unless said here; - means descending",
        [sign + name for name in SORTABLE for sign in ("", "-")],
        UNSORTABLE,
    ),
    **parameters.PAGE,
}


def search_query(request: Request, *, category: str | None = None) -> SearchQuery:
    """The question that the query asks, within `category` when the path names one. Raises InvalidInput."""
    query = request.query
    return SearchQuery(
        text=query["search"] or query["q"] or query["query"] or "",
        category=category or query["category"],
        price_min=_price(request, "price_min", "min_price"),
        price_max=_price(request, "price_max", "max_price"),
        in_stock=query["in_stock"],
        featured=query["featured"],
        on_sale=query["on_sale"],
        conditions=query["condition"],
        brands=query["brand"],
        tags=query["tags"],
        seller_id=query["seller"],
        rating_min=query["min_rating"],
        ordering=query["ordering"],
        page=request.page,
    )


def _price(request: Request, *names: str) -> Decimal | None:
    return next((Decimal(written) for name in names if (written := request.query[name]) is not None), None)
