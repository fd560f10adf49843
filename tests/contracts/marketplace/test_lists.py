"""What lists of the marketplace's products can be asked for."""

import pytest

from support.builders import a_person, a_product, listed
from support.client import Client

from .test_products import PRODUCTS, names

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")


def test_filters() -> None:
    seller, other = a_person(is_seller=True), a_person(is_seller=True)
    lamp = a_product(
        seller, name="Lamp", price_minor=5_000, original_price_minor=8_000, brand="Lumen", tags=("Home", "led")
    )
    mug = a_product(
        seller, name="Mug", price_minor=900, condition="fair", stock=0, category="Kitchen", is_featured=True
    )
    book = a_product(other, name="Book", price_minor=2_000, condition="like_new", tags=("reading",), brand="Élan Press")
    listed(lamp, mug, book)
    for query, expected in {
        "condition=fair": ["Mug"],
        "condition=fair,like_new": ["Book", "Mug"],
        "brand=lumen": ["Lamp"],
        "brand=elan+press,LUMEN": ["Book", "Lamp"],
        "tags=home": ["Lamp"],
        "tags=LED,reading": ["Book", "Lamp"],
        f"seller={other.id}": ["Book"],
        "on_sale=true": ["Lamp"],
        "on_sale=false": ["Book", "Mug"],
        "in_stock=false": ["Mug"],
        "featured=true": ["Mug"],
        "category=kitchen": ["Mug"],
        "min_price=10&price_max=30": ["Book"],
        "search=lumen": ["Lamp"],
        "search=reading": ["Book"],
        "min_rating=0": ["Book", "Lamp", "Mug"],
        "min_rating=0.5": [],
    }.items():
        assert sorted(names(query)) == expected, query


def test_orderings_and_ratings() -> None:
    seller, readers = a_person(is_seller=True), [a_person() for _ in range(3)]
    first, second, third = (a_product(seller, name=name) for name in ("First", "Second", "Third"))
    for product, ratings in ((first, [4, 5]), (second, [4, 4, 4]), (third, [5])):
        for reader, rating in zip(readers, ratings, strict=False):
            shop.post(f"{PRODUCTS}{product.slug}/add_review/", json={"rating": rating}, token=reader.access)
    for reader, liked in zip(readers, [(first, second), (second,), (second,)], strict=True):
        for product in liked:
            shop.post(f"{PRODUCTS}{product.slug}/favorite/", token=reader.access)
    listed(first, second, third)
    assert names("ordering=-average_rating") == ["Third", "First", "Second"]
    assert names("ordering=average_rating") == ["Second", "First", "Third"]
    assert names("ordering=-favorite_count") == ["Second", "First", "Third"]
    assert names("ordering=-view_count") == ["Third", "Second", "First"]
    assert names("ordering=created_at") == ["First", "Second", "Third"]
    assert names("") == ["Third", "Second", "First"]
    assert names("min_rating=4.5&ordering=created_at") == ["First", "Third"]
    assert names("min_rating=4.51") == ["Third"]
    [shown] = [one for one in shop.get(PRODUCTS).body if one["name"] == "First"]
    assert (shown["average_rating"], shown["review_count"], shown["favorite_count"]) == (4.5, 2, 1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ordering=rating", "ordering"),
        ("condition=broken", "condition"),
        ("min_rating=6", "min_rating"),
        ("min_rating=x", "min_rating"),
        ("seller=ada", "seller"),
        ("tags=,", "tags"),
        ("on_sale=perhaps", "on_sale"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(query: str, field: str) -> None:
    answer = shop.get(PRODUCTS, query=query)
    assert (answer.status, list(answer.body)) == (400, [field])
