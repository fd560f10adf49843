"""What a check finds, keeps and lets go; and what is no finding."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from commerce.books.model import problems_of
from commerce.books.service import PAUSES, books
from commerce.books.sums import balances_of
from commerce.kit import clock
from commerce.kit.days import date_of
from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.service import orders
from support.small_shop import SmallShop
from workers.books import app


def test_money_that_is_wrong_in_an_old_order_is_found_when_it_moves(shop: SmallShop) -> None:
    old = shop.paid((0, 2))
    shop.shift(days=40)
    assert books().check_news() == []
    shop.miswrite(old.id)
    shop.refund(old.id, 100)
    problems = books().check_news()
    assert len(problems) == 2
    assert all(str(old.id) in problem for problem in problems)
    today = date_of(clock.now_ms())
    assert books().report(today, today).problems == problems
    # It stays a finding while nothing moves, until it is right.
    shop.shift(days=3)
    assert books().check_news() == problems
    assert books().report(today, date_of(clock.now_ms())).problems == problems
    shop.miswrite(old.id, -1)
    assert books().check_news() == []
    assert books().report(today, date_of(clock.now_ms())).problems == []


def test_what_was_fixed_since_the_check_is_reported_no_more(shop: SmallShop) -> None:
    order = shop.paid((0, 2))
    shop.miswrite(order.id)
    assert books().check_news()
    shop.miswrite(order.id, -1)
    today = date_of(clock.now_ms())
    assert books().report(today, today).problems == []


def test_the_worker_fails_on_findings(shop: SmallShop) -> None:
    order = shop.paid((0, 2))
    assert app.handler({}, None) == {"problems": 0}
    shop.miswrite(order.id)
    with pytest.raises(app.BooksAreWrong, match="2 findings"):
        app.handler({}, None)


def entries_read_apart(reading: Callable[[], Iterator[Order]]) -> list[str]:
    """A check of commission that reads orders, and then the ledger's entries in a second pass."""
    said: Counter[str] = Counter()
    for order in reading():
        for part in order.parts.values():
            if part.captured_minor:
                said.update(ledger.shares(part, order.commission_bp))
    entries = [entry for order in reading() for entry in order.journal]
    counted = balances_of(entries)["USD"]
    return [
        account
        for account in said.keys() | counted.keys()
        if account == "commission" and said[account] != -counted[account]
    ]


@pytest.mark.parametrize("position", range(8))
def test_an_order_that_is_paid_between_two_reads_is_no_finding(shop: SmallShop, position: int) -> None:
    order = shop.place((0, 2))
    with acting_at(shop, "query", position, lambda: shop.pay(order.id)) as acted:
        assert books().check_news() == []
    assert acted
    shop.shift(minutes=75)
    assert books().check_news() == []


def test_control_orders_and_entries_read_apart_report_an_order_that_is_right(shop: SmallShop) -> None:
    order = shop.place((0, 2))
    day = clock.iso(clock.now_ms())[:10]
    reading = lambda: orders().of_day(day)  # noqa: E731
    assert entries_read_apart(reading) == []
    with acting_at(shop, "query", 1, lambda: shop.pay(order.id)):
        assert entries_read_apart(reading) == ["commission"]
    assert problems_of(orders().by_id(order.id)) == []


class acting_at:
    """Something happens before one of the database's calls of a kind, counted from 0."""

    def __init__(self, shop: SmallShop, operation: str, position: int, act: Callable[[], Any]) -> None:
        self.shop, self.operation, self.position, self.act = shop, operation, position, act
        self.calls = -1
        self.acted: list[bool] = []

    def __enter__(self) -> list[bool]:
        self.real = getattr(self.shop.database, self.operation)
        setattr(self.shop.database, self.operation, self.called)
        return self.acted

    def __exit__(self, *_: object) -> None:
        delattr(self.shop.database, self.operation)

    def called(self, **call: Any) -> Any:
        self.calls += 1
        if self.calls == self.position and not self.acted:
            self.acted.append(True)
            self.act()
        return self.real(**call)


# Stock


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("is_known", [True, False])
def test_stock_that_is_off_by_one_piece_is_found_by_the_next_check(
    shop: SmallShop, pauses: list[float], by: int, is_known: bool
) -> None:
    if is_known:
        shop.place((0, 3))
        shop.shift(days=2)
        assert books().check_news() == []
    held = 3 if is_known else 0
    shop.place((0, 2), (1, 1))
    shop.miscount(0, by)
    shop.shift(minutes=75)
    expected = [f"Product {shop.products[0]} counts {held + 2 + by} sold, its orders hold {held + 2}."]
    assert books().check_news() == expected
    assert pauses == list(PAUSES)
    today = date_of(clock.now_ms())
    assert books().report(today, today).problems == expected
    # It stays a finding while the product is not sold, until it is right.
    shop.shift(minutes=75)
    assert books().check_news() == expected
    shop.miscount(0, -by)
    assert books().check_news() == []
    assert books().report(today, today).problems == []


@pytest.mark.parametrize("act", ["sale", "cancellation"])
@pytest.mark.parametrize("position", range(8))
def test_a_sale_in_flight_is_no_finding(shop: SmallShop, position: int, act: str) -> None:
    order = shop.place((0, 3))
    shop.shift(minutes=75)
    happen = (lambda: shop.place((0, 2))) if act == "sale" else (lambda: shop.cancel(order.id))
    with acting_at(shop, "batch_get_item", position, happen) as acted:
        assert books().check_news() == []
    shop.shift(minutes=75)
    assert books().check_news() == []
    if position < 3:
        assert acted


def test_a_product_that_is_sold_all_the_time_is_no_finding(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.place((0, 3))
    shop.shift(minutes=75)
    catalog = books()._catalog
    real = catalog.sold
    monkeypatch.setattr(catalog, "sold", lambda products: (shop.place((0, 1)), real(products))[1])
    assert books().check_news() == []
    assert len(shop.orders) == 1 + 1 + len(PAUSES)


def test_control_a_check_that_reads_once_reports_a_sale_in_flight(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "commerce.books.stock.PieceCount.is_possible", lambda self, product, sold, _: sold == self.held(product)
    )
    with pytest.raises(AssertionError):
        test_a_product_that_is_sold_all_the_time_is_no_finding(shop, monkeypatch)


def test_an_index_that_shows_a_sale_late_is_no_finding(
    shop: SmallShop, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.place((0, 3))
    shop.shift(minutes=75)
    late = shop.place((0, 2)).id
    real = type(orders()).of_day

    def of_day(self: Any, day: str, since_ms: int = 0) -> Any:
        return (order for order in real(self, day, since_ms) if order.id != late or len(pauses) == len(PAUSES))

    monkeypatch.setattr(type(orders()), "of_day", of_day)
    assert books().check_news() == []
    assert pauses == list(PAUSES)


def test_a_product_older_than_the_books_is_counted_from_what_it_says_of_itself(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.place((0, 3))
    shop.shift(days=10)
    monkeypatch.setattr("commerce.books.service.FIRST_LOOK_MS", 2 * 86_400_000)
    shop.place((0, 2))
    shop.shift(minutes=75)
    assert books().check_news() == []
    assert books()._store.pieces([shop.products[0]])[shop.products[0]][0] == 5
    shop.place((0, 1))
    shop.miscount(0, 1)
    shop.shift(minutes=75)
    assert books().check_news() == [f"Product {shop.products[0]} counts 7 sold, its orders hold 6."]
