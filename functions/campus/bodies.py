"""Bodies that several groups of the campus contract answer with: products, students, reviews."""

from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from campus.contract import price
from commerce.accounts.model import PublicProfile
from commerce.catalog.model import Product
from commerce.kit import clock
from commerce.reviews.model import Review
from rest.values import image_url

# The client's types have pictures that may be missing, and none that are null.


class ProductBody(TypedDict):
    id: int
    title: str
    description: str
    price: float
    category: str
    image: NotRequired[str]
    student: int
    created_at: str
    updated_at: str
    slug: str


class StudentBody(TypedDict):
    id: int
    username: str
    first_name: str
    last_name: str
    avatar: NotRequired[str]
    is_seller: bool
    created_at: str


class Reviewer(TypedDict):
    id: int
    username: str
    avatar: NotRequired[str]


class ReviewBody(TypedDict):
    id: int
    product: int
    reviewer: Reviewer
    rating: int
    comment: str
    created_at: str


def product(product: Product) -> ProductBody:
    body: ProductBody = {
        "id": product.id,
        "title": product.name,
        "description": product.description,
        "price": price(product.price_minor, product.currency),
        "category": product.category_slug,
        "student": product.seller_id,
        "created_at": clock.iso(product.created_at),
        "updated_at": clock.iso(product.updated_at),
        "slug": product.slug,
    }
    if image := image_url(product.images[0] if product.images else ""):
        body["image"] = image
    return body


def products(products: Iterable[Product]) -> list[ProductBody]:
    return [product(one) for one in products]


def student(profile: PublicProfile) -> StudentBody:
    body: StudentBody = {
        "id": profile.id,
        "username": profile.username,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "is_seller": profile.is_seller,
        "created_at": clock.iso(profile.created_at),
    }
    if avatar := image_url(profile.avatar):
        body["avatar"] = avatar
    return body


def review(review: Review, people: Mapping[int, PublicProfile]) -> ReviewBody:
    """A review; an author whose account is gone is a number without a name."""
    profile = people.get(review.author_id) or PublicProfile(review.author_id, "")
    reviewer: Reviewer = {"id": profile.id, "username": profile.username}
    if avatar := image_url(profile.avatar):
        reviewer["avatar"] = avatar
    return {
        "id": review.id,
        "product": review.product_id,
        "reviewer": reviewer,
        "rating": review.opinion.rating,
        "comment": review.opinion.comment,
        "created_at": clock.iso(review.created_at),
    }
