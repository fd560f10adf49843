"""Bodies of the campus client's product routes."""

from decimal import Decimal
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import (
    CONDITIONS,
    MAX_DESCRIPTION_LENGTH,
    MAX_NAME_LENGTH,
    MAX_STOCK,
    Category,
    NewProduct,
)
from commerce.kit import money
from commerce.kit.ids import LARGEST
from rest.bodies import FILLED, Body, one_of

Title = Annotated[str, Field(max_length=MAX_NAME_LENGTH), FILLED]
Description = Annotated[str, Field(max_length=MAX_DESCRIPTION_LENGTH)]
Price = str | int | Decimal
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK)]
CategoryName = Annotated[str, Field(min_length=1, max_length=120)] | Annotated[int, Field(ge=1, le=LARGEST)]
Condition = Annotated[str, one_of(CONDITIONS)]


class CreateProduct(Body):
    """A product; who says nothing of its stock sells one thing of their own."""

    title: Title
    price: Price
    category: CategoryName
    description: Description = ""
    condition: Condition = CONDITIONS[0]
    stock: Stock = 1

    def draft(self) -> NewProduct:
        """The use case's input."""
        return NewProduct(
            name=self.title,
            price_minor=money.Written(self.price),
            stock=self.stock,
            category_slug=str(self.category),
            description=self.description,
            condition=self.condition,
            given=self.model_dump(exclude_unset=True),
        )


class ChangeProduct(Body):
    title: Title | None = None
    price: Price | None = None
    category: CategoryName | None = None
    description: Description | None = None
    condition: Condition | None = None
    stock: Stock | None = None
    is_active: bool | None = None

    def change(self) -> ProductChange:
        """The use case's input."""
        return ProductChange(
            name=self.title,
            description=self.description,
            price_minor=None if self.price is None else money.Written(self.price),
            stock=self.stock,
            category_slug=None if self.category is None else str(self.category),
            condition=self.condition,
            is_active=self.is_active,
        )


class CategoryBody(TypedDict):
    id: int
    name: str
    slug: str
    description: str


def category(category: Category) -> CategoryBody:
    return {
        "id": category.id,
        "name": category.name,
        "slug": category.slug,
        "description": category.description,
    }
