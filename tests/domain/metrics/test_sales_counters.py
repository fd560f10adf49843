"""What was counted is what all orders add up to, whatever happened, in whatever order and however often it was told."""

import random
from datetime import date

import pytest

from commerce.books.service import books
from commerce.kit import clock
from commerce.kit.days import date_of
from commerce.kit.tables import transact
from commerce.metrics import sales
from commerce.metrics.model import ALL, SalesFigures
from commerce.metrics.recount import recount
from commerce.metrics.service import metrics
from commerce.orders.service import orders
from commerce.orders.status import Status
from support.small_shop import OPENED, SmallShop, small_shop

OPENING_DAY = date_of(OPENED * 1000)


def today() -> date:
    return date_of(clock.now_ms())


def reported_sales() -> dict[tuple[str, str], list[int]]:
    """As `SmallShop.sales`, out of the counters."""
    sums: dict[tuple[str, str], SalesFigures] = {}
    for day, found in metrics().of_shop(OPENING_DAY, today()).items():
        for sellers in found.sales.values():
            for name, figures in sellers.items():
                key = ("day", day) if name == ALL else ("seller", name)
                sums.setdefault(key, SalesFigures()).add(figures)
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


def sales_counters(shop: SmallShop) -> dict[tuple[str, str], dict[str, int]]:
    """What the counters hold, whatever shard it lies in."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for (pk, sk), item in shop.database.tables["Metrics"].items():
        if not pk.startswith("FACT#"):
            in_key = pk.startswith("SHOP#")
            is_order = sk.startswith("ORDER#")
            key = (pk.rpartition("#")[0] if in_key else pk, sk if in_key or is_order else sk.rpartition("#")[0])
            amounts = found.setdefault(key, {})
            for name, value in item.items():
                if name not in ("pk", "sk"):
                    amounts[name] = amounts.get(name, 0) + int(value["N"])
    plain = {key: {name: one for name, one in amounts.items() if one} for key, amounts in found.items()}
    return {key: amounts for key, amounts in plain.items() if amounts}


def lived(shop: SmallShop, seed: int, steps: int) -> None:
    draw = random.Random(seed)
    for _ in range(steps):
        shop.live_randomly(draw)


@pytest.mark.parametrize("seed", range(4))
def test_a_random_history_adds_up_in_any_order_and_told_twice(seed: int, pauses: list[float]) -> None:
    draw = random.Random(seed)
    with small_shop() as shop:
        for _ in range(4):
            lived(shop, draw.randrange(1_000), 15)
            shop.deliveries.collect()
            shop.deliveries.waiting += draw.sample(shop.deliveries.sent, len(shop.deliveries.sent) // 3)
            draw.shuffle(shop.deliveries.waiting)
            while shop.deliveries.waiting:
                shop.deliveries.send(shop.deliveries.waiting[: draw.randint(1, 40)])
            assert_adds_up(shop)
        assert len(shop.orders) > 5
        assert pauses == [], "nothing that is right is looked at twice"


def test_a_recount_of_raw_orders_gives_the_same_numbers_and_counts_nothing_twice(pauses: list[float]) -> None:
    with small_shop() as shop:
        lived(shop, 5, 60)
        assert recount().count_days(OPENING_DAY, today()) == len(shop.orders)
        recounted = sales_counters(shop)
        assert_adds_up(shop)
        recount().count_days(OPENING_DAY, today())
        assert sales_counters(shop) == recounted
        # Events of all of it that come late are known already.
        shop.deliveries.deliver()
        of_visitors = {"cart_additions"}
        after = {
            key: {name: one for name, one in amounts.items() if name not in of_visitors}
            for key, amounts in sales_counters(shop).items()
        }
        assert {key: amounts for key, amounts in after.items() if amounts} == recounted


@pytest.mark.parametrize("forgotten", ["cancellations", "receipts"])
def test_control_random_histories_find_counters_that_are_wrong(
    forgotten: str, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    if forgotten == "cancellations":
        monkeypatch.setitem(sales._FACTS, "OrderPartMoved", sales._nothing)
    else:
        monkeypatch.setattr("commerce.metrics.counting.transact", lambda writes: transact(writes_without(writes)))
    with pytest.raises(AssertionError):
        test_a_random_history_adds_up_in_any_order_and_told_twice(0, pauses)


def writes_without(writes: list) -> list:
    """The writes without receipts."""
    return [one for one in writes if not one.content.get("Item", {}).get("pk", {"S": ""})["S"].startswith("FACT#")]


def test_an_entry_of_midnight_belongs_to_the_new_day(shop: SmallShop) -> None:
    order = shop.place((0, 1))
    shop.traveller.move_to(OPENED - OPENED % 86_400 + 86_400)
    shop.pay(order.id)
    assert clock.now_ms() % 86_400_000 == 0
    shop.deliveries.deliver()
    assert_adds_up(shop)
    by_day = metrics().of_shop(OPENING_DAY, today())
    assert [(sums.orders, sums.entries) for sums in by_day.values()] == [(1, 0), (0, 1)]


def test_a_cancelled_order_counts_no_more_on_the_day_it_was_placed(shop: SmallShop) -> None:
    order = shop.place((0, 2))
    shop.shift(days=1, minutes=75)
    shop.deliveries.deliver()
    assert reported_sales() == {("day", "2026-11-21"): [1, 2, 0, 0], ("seller", "11"): [1, 2, 0, 0]}
    shop.cancel(order.id)
    shop.deliveries.deliver()
    assert orders().by_id(order.id).status is Status.CANCELLED
    assert reported_sales() == {}


def test_what_products_brought_is_what_their_sellers_got(shop: SmallShop) -> None:
    order = shop.paid((0, 2), (1, 1), (2, 3))
    shop.refund(order.id, 1_001)
    shop.deliveries.deliver()
    of_sellers = metrics()._store.of_seller(11, today(), today())[""]
    of_products = metrics()._store.of_products(11, [shop.products[0], shop.products[2]]).values()
    for name in ("revenue_USD", "refunds_USD", "ordered_USD", "units"):
        assert sum(one[name] for one in of_products) == of_sellers[name] > 0
    assert of_sellers["ordered_USD"] == 2 * 2_501 + 3 * 7_503
    assert of_sellers["revenue_USD"] == of_sellers["ordered_USD"] - 2_751, "less the platform's ten percent"


def test_a_counter_that_is_wrong_is_a_finding(shop: SmallShop, pauses: list[float]) -> None:
    shop.paid((0, 2))
    shop.deliveries.deliver()
    assert_adds_up(shop)
    keys = [key for key in shop.database.tables["Metrics"] if key[0] == "SELLER#11" and "#2026" in key[1]]
    shop.change_item("Metrics", *keys[0], units=7)
    [problem] = books().check_all(OPENING_DAY, today()).problems
    assert "Seller 11 counts" in problem
    assert pauses != []


def test_an_order_of_very_many_lines_is_counted_in_pieces_each_once(shop: SmallShop) -> None:
    lines = tuple(sales.SoldLine(100 + number, 500 + number % 25, 1 + number % 3, 999) for number in range(50))
    sale = sales.Sale(77, "USD", clock.now_ms(), lines)
    postings = {f"seller:{500 + number}": -number - 1 for number in range(25)} | {"provider:stripe": 325}
    facts = [sale.placed(), sale.money_moved("CAPTURE#1", "capture", "USD", clock.now_ms(), postings)]
    facts += [sale.part_cancelled(500 + number) for number in range(25)]
    assert max(len(list(fact.pieces())) for fact in facts) > 4
    counting = recount()._counting
    for _ in range(2):
        assert counting.count(facts) == set()
    day = metrics().of_shop(today(), today())[today().isoformat()]
    assert (day.orders, day.entries, day.sales["USD"][ALL].pieces) == (1, 1, 0)
    assert day.sales["USD"][ALL].revenue_minor == sum(range(1, 26))
