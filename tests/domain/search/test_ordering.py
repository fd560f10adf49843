"""Orders are total: against a list sorted in Python, page by page, over many segments with deletions, full of ties."""

import random
from pathlib import Path

import pytest

from commerce.kit.pages import PageRequest
from commerce.search import words
from commerce.search.model import Card, Criteria, Entry
from commerce.search.tantivy_gateway import Engine
from support.entries import CREATED, an_entry

KEYS = {
    "created_at": lambda card: (card.created_at, card.id),
    "price": lambda card: (card.price_minor, card.id),
    "name": lambda card: (" ".join(words.split(card.name)), card.id),
}


def random_entry(number: int, chance: random.Random) -> Entry:
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
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, dict[int, Entry]]:
    """An engine after thirty commits that add, replace and remove, and what it must hold now."""
    chance = random.Random(20261121)
    engine = Engine(tmp_path_factory.mktemp("index"))
    held: dict[int, Entry] = {}
    for _ in range(30):
        batch = {number: random_entry(number, chance) for number in chance.sample(range(1, 400), 25)}
        gone = [number for number in chance.sample(range(1, 400), 6) if number not in batch]
        engine.apply(batch.values(), gone)
        held = {number: entry for number, entry in (held | batch).items() if number not in gone}
    return engine, held


def paged(engine: Engine, size: int, **asked: object) -> tuple[set[int], list[Card]]:
    """The counts that the pages told, and all their cards in order."""
    counts, cards, number = set(), [], 1
    while True:
        found = engine.find(Criteria(page=PageRequest(number, size), **asked))  # type: ignore[arg-type]
        counts.add(found.count)
        cards += found.cards
        if not found.has_next:
            return counts, cards
        number += 1


@pytest.mark.parametrize("size", [1, 7, 20, 100])
@pytest.mark.parametrize("field", KEYS)
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("asked", [{}, {"category": "1", "in_stock": True}, {"text": "phone"}])
def test_pages_are_slices_of_one_order(
    shelf: tuple[Engine, dict[int, Entry]], asked: dict[str, object], sign: str, field: str, size: int
) -> None:
    engine, held = shelf
    cards = [entry.card for entry in held.values()]
    if "category" in asked:
        cards = [card for card in cards if card.category_id == 1 and card.stock > 0]
    if "text" in asked:
        cards = [entry.card for entry in held.values() if "phone" in f"{entry.card.name} {entry.description}".lower()]
    expected = sorted(cards, key=KEYS[field], reverse=sign == "-")
    assert paged(engine, size, ordering=f"{sign}{field}", **asked) == ({len(expected)}, expected)


@pytest.mark.parametrize("size", [1, 7, 20, 100, 1000])
def test_the_best_matches_come_first_in_a_total_order_too(shelf: tuple[Engine, dict[int, Entry]], size: int) -> None:
    engine, held = shelf

    def rank(entry: Entry) -> tuple[int, int, int, int]:
        name = words.split(entry.card.name)
        tier = 0 if "phone" in name else 1 if "phone" in " ".join(name) else 2
        return tier, len(set(name)), -entry.card.created_at, -entry.card.id

    matching = [entry for entry in held.values() if "phone" in f"{entry.card.name} {entry.description}".lower()]
    expected = [entry.card for entry in sorted(matching, key=rank)]
    assert paged(engine, size, text="phone") == ({len(expected)}, expected)


def test_the_order_survives_changes_elsewhere(tmp_path: Path) -> None:
    """A sale rewrites a product's document; equal prices keep their places all the same."""
    engine = Engine(tmp_path)
    engine.apply([an_entry(number, price_minor=999) for number in range(1, 61)], ())
    before = [card.id for card in paged(engine, 10, ordering="price")[1]]
    engine.apply([an_entry(number, price_minor=999, stock=1) for number in range(1, 61, 7)], ())
    assert [card.id for card in paged(engine, 10, ordering="price")[1]] == before == list(range(1, 61))


def test_no_page_behind_the_last(shelf: tuple[Engine, dict[int, Entry]]) -> None:
    engine, _ = shelf
    for asked in ({}, {"text": "phone"}, {"ordering": "price"}):
        found = engine.find(Criteria(page=PageRequest(100, 100), **asked))  # type: ignore[arg-type]
        assert (found.cards, found.has_next, found.has_previous, found.count > 0) == ((), False, True, True)
