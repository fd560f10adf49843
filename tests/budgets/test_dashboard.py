"""A seller's dashboard takes the same AWS calls and units when they have sold 100,000 orders as when they sold ten."""

from typing import Any

import pytest

from commerce.kit import clock
from commerce.kit.days import date_of, days_between
from commerce.kit.tables import Table
from commerce.metrics.model import Counter
from commerce.metrics.service import MAX_DAYS
from commerce.metrics.store import SHARDS, MetricsStore
from support.builders import Person, a_person, a_product, an_order, listed
from support.client import Client
from support.lists import listed_for_sellers
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")
PATH = "/api/marketplace/metrics/dashboard_metrics/"


def sold(seller: Person, orders: int) -> None:
    """The counters of that many orders, spread over the days of the longest series; and six of the orders."""
    store, table = MetricsStore(Table("Metrics")), Table("Metrics")
    today = date_of(clock.now_ms())
    days = days_between(date_of(clock.now_ms() - (MAX_DAYS - 1) * 86_400_000), today)
    for day in ("", *days):
        for shard in range(SHARDS):
            count = 1_000_000 + orders // len(days) // SHARDS
            amounts = {"views": count, "clicks": count, "orders": count, "units": count, "revenue_USD": count}
            table.write(store.add_write(Counter(day, seller.id), amounts, shard))
    product, buyer = a_product(seller), a_person()
    listed(product)
    made = [an_order(buyer, (product, 1)).id for _ in range(6)]
    listed_for_sellers(*made)


def cost(seller: Person) -> tuple[str, float]:
    """The second of two requests: the first may look for news of the index."""
    shop = Client("marketplace")
    shop.get(PATH, token=seller.access)
    with Meter() as meter:
        answer: Any = shop.get(PATH, token=seller.access, query={"days": MAX_DAYS})
    assert (answer.status, len(answer.body["daily"])) == (200, MAX_DAYS)
    assert len(answer.body["recent_orders"]) == 5
    return meter.names, meter.rcu


def listed_orders(seller: Person, count: int) -> None:
    """More rows in the seller's list of orders, older than all that are there."""
    table = Table("Orders")
    for number in range(1, count + 1):
        row = {"pk": f"SELLER#{seller.id}", "sk": f"ORDER#{number:016d}", "order_id": number, "version": 1}
        table.write(table.put(row))


def test_a_dashboard_costs_the_same_with_ten_and_with_a_hundred_thousand_orders() -> None:
    small, large = a_person(is_seller=True), a_person(is_seller=True)
    sold(small, 10)
    sold(large, 100_000)
    # A page of this list is a page: what is behind it is not read, so a few hundred show as much as all.
    listed_orders(large, 300)
    few, many = cost(small), cost(large)
    assert few == many
    # The numbers, how many products there are, and the latest orders.
    assert few[0] == "Query ×3, BatchGetItem"
