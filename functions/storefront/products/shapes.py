"""Bodies of the storefront's product routes, and the filters that its list understands."""

from typing import TypedDict

from commerce.catalog.model import Product
from commerce.kit import clock, money, settings
from commerce.kit.errors import InvalidInput
from commerce.search.model import Card, Criteria, Found
from edge.lists import neighbours
from edge.requests import Request
from storefront.contract import image_url, price

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


class ProductRow(TypedDict):
    id: int
    name: str
    price: str
    stock: int
    category_name: str
    image: str | None
    is_in_stock: bool
    featured: bool


class ProductDetail(ProductRow):
    description: str
    images: list[str]
    category: int
    created_at: str


class ProductPage(TypedDict):
    count: int
    next: str | None
    previous: str | None
    results: list[ProductRow]


def criteria(request: Request) -> Criteria:
    """The question that the query asks. Raises InvalidInput for values that cannot be understood (RULINGS G11)."""
    query = request.query
    return Criteria(
        text=_first(request, "search", "q", "query") or "",
        category=query.get("category") or None,
        price_min=_amount(request, "price_min", "min_price"),
        price_max=_amount(request, "price_max", "max_price"),
        in_stock=_flag(request, "in_stock"),
        featured=_flag(request, "featured"),
        ordering=query.get("ordering") or None,
        page=request.page,
    )


def page(request: Request, found: Found) -> ProductPage:
    following, previous = neighbours(request, found.page, found.count)
    return {
        "count": found.count,
        "next": following if found.has_next else None,
        "previous": previous,
        "results": [_row(card) for card in found.cards],
    }


def _row(card: Card) -> ProductRow:
    return {
        "id": card.id,
        "name": card.name,
        "price": price(card.price_minor, card.currency),
        "stock": card.stock,
        "category_name": card.category_name,
        "image": image_url(card.image),
        "is_in_stock": card.stock > 0,
        "featured": card.is_featured,
    }


def detail(product: Product) -> ProductDetail:
    images = [url for key in product.images if (url := image_url(key))]
    return {
        "id": product.id,
        "name": product.name,
        "price": price(product.price_minor, product.currency),
        "stock": product.available,
        "category_name": product.category_name,
        "image": images[0] if images else None,
        "is_in_stock": product.is_in_stock,
        "featured": product.is_featured,
        "description": product.description,
        "images": images,
        "category": product.category_id,
        "created_at": clock.iso(product.created_at),
    }


def _first(request: Request, *names: str) -> str | None:
    return next((request.query[name] for name in names if request.query.get(name)), None)


def _amount(request: Request, *names: str) -> int | None:
    for name in names:
        if written := request.query.get(name):
            try:
                return money.parse(written, settings.text("DEFAULT_CURRENCY"))
            except ValueError as error:
                raise InvalidInput.of(name, str(error)) from None
    return None


def _flag(request: Request, name: str) -> bool | None:
    written = request.query.get(name)
    if not written:
        return None
    if written.lower() not in ("true", "false", "1", "0"):
        raise InvalidInput.of(name, "Must be a valid boolean.")
    return written.lower() in ("true", "1")
