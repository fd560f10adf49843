"""A check that dies at any of its calls of AWS and is repeated leaves the same rows as one that does not."""

from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from commerce.books.service import books
from support.faults import Fault, fault_at
from support.small_shop import SmallShop, small_shop


def history(shop: SmallShop) -> None:
    """Two hours with a sale, a cancellation and a refund; the hour before them is checked already."""
    shop.paid((0, 2), (1, 1))
    shop.shift(minutes=75)
    assert books().check_news() == []
    shop.cancel(shop.orders[0], 12)
    shop.paid((1, 3), (2, 1), buyer=22)
    shop.shift(minutes=60)
    shop.refund(shop.orders[0], 500)
    shop.place((0, 1))
    shop.miscount(2, 1)
    shop.shift(minutes=75)


def rows(shop: SmallShop) -> dict[tuple[str, str], Any]:
    """The books' rows."""
    table = shop.database.tables["Orders"]
    return {key: item for key, item in table.items() if key[0].startswith(("BOOKS", "PIECES"))}


def without_times(rows: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """The rows without when the pieces were counted: those of a check that got to its end need no second counting."""
    return {
        key: {name: value for name, value in row.items() if name != "until" or key[0] == "BOOKS"}
        for key, row in rows.items()
    }


def checked_at(position: int, fault: Fault, *, later: float = 0) -> tuple[dict[tuple[str, str], Any], bool]:
    """The books' rows after a check was troubled at a call and repeated, and whether there was such a call."""
    with small_shop() as shop:
        history(shop)
        with fault_at(position, fault) as calls, suppress(BotoCoreError):
            books().check_news()
        was_reached = len(calls.names) > position
        shop.shift(minutes=later)
        assert len(books().check_news()) == 1
        return rows(shop), was_reached


@pytest.mark.parametrize("fault", Fault)
def test_a_check_that_dies_anywhere_and_is_repeated_leaves_the_same(fault: Fault, pauses: list[float]) -> None:
    with small_shop() as shop:
        history(shop)
        assert len(books().check_news()) == 1
        expected = rows(shop)
    positions = 0
    while True:
        found, was_reached = checked_at(positions, fault)
        if not was_reached:
            break
        assert found == expected, f"troubled at call {positions}"
        positions += 1
    assert positions > 15


@pytest.mark.parametrize("fault", [Fault.FAILS, Fault.UNANSWERED])
def test_repeated_an_hour_later_it_leaves_what_one_check_then_leaves(fault: Fault, pauses: list[float]) -> None:
    with small_shop() as shop:
        history(shop)
        shop.shift(minutes=60)
        books().check_news()
        expected = without_times(rows(shop))
    for position in range(40):
        found, _ = checked_at(position, fault, later=60)
        assert without_times(found) == expected, f"troubled at call {position}"


def test_control_pieces_that_are_added_to_what_is_stored_count_twice(
    pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = books()._store
    total: dict[int, int] = {}

    def save_pieces(product_id: int, pieces: int, until: int) -> None:
        total[product_id] = total.get(product_id, 0) + pieces
        store._table.write(
            store._table.put(
                {"pk": f"PIECES#{product_id}", "sk": "PIECES", "pieces": total[product_id], "until": until}
            )
        )

    monkeypatch.setattr(store, "save_pieces", save_pieces)
    with pytest.raises(AssertionError):
        test_a_check_that_dies_anywhere_and_is_repeated_leaves_the_same(Fault.FAILS, pauses)
