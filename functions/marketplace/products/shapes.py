"""Bodies of the marketplace's product routes. What a form sends as text is read as what it means, in JSON too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, TypedDict

from pydantic import Field

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import (
    CONDITIONS,
    MAX_DESCRIPTION_LENGTH,
    MAX_NAME_LENGTH,
    MAX_STOCK,
    MAX_WORD_LENGTH,
    MAX_WORDS,
    TEXT_LIMITS,
    Figures,
    NewProduct,
    Product,
)
from commerce.favorites.model import Favorite
from commerce.indexing.model import document_of
from commerce.kit import clock, money
from commerce.kit.ids import LARGEST
from commerce.media.model import Announced, FormFile, Image, ImageStatus, ImageType, image_of
from commerce.reviews.model import Review
from commerce.search.model import ProductSummary
from marketplace.bodies import People, ProductRow, ReviewBody, product_row, product_rows, review_body
from rest.api import Request
from rest.bodies import FILLED, FLAG_OR_TEXT, WHOLE_OR_TEXT, WORDS_OR_TEXT, Body, one_of
from rest.values import image_url

# The fields of a form in which pictures come, the one of the main picture first.
MAIN_FIELD = "main_image"
IMAGE_FIELDS = (MAIN_FIELD, "images", "uploaded_images")

if TYPE_CHECKING:
    from rest.files import SentFile

Name = Annotated[str, Field(max_length=MAX_NAME_LENGTH), FILLED]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION_LENGTH)]
Price = str | int | Decimal
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK), WHOLE_OR_TEXT]
Category = Annotated[str, Field(min_length=1, max_length=120)] | Annotated[int, Field(ge=1, le=LARGEST)]
Condition = Annotated[str, one_of(CONDITIONS)]
Flag = Annotated[bool, FLAG_OR_TEXT]
Word = Annotated[str, Field(min_length=1, max_length=MAX_WORD_LENGTH)]
Words = Annotated[list[Word], Field(max_length=MAX_WORDS), WORDS_OR_TEXT]
Brand = Annotated[str, Field(max_length=TEXT_LIMITS["brand"])]
Model = Annotated[str, Field(max_length=TEXT_LIMITS["model"])]
Weight = Annotated[str, Field(max_length=TEXT_LIMITS["weight"])]
Dimensions = Annotated[str, Field(max_length=TEXT_LIMITS["dimensions"])]
Materials = Annotated[str, Field(max_length=TEXT_LIMITS["materials"])]


class CreateProduct(Body):
    name: Name
    price: Price
    category: Category
    stock_quantity: Stock = 0
    description: Description = ""
    original_price: Price | None = None
    condition: Condition = CONDITIONS[0]
    brand: Brand = ""
    model: Model = ""
    weight: Weight = ""
    dimensions: Dimensions = ""
    colors: Words = Field(default_factory=list)
    materials: Materials = ""
    tags: Words = Field(default_factory=list)
    is_digital: Flag = False
    is_active: Flag = True

    def draft(self) -> NewProduct:
        """The use case's input."""
        return NewProduct(
            name=self.name,
            price_minor=money.Written(self.price),
            stock=self.stock_quantity,
            category_slug=str(self.category),
            description=self.description,
            original_price_minor=_original(self.original_price),
            condition=self.condition,
            brand=self.brand,
            model=self.model,
            weight=self.weight,
            dimensions=self.dimensions,
            colors=tuple(self.colors),
            materials=self.materials,
            tags=tuple(self.tags),
            is_digital=self.is_digital,
            is_active=self.is_active,
            given=self.model_dump(exclude_unset=True),
        )


class ChangeProduct(Body):
    """An `original_price` of null takes it away."""

    name: Name | None = None
    price: Price | None = None
    category: Category | None = None
    stock_quantity: Stock | None = None
    description: Description | None = None
    original_price: Price | None = None
    condition: Condition | None = None
    brand: Brand | None = None
    model: Model | None = None
    weight: Weight | None = None
    dimensions: Dimensions | None = None
    colors: Words | None = None
    materials: Materials | None = None
    tags: Words | None = None
    is_digital: Flag | None = None
    is_active: Flag | None = None

    def change(self) -> ProductChange:
        """The use case's input."""
        return ProductChange(
            name=self.name,
            price_minor=None if self.price is None else money.Written(self.price),
            category_slug=None if self.category is None else str(self.category),
            stock=self.stock_quantity,
            description=self.description,
            original_price_minor=_original(self.original_price) if "original_price" in self.model_fields_set else None,
            condition=self.condition,
            brand=self.brand,
            model=self.model,
            weight=self.weight,
            dimensions=self.dimensions,
            colors=None if self.colors is None else tuple(self.colors),
            materials=self.materials,
            tags=None if self.tags is None else tuple(self.tags),
            is_digital=self.is_digital,
            is_active=self.is_active,
        )


