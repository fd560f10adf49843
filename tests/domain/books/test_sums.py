"""Windows and news together are what all orders add up to, whatever happened and whenever it was checked."""

import random
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from commerce.books.service import books
from commerce.books.sums import ALL, Figures, date_of, effects_of, window_of
from commerce.kit import clock
from commerce.orders.service import orders
from commerce.orders.status import Status
from support.faults import Fault, fault_at
from support.small_shop import OPENED, SmallShop, small_shop

OPENING_DAY = date_of(OPENED * 1000)


def today() -> date:
    return date_of(clock.now_ms())


def reported_sales() -> dict[tuple[str, str], list[int]]:
    """As `SmallShop.sales`, out of the books."""
    sums: dict[tuple[str, str], Figures] = {}
    for day, found in books().sums(OPENING_DAY, today()).items():
        for sellers in found.sales.values():
            for name, figures in sellers.items():
                key = ("day", day) if name == ALL else ("seller", name)
                sums.setdefault(key, Figures()).add(figures)
    return {
        key: [one.orders, one.pieces, one.revenue_minor, one.refunds_minor]
        for key, one in sums.items()
        if not one.is_empty
    }


def assert_adds_up(shop: SmallShop) -> None:
    found, all_of_it = books().report(OPENING_DAY, today()), books().check_all(OPENING_DAY, today())
    assert (found.problems, all_of_it.problems) == ([], [])
    assert found.balances == all_of_it.balances == shop.balances()
    assert (found.orders, found.entries) == (all_of_it.orders, all_of_it.entries)
    assert reported_sales() == shop.sales()


@pytest.mark.parametrize("seed", range(10))
def test_a_random_history_adds_up(seed: int, pauses: list[float]) -> None:
    draw = random.Random(seed)
    with small_shop() as shop:
        for _ in range(60):
            shop.live_randomly(draw)
            if draw.random() < 0.3:
                with suppress(BotoCoreError), fault_at(draw.randrange(60), draw.choice(list(Fault))):
                    assert books().check_news() == []
            if draw.random() < 0.2:
                assert_adds_up(shop)
        shop.shift(minutes=71)
        assert books().check_news() == []
        assert_adds_up(shop)
        assert len(shop.orders) > 10
        assert pauses == [], "nothing that is right is looked at twice"


