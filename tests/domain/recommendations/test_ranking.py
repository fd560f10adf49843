"""How recommendations are mixed, by examples."""

from collections.abc import Sequence
from dataclasses import replace

from commerce.recommendations.ranking import MAX_RANKED, Mix, Shown, by_place, likeness, popularity
from commerce.search.model import ProductSummary

ONE = ProductSummary(
    id=1,
    name="Red desk lamp",
    slug="one",
    short_description="",
    price_minor=2_000,
    currency="USD",
    stock=3,
    category_id=1,
    category_slug="light",
    category_name="Light",
    brand="Lumen",
    tags=("desk", "warm"),
    seller_id=11,
    image="",
    is_featured=False,
    created_at=1,
    updated_at=1,
)


def test_likeness_is_by_words_category_tags_brand_and_price() -> None:
    assert likeness(ONE, replace(ONE, id=2)) == 1.0
    cases = [
        replace(ONE, name="Red desk light"),
        replace(ONE, name="Desk lamp of red"),
        replace(ONE, category_slug="tables"),
        replace(ONE, tags=("desk",)),
        replace(ONE, brand=""),
        replace(ONE, price_minor=1_000),
        replace(ONE, currency="GHS"),
    ]
    assert [round(likeness(ONE, case), 3) for case in cases] == [0.75, 1.0, 0.8, 0.925, 0.9, 0.975, 0.95]
    other = replace(ONE, name="Mug", category_slug="kitchen", tags=(), brand="")
    assert likeness(ONE, other) == likeness(ONE, other, 0.2) == 0, "of one price, and of nothing else"
    assert [round(likeness(ONE, other, nearness), 3) for nearness in (0.6, 1.0)] == [0.3, 0.55]
    assert likeness(replace(ONE, brand="", price_minor=0), replace(ONE, brand="", price_minor=0)) == 0.85


def test_favourites_count_more_than_views_and_the_newest_is_first_of_equals() -> None:
    viewed, liked, new = replace(ONE, id=2, view_count=9), replace(ONE, id=3, favorite_count=1), replace(ONE, id=4)
    assert sorted([ONE, viewed, liked, new], key=popularity, reverse=True) == [liked, viewed, new, ONE]
    assert by_place([ONE, viewed, liked, new]) == {3: 1.0, 2: 0.75, 4: 0.5, 1: 0.25}
    assert by_place([]) == {}


def test_a_mix_adds_up_and_shows_what_may_be_shown() -> None:
    own, bought, sold_out = replace(ONE, id=2, seller_id=5), replace(ONE, id=3), replace(ONE, id=4, stock=0)
    best, equal, popular = replace(ONE, id=6), replace(ONE, id=7), replace(ONE, id=8, view_count=1)
    mix = Mix()
    mix.add(4.0, {2: 1.0, 3: 1.0, 4: 1.0, 6: 0.5})
    mix.add(2.0, {6: 0.5, 7: 0.25})
    mix.add(1.0, {8: 0.5, 9: 1.0})
    mix.know([best, equal])
    index = {one.id: one for one in (own, bought, sold_out, popular)}
    asked: list[int] = []

    def by_ids(product_ids: Sequence[int]) -> list[ProductSummary]:
        asked.extend(product_ids)
        return [index[one] for one in product_ids if one in index]

    assert mix.ranked(by_ids, Shown(5, frozenset({3}))) == [6, 8, 7], "9 is not in the index"
    assert sorted(asked) == [2, 4, 8, 9], "neither what is known nor what was bought"
    assert mix.ranked(by_ids, Shown(5, frozenset({3}), besides=6)) == [8, 7]
    assert mix.ranked(by_ids, Shown(0, frozenset())) == [3, 2, 6, 8, 7]
    # Of very many only the best are looked at.
    mix.add(0.001, dict.fromkeys(range(100, 10_100), 1.0))
    asked.clear()
    assert mix.ranked(by_ids, Shown(0, frozenset())) == [3, 2, 6, 8, 7]
    assert len(asked) < MAX_RANKED
