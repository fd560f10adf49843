"""A seller's dashboard takes the same AWS calls and units when they have sold 100,000 orders as when they sold ten."""

from itertools import product
from typing import Any

import boto3
import pytest

from commerce.kit import clock
from commerce.kit.days import date_of, days_between
from commerce.kit.tables import Table
from commerce.metrics.model import Counter
from commerce.metrics.service import DEFAULT_DAYS
from commerce.metrics.store import SHARDS, MetricsStore
from support.builders import Person, a_person, a_product, an_order, listed
from support.client import Client
from support.lists import listed_for_sellers
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")
PATH = "/api/marketplace/metrics/dashboard_metrics/"


def sold(seller: Person, orders: int) -> None:
    """The counters of that many orders, spread over the days of the series; and six of the orders."""
    store = MetricsStore(Table("Metrics"))
    days = days_between(date_of(clock.now_ms() - (DEFAULT_DAYS - 1) * 86_400_000), date_of(clock.now_ms()))
    rows = []
    for day, shard in product(("", *days), range(SHARDS)):
        # As many digits for few as for many: a longer number is a longer row.
        amounts = dict.fromkeys(("views", "clicks", "orders", "units", "revenue_USD"), 1111111 + orders)
        key = store.add_write(Counter(day, seller.id), amounts, shard).content["Key"]
        rows.append(key | {name: {"N": str(amount)} for name, amount in amounts.items()})
    stored("Metrics", rows)
    thing, buyer = a_product(seller), a_person()
    listed(thing)
    listed_for_sellers(*(an_order(buyer, (thing, 1)).id for _ in range(6)))


def stored(table: str, rows: list[Any]) -> None:
    for start in range(0, len(rows), 25):
        puts = [{"PutRequest": {"Item": row}} for row in rows[start : start + 25]]
        boto3.client("dynamodb").batch_write_item(RequestItems={table: puts})


def cost(seller: Person) -> tuple[list[str], float]:
    """Beside these, a function looks for news of the index once a second."""
    with Meter() as meter:
        answer = Client("marketplace").get(PATH, token=seller.access)
    assert (answer.status, len(answer.body["daily"])) == (200, DEFAULT_DAYS)
    assert len(answer.body["recent_orders"]) == 5
    return [call.operation for call in meter.calls if call.service == "dynamodb"], meter.rcu


def listed_orders(seller: Person, count: int) -> None:
    """More rows in the seller's list of orders, older than all that are there."""
    numbers = range(1, count + 1)
    rows = [{"pk": {"S": f"SELLER#{seller.id}"}, "sk": {"S": f"ORDER#{one:016d}"}} for one in numbers]
    stored("Orders", [row | {"order_id": {"N": str(one)}} for row, one in zip(rows, numbers, strict=True)])


def test_a_dashboard_costs_the_same_with_ten_and_with_a_hundred_thousand_orders() -> None:
    small, large = a_person(is_seller=True), a_person(is_seller=True)
    sold(small, 10)
    sold(large, 100_000)
    # A page of this list is a page: what is behind it is not read, so a few hundred show as much as all.
    listed_orders(large, 300)
    few, many = cost(small), cost(large)
    assert few == many
    # The numbers, how many products there are, and the latest orders.
    assert few[0] == ["Query", "Query", "Query", "BatchGetItem"]
