"""What the index filters by, counts and adds up beside words and prices."""

from dataclasses import replace
from pathlib import Path

import pytest

from commerce.kit.pages import PageRequest
from commerce.search.model import SearchQuery, SellerFigures
from commerce.search.tantivy_gateway import Engine
from support.documents import an_entry


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def found(engine: Engine, **asked: object) -> list[int]:
    page = engine.find(SearchQuery(ordering="created_at", **asked))
    assert page.count == len(page.products)
    return [summary.id for summary in page.products]


def test_filters_are_words_as_a_whole_without_case_and_accents(engine: Engine) -> None:
    engine.apply(
        [
            an_entry(1, brand="Élan Press", tags=("Two Words", "led"), condition="like_new"),
            an_entry(2, brand="Elan", tags=("words",), condition="new"),
            an_entry(3, brand="", tags=(), condition="poor"),
        ],
        (),
    )
    assert found(engine, brands=("elan press",)) == [1]
    assert found(engine, brands=("ELAN", "élan press")) == [1, 2]
    assert found(engine, tags=("two words",)) == [1]
    assert found(engine, tags=("two",)) == []
    assert found(engine, conditions=("new", "poor")) == [2, 3]
    assert found(engine, brands=("elan",), conditions=("poor",)) == []
    assert found(engine, brands=("x" * 1_000,)) == []


def test_what_is_reduced(engine: Engine) -> None:
    engine.apply([an_entry(1, original_price_minor=100_000), an_entry(2), an_entry(3, original_price_minor=99_999)], ())
    assert (found(engine, on_sale=True), found(engine, on_sale=False)) == ([1], [2, 3])


def test_categories_are_counted_with_what_stands_in_them(engine: Engine) -> None:
    knife = replace(an_entry(1, category_slug="knives"), category_path=("home", "kitchen"))
    pan = replace(an_entry(2, category_slug="kitchen"), category_path=("home",))
    engine.apply([knife, pan, an_entry(3, category_slug="books")], ())
    assert engine.category_counts() == {"home": 2, "kitchen": 2, "knives": 1, "books": 1}
    assert (found(engine, category="home"), found(engine, category="knives")) == ([1, 2], [1])
    # The path is searched and not shown, and a change of it is one all the same.
    assert engine.apply([replace(pan, category_path=())], (3,)) == 2
    assert engine.category_counts() == {"home": 1, "kitchen": 2, "knives": 1}


def test_a_seller_s_figures(engine: Engine) -> None:
    figures = {"review_count": 3, "rating_sum": 13, "rating_micros": 4_333_333, "favorite_count": 2}
    engine.apply([an_entry(1, seller_id=5, **figures), an_entry(2, seller_id=5, **figures), an_entry(3)], ())
    assert engine.seller_figures(5) == SellerFigures(products=2, reviews=6, rating_sum=26, favorites=4)
    engine.apply([], (2,))
    assert engine.seller_figures(5) == SellerFigures(products=1, reviews=3, rating_sum=13, favorites=2)
    assert engine.seller_figures(6) == SellerFigures()


def test_products_by_id(engine: Engine) -> None:
    engine.apply([an_entry(number) for number in (1, 2, 3)], ())
    assert [summary.id for summary in engine.by_ids([3, 9, 1, 2**70])] == [3, 1]


@pytest.mark.parametrize(
    ("ordering", "field"),
    [("average_rating", "rating_micros"), ("favorite_count", "favorite_count"), ("view_count", "view_count")],
)
def test_pages_of_an_ordering_hold_everything_once(engine: Engine, ordering: str, field: str) -> None:
    values = [5, 1, 3, 3, 3, 0, 5, 2, 3, 1]
    engine.apply([an_entry(number, **{field: value}) for number, value in enumerate(values, 1)], ())
    expected = sorted(range(1, 11), key=lambda number: (values[number - 1], number))
    for sign, wanted in (("", expected), ("-", expected[::-1])):
        pages = [
            engine.find(SearchQuery(ordering=sign + ordering, page=PageRequest(number, 3))) for number in range(1, 5)
        ]
        assert [summary.id for page in pages for summary in page.products] == wanted