def _original(written: Price | None) -> money.Amount:
    """The original price as it was written; none is 0, and so is an empty field of a form."""
    return 0 if written is None or written == "" else money.Written(written)


class ImageBody(TypedDict):
    """A picture that is shown, or one of the answered form's that waits for its check; `id` is that of its record."""

    id: int
    image: str | None
    is_primary: bool
    status: str


class ProductDetail(ProductRow):
    description: str
    stock_quantity: int
    model: str
    weight: str
    dimensions: str
    colors: list[str]
    materials: str
    tags: list[str]
    is_active: bool
    images: list[ImageBody]
    reviews: list[ReviewBody]
    updated_at: str
    click_count: int


class Favorited(TypedDict):
    favorited: bool


class FavoriteBody(TypedDict):
    product: ProductRow
    created_at: str


def files(request: Request) -> list[FormFile]:
    """The pictures that came in a form, the main one first."""
    sent = sorted(request.files, key=lambda file: IMAGE_FIELDS.index(file.field))
    return [FormFile(file.field, _announced(file), file.content) for file in sent]


def _announced(file: "SentFile") -> Announced:
    kind = ImageType.MAIN if file.field == MAIN_FIELD else ImageType.GALLERY
    return Announced(file.filename, file.content_type, len(file.content), kind)


def detail(
    product: Product,
    reviews: Sequence[Review],
    people: People,
    favorites: Collection[int],
    waiting: Sequence[Image] = (),
) -> ProductDetail:
    """A product; `waiting` are pictures of its that wait for their check, which only its seller and staff are shown."""
    return {
        **product_row(document_of(product).summary, people, favorites),
        "description": product.description,
        "stock_quantity": product.available,
        "model": product.model,
        "weight": product.weight,
        "dimensions": product.dimensions,
        "colors": list(product.colors),
        "materials": product.materials,
        "tags": list(product.tags),
        "is_active": product.is_active,
        "images": [*_shown(product), *map(_waiting, waiting)],
        "reviews": [review_body(review, people) for review in reviews],
        "updated_at": clock.iso(product.updated_at),
        "click_count": product.figures.clicks,
    }


def _shown(product: Product) -> list[ImageBody]:
    return [
        {
            "id": image_of(key) or number,
            "image": image_url(key),
            "is_primary": number == 1,
            "status": ImageStatus.READY.value,
        }
        for number, key in enumerate(filter(None, product.images), 1)
    ]


def _waiting(image: Image) -> ImageBody:
    return {"id": image.id, "image": None, "is_primary": False, "status": image.status.value}


def not_among(products: Sequence[Product], listed: Sequence[ProductSummary]) -> list[int]:
    """The products that the index does not list: hidden ones, and what was just made."""
    known = {summary.id for summary in listed}
    return [product.id for product in products if product.id not in known]


def own_rows(
    products: Sequence[Product],
    listed: Sequence[ProductSummary],
    figures: Mapping[int, Figures],
    people: People,
    favorites: Collection[int],
) -> list[ProductRow]:
    """Products as the table has them, in the form of a list's; their figures are those of the index, and these."""
    known = {summary.id: _figures(summary) for summary in listed} | dict(figures)
    summaries = [document_of(replace(product, figures=known[product.id])).summary for product in products]
    return product_rows(summaries, people, favorites)


def _figures(summary: ProductSummary) -> Figures:
    return Figures(
        reviews=summary.review_count,
        rating_sum=summary.rating_sum,
        favorites=summary.favorite_count,
        views=summary.view_count,
    )


def favorites(favorites: Sequence[Favorite], summaries: Sequence[ProductSummary], people: People) -> list[FavoriteBody]:
    """Those of the favourites that are among the products shown."""
    shown = {summary.id: summary for summary in summaries}
    return [
        {
            "product": product_row(shown[favorite.product_id], people, [favorite.product_id]),
            "created_at": clock.iso(favorite.added_at),
        }
        for favorite in favorites
        if favorite.product_id in shown
    ]


def favorited(is_favorite: bool) -> Favorited:
    return {"favorited": is_favorite}
