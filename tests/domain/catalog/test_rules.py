"""Rules of the catalogue that need no table: discounts, averages, trees of categories."""

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import Category, Figures, discount_percent
from commerce.catalog.tree import active_trees, all_trees
from commerce.kit import money
from commerce.kit.errors import InvalidInput


@pytest.mark.parametrize(
    ("price", "original", "percent"),
    [(80, 100, 20), (100, 100, 0), (120, 100, 0), (100, 0, 0), (1, 100, 99), (667, 1000, 33), (999, 1000, 0)],
)
def test_discounts_are_whole_percents_rounded_down(price: int, original: int, percent: int) -> None:
    assert discount_percent(price, original) == percent


@pytest.mark.parametrize(
    ("reviews", "rating_sum", "micros"), [(0, 0, 0), (1, 5, 5_000_000), (3, 13, 4_333_333), (2, 9, 4_500_000)]
)
def test_averages_are_whole_numbers(reviews: int, rating_sum: int, micros: int) -> None:
    assert Figures(reviews=reviews, rating_sum=rating_sum).rating_micros == micros


def a_category(slug: str, *path: str, is_active: bool = True) -> Category:
    return Category(len(slug), slug.title(), slug, path=path, is_active=is_active)


def test_a_tree_has_what_is_active_under_what_is_active() -> None:
    home, kitchen, knives = a_category("home"), a_category("kitchen", "home"), a_category("knives", "home", "kitchen")
    cellar = a_category("cellar", "home", is_active=False)
    wine = a_category("wine", "home", "cellar")
    trees = active_trees([cellar, home, kitchen, knives, wine])
    assert [tree.category for tree in all_trees(trees)] == [home, kitchen, knives]
    assert [tree.category for tree in trees] == [home]


def test_a_change_sets_what_it_says_and_nothing_else() -> None:
    change = ProductChange(tags=(), original_price_minor=0, price_minor=money.Written("7"), category_slug="home")
    assert change.facts("USD") == {"tags": (), "original_price_minor": 0, "price_minor": 700}
    assert change.given() == {"tags": (), "price": "7", "original_price_minor": 0, "category": "home"}
    assert ProductChange().facts("USD") == {}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (ProductChange(condition="broken", brand="x" * 101), {"condition", "brand"}),
        (ProductChange(tags=("a",) * 31, colors=("",)), {"tags", "colors"}),
        (ProductChange(price_minor=0, materials="x" * 301), {"price", "materials"}),
    ],
)
def test_every_field_that_breaks_a_rule_is_named(change: ProductChange, fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change.facts("USD")
    assert set(refusal.value.fields) == fields
