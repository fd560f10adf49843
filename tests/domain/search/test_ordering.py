"""Orders are total: against a list sorted in Python, page by page, over many segments with deletions, full of ties."""

import random
from pathlib import Path

import pytest

from commerce.kit.pages import PageRequest
from commerce.search import tokenizer
from commerce.search.model import IndexDocument, ProductSummary, SearchQuery
from commerce.search.tantivy_gateway import Engine
from support.documents import CREATED, an_entry

KEYS = {
    "created_at": lambda summary: (summary.created_at, summary.id),
    "price": lambda summary: (summary.price_minor, summary.id),
    "name": lambda summary: (" ".join(tokenizer.split(summary.name)), summary.id),
}


def random_entry(number: int, chance: random.Random) -> IndexDocument:
    return an_entry(
        number,
        " ".join(chance.choices(["Phone", "Smartphone", "Case", "Élan", "elan", "Lamp"], k=chance.randint(1, 3))),
        price_minor=chance.choice([999, 999, 999, 1999, 4999]),
        stock=chance.choice([0, 1, 9]),
        category_id=chance.choice([1, 2]),
        created_at=CREATED + chance.randint(0, 5),
        description=chance.choice(["", "phone", "lamp"]),
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, dict[int, IndexDocument]]:
    """An engine after thirty commits that add, replace and remove, and what it must hold now."""
    chance = random.Random(20261121)
    engine = Engine(tmp_path_factory.mktemp("index"))
    held: dict[int, IndexDocument] = {}
    for _ in range(30):
        batch = {number: random_entry(number, chance) for number in chance.sample(range(1, 400), 25)}
        gone = [number for number in chance.sample(range(1, 400), 6) if number not in batch]
        engine.apply(batch.values(), gone)
        held = {number: document for number, document in (held | batch).items() if number not in gone}
    return engine, held


def paged(engine: Engine, size: int, **asked: object) -> tuple[set[int], list[ProductSummary]]:
    """The counts that the pages told, and all their summaries in order."""
    counts, summaries, number = set(), [], 1
    while True:
        found = engine.find(SearchQuery(page=PageRequest(number, size), **asked))  # type: ignore[arg-type]
        counts.add(found.count)
        summaries += found.products
        if not found.has_next:
            return counts, summaries
        number += 1


@pytest.mark.parametrize("size", [1, 7, 20, 100])
@pytest.mark.parametrize("field", KEYS)
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("asked", [{}, {"category": "1", "in_stock": True}, {"text": "phone"}])
def test_pages_are_slices_of_one_order(
    shelf: tuple[Engine, dict[int, IndexDocument]], asked: dict[str, object], sign: str, field: str, size: int
) -> None:
    engine, held = shelf
    summaries = [document.summary for document in held.values()]
    if "category" in asked:
        summaries = [summary for summary in summaries if summary.category_id == 1 and summary.stock > 0]
    if "text" in asked:
        summaries = [
            document.summary
            for document in held.values()
            if "phone" in tokenizer.split(f"{document.summary.name} {document.description}")
        ]
    expected = sorted(summaries, key=KEYS[field], reverse=sign == "-")
    assert paged(engine, size, ordering=f"{sign}{field}", **asked) == ({len(expected)}, expected)


@pytest.mark.parametrize("size", [1, 7, 20, 100, 1000])
def test_the_best_matches_come_first_in_a_total_order_too(
    shelf: tuple[Engine, dict[int, IndexDocument]], size: int
) -> None:
    engine, held = shelf
    matching = {
        number
        for number, document in held.items()
        if "phone" in tokenizer.split(f"{document.summary.name} {document.description}")
    }
    [count], summaries = paged(engine, size, text="phone")
    assert count == len(matching)
    everything = engine.explain(SearchQuery(text="phone", page=PageRequest(1, 1000))).hits
    placed = sorted(everything, key=lambda hit: (-hit.score, -hit.product.created_at, -hit.product.id))
    assert summaries == [hit.product for hit in placed]
    assert {summary.id for summary in summaries} == matching
    in_name = ["phone" in tokenizer.split(summary.name) for summary in summaries]
    assert in_name == sorted(in_name, reverse=True)


def test_the_order_survives_changes_elsewhere(tmp_path: Path) -> None:
    """A sale rewrites a product's document; equal prices keep their places all the same."""
    engine = Engine(tmp_path)
    engine.apply([an_entry(number, price_minor=999) for number in range(1, 61)], ())
    before = [summary.id for summary in paged(engine, 10, ordering="price")[1]]
    engine.apply([an_entry(number, price_minor=999, stock=1) for number in range(1, 61, 7)], ())
    assert [summary.id for summary in paged(engine, 10, ordering="price")[1]] == before == list(range(1, 61))


def test_no_page_behind_the_last(shelf: tuple[Engine, dict[int, IndexDocument]]) -> None:
    engine, _ = shelf
    for asked in ({}, {"text": "phone"}, {"ordering": "price"}):
        found = engine.find(SearchQuery(page=PageRequest(100, 100), **asked))  # type: ignore[arg-type]
        assert (found.products, found.has_next, found.count > 0) == ((), False, True)
