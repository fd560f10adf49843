"""Bodies of the staff's category and product routes."""

from decimal import Decimal
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import (
    MAX_DESCRIPTION_LENGTH,
    MAX_NAME_LENGTH,
    MAX_STOCK,
    Category,
    NewProduct,
    Product,
)
from commerce.kit import clock, money
from commerce.kit.ids import LARGEST
from commerce.search.model import Explanation, SearchPage
from rest.bodies import FILLED, Body

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION_LENGTH)]
Price = str | int | Decimal
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK)]
StockStep = Annotated[int, Field(ge=-MAX_STOCK, le=MAX_STOCK)]
Slug = Annotated[str, Field(min_length=1, max_length=80)]


CategoryName = Annotated[str, Field(max_length=100), FILLED]


class AddCategory(Body):
    name: CategoryName
    description: Annotated[str, Field(max_length=1000)] = ""
    parent: Slug | None = None


class ChangeCategory(Body):
    name: CategoryName | None = None
    description: Annotated[str, Field(max_length=1000)] | None = None
    is_active: bool | None = None


class CreateProduct(Body):
    name: Name
    price: Price
    stock: Stock
    category: Slug
    description: Description = ""
    seller_id: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    is_active: bool = True
    is_featured: bool = False

    def draft(self) -> NewProduct:
        """The use case's input."""
        return NewProduct(
            name=self.name,
            description=self.description,
            price_minor=money.Written(self.price),
            stock=self.stock,
            category_slug=self.category,
            seller_id=self.seller_id,
            is_active=self.is_active,
            is_featured=self.is_featured,
            given=self.model_dump(exclude_unset=True),
        )


class ChangeProduct(Body):
    """`stock` sets the pieces, with `stock_seen` only if there are still so many; `stock_change` adds or takes away."""

    name: Name | None = None
    price: Price | None = None
    stock: Stock | None = None
    stock_seen: Stock | None = None
    stock_change: StockStep | None = None
    category: Slug | None = None
    description: Description | None = None
    is_active: bool | None = None
    is_featured: bool | None = None

    def change(self) -> ProductChange:
        """The use case's input."""
        return ProductChange(
            name=self.name,
            description=self.description,
            price_minor=None if self.price is None else money.Written(self.price),
            stock=self.stock,
            stock_seen=self.stock_seen,
            stock_change=self.stock_change,
            category_slug=self.category,
            is_active=self.is_active,
            is_featured=self.is_featured,
        )


class CategoryDetail(TypedDict):
    id: int
    name: str
    slug: str
    description: str
    parent: str | None
    is_active: bool


class CategoryBody(TypedDict):
    id: int
    name: str
    slug: str


class ProductBody(TypedDict):
    id: int
    slug: str
    name: str
    description: str
    price: str
    currency: str
    stock: int
    category: CategoryBody
    seller_id: int
    is_active: bool
    is_featured: bool
    created_at: str
    updated_at: str


class ProductPage(TypedDict):
    count: int
    page: int
    page_size: int
    products: list[ProductBody]


class HiddenList(TypedDict):
    products: list[ProductBody]
    next: int | None


def category(category: Category) -> CategoryDetail:
    return {
        "id": category.id,
        "name": category.name,
        "slug": category.slug,
        "description": category.description,
        "parent": category.path[-1] if category.path else None,
        "is_active": category.is_active,
    }


def page(found: SearchPage, products: list[Product]) -> ProductPage:
    """A page of the index, whose products are shown as the table has them."""
    return {
        "count": found.count,
        "page": found.page.number,
        "page_size": found.page.size,
        "products": [product(one) for one in products],
    }


def hidden(products: list[Product], size: int) -> HiddenList:
    """A page of at most `size` products; a full one may be followed by another."""
    following = products[-1].id if len(products) == size else None
    return {"products": [product(one) for one in products], "next": following}


def product(product: Product) -> ProductBody:
    return {
        "id": product.id,
        "slug": product.slug,
        "name": product.name,
        "description": product.description,
        "price": money.text(product.price_minor, product.currency),
        "currency": product.currency,
        "stock": product.available,
        "category": {"id": product.category_id, "name": product.category_name, "slug": product.category_slug},
        "seller_id": product.seller_id,
        "is_active": product.is_active,
        "is_featured": product.is_featured,
        "created_at": clock.iso(product.created_at),
        "updated_at": clock.iso(product.updated_at),
    }


class ExplainedConcept(TypedDict):
    """A run of words, what counts as well, and how many letters may be wrong."""

    written: str
    synonyms: list[str]
    mistakes: int


class ExplainedHit(TypedDict):
    """Why a product was found: the stage, its score, and what its fields' words and its meaning scored."""

    id: int
    name: str
    stage: str
    score: float
    parts: dict[str, float]


class Explained(TypedDict):
    """`stage` is how loosely the words had to be taken: exact, wider or near."""

    stage: str
    count: int
    words: list[str]
    concepts: list[ExplainedConcept]
    hits: list[ExplainedHit]


def explained(found: Explanation) -> Explained:
    return {
        "stage": found.stage,
        "count": found.count,
        "words": list(found.words),
        "concepts": [
            {"written": one.written, "synonyms": list(one.synonyms), "mistakes": one.mistakes} for one in found.concepts
        ],
        "hits": [
            {
                "id": hit.product.id,
                "name": hit.product.name,
                "stage": hit.stage,
                "score": round(hit.score, 3),
                "parts": {name: round(value, 3) for name, value in hit.parts.items()},
            }
            for hit in found.hits
        ],
    }
