"""Bodies of the storefront's product routes."""

from typing import TypedDict

from commerce.catalog.model import Product
from commerce.kit import clock
from commerce.search.model import ProductSummary, SearchPage
from rest.lists import neighbours, require_page
from rest.requests import Request
from rest.values import image_url, price


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


def page(request: Request, found: SearchPage) -> ProductPage:
    """A page of the list. Raises NotFound for one beyond the end."""
    require_page(found.page, found.count)
    following, previous = neighbours(request, found.page, found.count)
    return {
        "count": found.count,
        "next": following if found.has_next else None,
        "previous": previous,
        "results": [_row(summary) for summary in found.products],
    }


def _row(summary: ProductSummary) -> ProductRow:
    return {
        "id": summary.id,
        "name": summary.name,
        "price": price(summary.price_minor, summary.currency),
        "stock": summary.stock,
        "category_name": summary.category_name,
        "image": image_url(summary.image),
        "is_in_stock": summary.stock > 0,
        "featured": summary.is_featured,
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
