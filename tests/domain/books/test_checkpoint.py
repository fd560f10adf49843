"""Checks go on from where the last one ended, whatever happened to it, and find nothing in what is right."""

import random
from contextlib import suppress

import pytest
from botocore.exceptions import BotoCoreError

from commerce.books.service import books
from commerce.books.sums import window_of
from commerce.kit import clock
from commerce.kit.days import date_of
from support.faults import Fault, fault_at
from support.small_shop import OPENED, SmallShop, small_shop


def assert_right(shop: SmallShop) -> None:
    first, today = date_of(OPENED * 1000), date_of(clock.now_ms())
    shop.deliveries.deliver()
    assert (books().report(first, today).problems, books().check_all(first, today).problems) == ([], [])


@pytest.mark.parametrize("seed", range(4))
def test_a_random_history_with_checks_that_die_has_no_findings(seed: int, pauses: list[float]) -> None:
    draw = random.Random(seed)
    with small_shop() as shop:
        for _ in range(60):
            shop.live_randomly(draw)
            if draw.random() < 0.3:
                with suppress(BotoCoreError), fault_at(draw.randrange(60), draw.choice(list(Fault))):
                    assert books().check_news() == []
            if draw.random() < 0.1:
                assert_right(shop)
        shop.shift(minutes=71)
        assert books().check_news() == []
        assert_right(shop)
        assert len(shop.orders) > 10
        assert pauses == [], "nothing that is right is looked at twice"


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
        assert_right(shop)


def test_days_without_a_check_are_caught_up_with(shop: SmallShop) -> None:
    books().check_news()
    draw = random.Random(7)
    for _ in range(30):
        shop.live_randomly(draw)
    shop.shift(days=5)
    shop.paid((1, 1))
    assert books().check_news() == []
    assert_right(shop)
