"""Bodies that several groups of the marketplace answer with: people, products in lists, reviews."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict

from commerce.accounts.model import PublicProfile
from commerce.catalog.model import RATING_MICROS, discount_percent
from commerce.kit import clock
from commerce.reviews.model import Review
from commerce.search.model import ProductSummary
from rest.values import image_url, price


class PersonBody(TypedDict):
    id: int
    username: str
    first_name: str
    last_name: str
    avatar: str | None


class CategoryName(TypedDict):
    id: int
    name: str
    slug: str


class ProductRow(TypedDict):
    id: int
    name: str
    slug: str
    short_description: str
    seller: PersonBody
    category: CategoryName
    price: str
    original_price: str | None
    condition: str
    brand: str
    primary_image: str | None
    is_featured: bool
    is_digital: bool
    average_rating: float
    review_count: int
    is_in_stock: bool
    is_on_sale: bool
    discount_percentage: int
    is_favorited: bool
    created_at: str
    view_count: int
    favorite_count: int


class ReviewBody(TypedDict):
    id: int
    product: int
    user: PersonBody
    rating: int
    title: str
    comment: str
    is_verified_purchase: bool
    created_at: str
    updated_at: str


People = Mapping[int, PublicProfile]


def person(user_id: int, people: People) -> PersonBody:
    """Somebody as everybody may know them; an account that is gone is a number without a name."""
    profile = people.get(user_id) or PublicProfile(user_id, "")
    return {
        "id": profile.id,
        "username": profile.username,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "avatar": image_url(profile.avatar),
    }


def product_rows(summaries: Sequence[ProductSummary], people: People, favorites: Collection[int]) -> list[ProductRow]:
    """Products as lists show them; `favorites` are those of the reader's that are among them."""
    return [product_row(summary, people, favorites) for summary in summaries]


def product_row(summary: ProductSummary, people: People, favorites: Collection[int]) -> ProductRow:
    original = summary.original_price_minor
    return {
        "id": summary.id,
        "name": summary.name,
        "slug": summary.slug,
        "short_description": summary.short_description,
        "seller": person(summary.seller_id, people),
        "category": {"id": summary.category_id, "name": summary.category_name, "slug": summary.category_slug},
        "price": price(summary.price_minor, summary.currency),
        "original_price": price(original, summary.currency) if original else None,
        "condition": summary.condition,
        "brand": summary.brand,
        "primary_image": image_url(summary.image),
        "is_featured": summary.is_featured,
        "is_digital": summary.is_digital,
        "average_rating": average(summary.rating_micros),
        "review_count": summary.review_count,
        "is_in_stock": summary.stock > 0,
        "is_on_sale": original > summary.price_minor,
        "discount_percentage": discount_percent(summary.price_minor, original),
        "is_favorited": summary.id in favorites,
        "created_at": clock.iso(summary.created_at),
        "view_count": summary.view_count,
        "favorite_count": summary.favorite_count,
    }


def review_body(review: Review, people: People) -> ReviewBody:
    opinion = review.opinion
    return {
        "id": review.id,
        "product": review.product_id,
        "user": person(review.author_id, people),
        "rating": opinion.rating,
        "title": opinion.title,
        "comment": opinion.comment,
        "is_verified_purchase": review.is_verified,
        "created_at": clock.iso(review.created_at),
        "updated_at": clock.iso(review.updated_at),
    }


def average(rating_micros: int) -> float:
    """An average rating to two decimals, 0 without reviews."""
    return round(rating_micros / RATING_MICROS, 2)
