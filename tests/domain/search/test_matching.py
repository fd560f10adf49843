"""What the engine finds, and what comes first."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from commerce.kit.pages import PageRequest
from commerce.search.model import IndexDocument, ProductSummary, SearchPage, SearchQuery
from commerce.search.tantivy_gateway import Engine
from support.documents import an_entry

Filled = Callable[..., Engine]


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """An engine that holds the documents it is called with."""

    def make(*documents: IndexDocument) -> Engine:
        engine = Engine(tmp_path)
        engine.apply(documents, ())
        return engine

    return make


def numbers(found: SearchPage) -> list[int]:
    return [summary.id for summary in found.products]


def test_an_empty_index_finds_nothing(filled: Filled) -> None:
    engine = filled()
    assert engine.find(SearchQuery()) == SearchPage(0, (), PageRequest())
    assert engine.find(SearchQuery(text="phone", ordering="name")) == SearchPage(0, (), PageRequest())


def test_a_card_comes_back_whole(filled: Filled) -> None:
    summary = ProductSummary(
        id=2**53 - 1,
        name="Café “Ⅻ” 🎧",
        slug="cafe",
        short_description="Line\none",
        price_minor=10**14,
        currency="XOF",
        stock=0,
        category_id=2**52,
        category_slug="drinks",
        category_name="Drinks & more",
        brand="L'Été",
        tags=("a,b", "ü"),
        seller_id=2**51,
        image="products/1/a.webp",
        is_featured=True,
        created_at=0,
        updated_at=2**41,
    )
    assert filled(IndexDocument(summary, "")).find(SearchQuery(text="cafe")) == SearchPage(1, (summary,), PageRequest())


def test_finds_words_inside_words_and_whole_ones_first(filled: Filled) -> None:
    engine = filled(
        an_entry(1, "Smartphone Pro Max"),
        an_entry(2, "Phone case"),
        an_entry(3, "Laptop", tags=("phone",)),
        an_entry(4, "Cable", description="Charges every phone there is."),
        an_entry(5, "Headphones", brand="Phoney"),
        an_entry(6, "Kettle"),
        an_entry(7, "Phone"),
    )
    assert numbers(engine.find(SearchQuery(text="phone"))) == [7, 2, 3, 4, 5, 1]
    assert engine.find(SearchQuery(text="phone")).count == 6


@pytest.mark.parametrize(
    "text",
    ["CAFÉ", "cafe", "Cafe\u0301", "  cafe\t", "caf", "afe", "'café'", "set café", "tass cafe", "espresso-tassen"],
)
def test_case_accents_and_order_of_words_do_not_matter(filled: Filled, text: str) -> None:
    engine = filled(an_entry(1, "Café Set", description="Zwei Espresso-Tassen"), an_entry(2, "Teapot"))
    assert numbers(engine.find(SearchQuery(text=text))) == [1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red phone", [1]),
        # No product has both words: then one will do.
        ("phone green", [1]),
        ("red", [2, 1]),
        ("men's", [3]),
        ("mens", [3]),
        ("tshirt", [3]),
        ("t-shirt", [3]),
    ],
)
def test_every_word_must_match_where_one_product_has_them_all(filled: Filled, text: str, expected: list[int]) -> None:
    engine = filled(an_entry(1, "Phone Red"), an_entry(2, "Red Lamp"), an_entry(3, "Men’s T-Shirt"))
    assert numbers(engine.find(SearchQuery(text=text))) == expected


@pytest.mark.parametrize(("text", "expected"), [("x", [2, 1]), ("5", [2]), ("o", [])])
def test_one_character_only_begins_a_word(filled: Filled, text: str, expected: list[int]) -> None:
    engine = filled(an_entry(1, "Xylophone toy"), an_entry(2, "Phone X 512"), an_entry(3, "Box"))
    assert numbers(engine.find(SearchQuery(text=text))) == expected


def test_scripts_without_spaces_are_found_inside(filled: Filled) -> None:
    engine = filled(an_entry(1, "防水手机壳"), an_entry(2, "Чехол для телефона"))
    assert numbers(engine.find(SearchQuery(text="手机"))) == [1]
    assert numbers(engine.find(SearchQuery(text="ТЕЛЕФОН"))) == [2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name:"phone" OR id:1', [1, 2]),
        ("phone AND", [1]),
        ("NOT phone", [1, 2]),
        ("-phone", [1]),
        ("+phone", [1]),
        ("(((phone", [1]),
        ('"', []),
        ("\\", []),
        ("phone~2^5", [1]),
        ("[* TO *]", [2]),
        (".*", []),
        ("phon.", [1]),
        ("p?one", [1]),
        ("ph.xe", [1]),
        ("a{1000000}", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
        ("phone\x00", [1]),
        ("\ud800", []),
        ("🎧", []),
        ("🎧" * 5_000, []),
        ("a" * 10_000, []),
        ("a " * 5_000, [2]),
        ("phone " * 2_000, [1]),
        ("\u202ephone", [1]),
        ("ﷺ" * 1_000, []),
    ],
)
@pytest.mark.parametrize("ordering", [None, "price"])
def test_hostile_text_is_only_words(filled: Filled, text: str, expected: list[int], ordering: str | None) -> None:
    """Nothing raises, and nothing but the words of the text decides: OR is a word, `*` separates like a comma."""
    engine = filled(an_entry(1, "Phone"), an_entry(2, "Or and not name id to"))
    assert sorted(numbers(engine.find(SearchQuery(text=text, ordering=ordering)))) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"])
def test_blank_text_does_not_restrict(filled: Filled, text: str) -> None:
    assert numbers(filled(an_entry(1)).find(SearchQuery(text=text))) == [1]


SHELF = (
    an_entry(1, "Phone", price_minor=5_000, stock=3, is_featured=True),
    an_entry(2, "Phone", price_minor=50_000, stock=0),
    an_entry(3, "Lamp", price_minor=50_001, stock=1, category_id=2, category_slug="home", category_name="Home"),
    an_entry(4, "Lamp", price_minor=4_999, stock=9, category_id=2, category_slug="home", seller_id=8),
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [4, 3, 2, 1]),
        ({"category": "1"}, [2, 1]),
        ({"category": "home"}, [4, 3]),
        ({"category": "HOME"}, [4, 3]),
        ({"category": "none"}, []),
        ({"category": "9" * 400}, []),
        ({"category": "²"}, []),
        ({"category": "\ud800"}, []),
        ({"price_min": 50, "price_max": 500}, [2, 1]),
        ({"price_min": Decimal("50.01")}, [3, 2]),
        ({"price_max": 50}, [4, 1]),
        ({"price_min": 500, "price_max": 50}, []),
        ({"price_min": -(10**40), "price_max": 10**40}, [4, 3, 2, 1]),
        ({"price_min": 10**40}, []),
        # Between two prices lies what no price is.
        ({"price_min": Decimal("50.0001"), "price_max": Decimal("499.9999")}, []),
        ({"price_min": Decimal("499.9999"), "price_max": Decimal("500.0099")}, [2]),
        ({"in_stock": True}, [4, 3, 1]),
        ({"in_stock": False}, [2]),
        ({"featured": True}, [1]),
        ({"featured": False}, [4, 3, 2]),
        ({"seller_id": 8}, [4]),
        ({"seller_id": 10**40}, []),
        ({"text": "phone", "category": "1", "price_min": 50, "price_max": 500, "in_stock": True}, [1]),
        ({"text": "phone", "category": "home"}, []),
    ],
)
def test_filters_restrict_together(filled: Filled, asked: dict[str, object], expected: list[int]) -> None:
    found = filled(*SHELF).find(SearchQuery(**asked))  # type: ignore[arg-type]
    assert (found.count, numbers(found)) == (len(expected), expected)


def test_changes_replace_and_remove(filled: Filled) -> None:
    engine = filled(an_entry(1, "Phone"), an_entry(2, "Lamp"))
    assert engine.apply([an_entry(1, "Kettle"), an_entry(3, "Phone")], [2, 99]) == 3
    assert numbers(engine.find(SearchQuery())) == [3, 1]
    assert numbers(engine.find(SearchQuery(text="phone"))) == [3]
    assert numbers(engine.find(SearchQuery(text="lamp"))) == []


def test_what_is_held_already_is_no_change(filled: Filled, tmp_path: Path) -> None:
    engine = filled(an_entry(1, description="long text"))
    before = engine.snapshot()
    assert engine.apply([an_entry(1, description="long text")], [2]) == 0
    assert engine.snapshot() == before
    assert engine.apply([an_entry(1, description="other text", short_description="long text")], []) == 1
