"""What a check and a report cost follows what happened since the last check, and not the orders of the shop."""

from dataclasses import replace
from unittest.mock import patch

import pytest
import time_machine

from commerce.books import service
from commerce.books.service import books
from commerce.catalog.model import Product
from commerce.kit import clock, settings
from commerce.kit.days import date_of, day_of
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders import store
from commerce.orders.service import orders
from commerce.payments.service import payments
from support.account import empty_tables
from support.builders import a_person, a_product, an_order
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")

NOW = 1_795_275_000
STAFF = Principal(1, is_staff=True)


def paid_orders(product: Product, count: int) -> None:
    """Paid orders of one piece: one is placed and paid, the others are written as it is."""
    order = an_order(a_person(), (product, 1))
    payments().settlement.confirm(STAFF, order.id)
    paid, rows = orders().by_id(order.id), orders()._store
    for number in range(1, count):
        for write in rows.create_writes(replace(paid, id=paid.id + number)):
            rows._table.write(write)
    stock = Table(settings.text("CATALOG_TABLE"))
    more = {"more": count - 1}
    stock.write(stock.update(f"PRODUCT#{product.id}", "STOCK", "SET #sold = #sold + :more", values=more))


def costs(older: int) -> dict[str, tuple[str, float, float]]:
    """Calls and units of a check and of a report, with so many older orders."""
    empty_tables()
    with time_machine.travel(NOW - 3 * 86_400, tick=False):
        product = a_product()
        paid_orders(product, older)
    with time_machine.travel(NOW - 2 * 86_400, tick=False):
        assert books().check_news() == []
    with time_machine.travel(NOW - 3 * 3_600, tick=False):
        assert books().check_news() == []
    with time_machine.travel(NOW - 2 * 3_600, tick=False):
        paid_orders(product, 3)
    found = {}
    with time_machine.travel(NOW, tick=False):
        today = date_of(clock.now_ms())
        for name, act in (
            ("check", lambda: books().check_news()),
            ("report", lambda: books().report(date_of((NOW - 6 * 86_400) * 1000), today)),
        ):
            with Meter() as meter:
                act()
            found[name] = (meter.names, meter.rcu, meter.wcu)
        assert len(list(orders().of_day(day_of((NOW - 3 * 86_400) * 1000)))) == older
    return found


def test_a_check_and_a_report_cost_the_same_with_10_and_with_500_older_orders() -> None:
    # One key for each list: the number of orders matters here, and each shard is one more query of nothing.
    with patch.object(store, "DAY_SHARDS", 1), patch.object(service, "FIRST_LOOK_MS", 3 * 86_400_000):
        few, many = costs(10), costs(500)
    assert few == many
    assert few["check"][1] < 40


def test_control_reading_all_orders_costs_more_with_more_of_them() -> None:
    today = date_of(NOW * 1000)
    first = date_of((NOW - 6 * 86_400) * 1000)
    units = []
    with patch.object(store, "DAY_SHARDS", 1), patch.object(service, "FIRST_LOOK_MS", 3 * 86_400_000):
        for older in (10, 60):
            costs(older)
            with time_machine.travel(NOW, tick=False), Meter() as meter:
                books().check_all(first, today)
            units.append(meter.rcu)
    assert units[1] > 3 * units[0]
