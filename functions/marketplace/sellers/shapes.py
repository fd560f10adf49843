"""Bodies of the marketplace's pages of sellers."""

from collections.abc import Collection, Sequence
from typing import TypedDict

from commerce.accounts.model import PublicProfile
from commerce.kit import clock
from commerce.reviews.model import Review
from commerce.search.model import ProductSummary, SellerFigures
from marketplace.bodies import (
    People,
    PersonBody,
    ProductRow,
    ReviewBody,
    average,
    person,
    product_rows,
    review_body,
)


class SellerBody(PersonBody):
    created_at: str


class Stats(TypedDict):
    product_count: int
    review_count: int
    average_rating: float
    favorite_count: int


class SellerPage(TypedDict):
    seller: SellerBody
    stats: Stats
    products: list[ProductRow]
    reviews: list[ReviewBody]


def page(
    profile: PublicProfile,
    figures: SellerFigures,
    products: Sequence[ProductSummary],
    reviews: Sequence[Review],
    people: People,
    favorites: Collection[int],
) -> SellerPage:
    return {
        "seller": {**person(profile.id, people), "created_at": clock.iso(profile.created_at)},
        "stats": {
            "product_count": figures.products,
            "review_count": figures.reviews,
            "average_rating": average(figures.rating_micros),
            "favorite_count": figures.favorites,
        },
        "products": product_rows(products, people, favorites),
        "reviews": [review_body(review, people) for review in reviews],
    }