@pytest.mark.parametrize(
    "forgotten", ["cancellations", "the checkpoint"], ids=["forgets cancellations", "forgets the checkpoint"]
)
def test_control_random_histories_find_sums_that_are_wrong(
    forgotten: str, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    if forgotten == "cancellations":
        without = lambda order: (one for one in effects_of(order) if one[2].orders or one[2].entries)  # noqa: E731
        monkeypatch.setattr("commerce.books.sums.effects_of", without)
    else:
        saved = books()._store.sums
        monkeypatch.setattr(books()._store, "sums", lambda first, last, _: saved(first, last, clock.MAX_MS))
        monkeypatch.setattr(books()._store, "advance", lambda *_: None)
    with pytest.raises(AssertionError):
        test_a_random_history_adds_up(0, pauses)


def test_an_entry_of_midnight_belongs_to_the_new_day(shop: SmallShop) -> None:
    order = shop.place((0, 1))
    shop.traveller.move_to(OPENED - OPENED % 86_400 + 86_400)
    shop.pay(order.id)
    assert clock.now_ms() % 86_400_000 == 0
    shop.shift(minutes=71)
    for _ in range(2):
        assert_adds_up(shop)
        by_day = books().sums(OPENING_DAY, today())
        assert [(sums.orders, sums.entries) for sums in by_day.values()] == [(1, 0), (0, 1)]
        assert books().check_news() == []


def test_a_window_is_closed_ten_minutes_after_its_end(shop: SmallShop) -> None:
    order = shop.place((0, 1))
    end = window_of(clock.now_ms()) + 3_600_000
    shop.traveller.move_to((end - 1) / 1000)
    shop.pay(order.id)
    late = [(end + 600_000 - 1, end - 3_600_000), (end + 600_000, end)]
    for now, checkpoint in late:
        shop.traveller.move_to(now / 1000)
        books().check_news()
        assert books()._store.state().until == checkpoint
        assert_adds_up(shop)


def test_days_without_a_check_are_caught_up_with(shop: SmallShop) -> None:
    books().check_news()
    draw = random.Random(7)
    for _ in range(30):
        shop.live_randomly(draw)
    shop.shift(days=5)
    shop.paid((1, 1))
    assert books().check_news() == []
    assert_adds_up(shop)


def test_an_order_that_moves_again_later_counts_in_each_window(shop: SmallShop) -> None:
    order = shop.paid((0, 2), (1, 1))
    for act in (lambda: shop.refund(order.id, 700), lambda: shop.cancel(order.id, 12), lambda: shop.cancel(order.id)):
        shop.shift(days=2, minutes=20)
        assert books().check_news() == []
        shop.shift(days=1)
        act()
        assert_adds_up(shop)
    shop.shift(days=1)
    assert books().check_news() == []
    assert_adds_up(shop)


def test_what_happens_while_a_check_reads_belongs_to_the_next(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = shop.paid((0, 2))
    shop.shift(minutes=61)
    real = type(orders()).moved_on

    def moved_on(self: Any, day: str, since_ms: int = 0) -> Any:
        yield from real(self, day, since_ms)
        shop.shift(minutes=61)  # A read that takes so long that another window ends.
        if orders().by_id(order.id).refunded_minor == 0:
            shop.refund(order.id, 100)

    monkeypatch.setattr(type(orders()), "moved_on", moved_on)
    books().check_news()
    monkeypatch.undo()
    assert_adds_up(shop)
    shop.shift(minutes=71)
    assert books().check_news() == []
    assert_adds_up(shop)


def test_an_order_that_its_index_hides_while_it_moves_is_added_up(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.paid((0, 1))
    shop.shift(days=1)
    assert books().check_news() == []
    shop.refund(shop.orders[0], 100)
    shop.shift(minutes=90)
    hidden = []
    real = type(orders()).moved_on

    def moved_on(self: Any, day: str, since_ms: int = 0) -> Any:
        found = list(real(self, day, since_ms))
        if found and not hidden:
            hidden.append(True)
            shop.refund(shop.orders[0], 50)
            return
        yield from found

    monkeypatch.setattr(type(orders()), "moved_on", moved_on)
    books().check_news()
    monkeypatch.undo()
    assert hidden
    assert_adds_up(shop)


def test_two_checks_at_once_write_the_same(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.paid((0, 2), (1, 1))
    shop.shift(minutes=75)
    store = books()._store
    real = store.save_sums
    inner: list[int] = []

    def save_sums(*arguments: Any) -> None:
        if not inner:
            inner.append(1)
            shop.cancel(shop.orders[0], 12)
            shop.shift(minutes=75)
            assert books().check_news() == []  # A later check gets to its end within this one.
        real(*arguments)

    monkeypatch.setattr(store, "save_sums", save_sums)
    assert books().check_news() == []
    monkeypatch.undo()
    assert inner
    assert_adds_up(shop)
    shop.shift(minutes=75)
    shop.place((0, 1))
    assert books().check_news() == []
    assert_adds_up(shop)


def test_very_many_sellers_have_room(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.books.store.CELLS_PER_ROW", 2)
    shop.paid((0, 2), (1, 1))
    shop.shift(minutes=75)
    books().check_news()
    assert_adds_up(shop)
    assert sum(sk.startswith("DAY#") for _, sk in shop.database.tables["Orders"]) > 3


def test_a_cancelled_order_counts_no_more_on_the_day_it_was_placed(shop: SmallShop) -> None:
    order = shop.place((0, 2))
    shop.shift(days=1, minutes=75)
    books().check_news()
    assert reported_sales() == {("day", "2026-11-21"): [1, 2, 0, 0], ("seller", "11"): [1, 2, 0, 0]}
    shop.cancel(order.id)
    assert orders().by_id(order.id).status is Status.CANCELLED
    for _ in range(2):
        assert reported_sales() == {}
        shop.shift(minutes=75)
        books().check_news()
