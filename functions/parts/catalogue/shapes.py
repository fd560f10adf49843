"""Bodies of the parts client's catalogue: whole products, in lists as well."""

from typing import TypedDict

from commerce.catalog.model import Category, Product
from commerce.kit import clock
from rest.values import image_url, price


class CategoryBody(TypedDict):
    id: int
    name: str
    slug: str
    description: str


class ProductCategory(TypedDict):
    id: int
    name: str
    slug: str


class ImageBody(TypedDict):
    id: int
    image: str


class ProductBody(TypedDict):
    id: int
    name: str
    slug: str
    category: ProductCategory
    price: str
    stock: int
    description: str
    images: list[ImageBody]
    is_active: bool
    created_at: str


def category(category: Category) -> CategoryBody:
    return {
        "id": category.id,
        "name": category.name,
        "slug": category.slug,
        "description": category.description,
    }


def product(product: Product) -> ProductBody:
    images = [url for key in product.images if (url := image_url(key))]
    return {
        "id": product.id,
        "name": product.name,
        "slug": product.slug,
        "category": {"id": product.category_id, "name": product.category_name, "slug": product.category_slug},
        "price": price(product.price_minor, product.currency),
        "stock": product.available,
        "description": product.description,
        "images": [{"id": number, "image": url} for number, url in enumerate(images, start=1)],
        "is_active": product.is_active,
        "created_at": clock.iso(product.created_at),
    }
