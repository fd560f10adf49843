"""The sales counters out of the orders themselves: for a shop that is older than they, and to prove them."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from commerce.kit import settings
from commerce.kit.days import days_between
from commerce.kit.tables import Table
from commerce.metrics.counting import Counting, counting
from commerce.metrics.model import ALL, Adding, Amounts, Counter
from commerce.metrics.sales import facts_of_order
from commerce.metrics.store import MetricsStore
from commerce.orders.model import Order
from commerce.orders.service import Orders, orders

ORDERS_AT_ONCE = 50


class RecountIncomplete(Exception):
    """Some orders could not be counted now; the recount may be repeated."""


class Recount:
    """Counts orders again, and compares."""

    def __init__(self, orders: Orders, counting: Counting, store: MetricsStore) -> None:
        self._orders = orders
        self._counting = counting
        self._store = store

    def count_days(self, first: date, last: date) -> int:
        """Count what is not counted yet of every order that was placed in some days (UTC, both included), however
        often this is done and whatever is sold meanwhile; how many orders there are. Raises RecountIncomplete."""
        count, waiting = 0, list[Order]()
        for day in days_between(first, last):
            for order in self._orders.of_day(day):
                waiting.append(order)
                count += 1
                if len(waiting) == ORDERS_AT_ONCE:
                    self._count(waiting)
                    waiting = []
        self._count(waiting)
        return count

    def differences(self, found: Iterable[Order], first: date, last: date) -> list[str]:
        """What the counters of some days say otherwise than the orders `found`, which are all that were placed or whose
        money moved in them."""
        expected = expected_of(found, first, last)
        sellers = {one.seller_id for one in expected if one.seller_id}
        products = {(one.seller_id, one.product_id) for one in expected if one.product_id}
        counted: dict[Counter, Amounts] = {}
        shop = Adding()
        for day, currency, account, amounts in self._store.of_shop(first, last):
            shop.add(Counter(day, currency=currency, account=account), **amounts)
        counted |= shop.total()
        for seller_id in sellers:
            of_days = self._store.of_seller(seller_id, first, last)
            counted |= {Counter(day, seller_id): _sales(amounts) for day, amounts in of_days.items() if day}
        for seller_id, product_id in products:
            of_days = self._store.of_product_days(product_id, first, last)
            counted |= {Counter(day, seller_id, product_id): _sales(amounts) for day, amounts in of_days.items()}
        said = {one: (_said(counted.get(one, {})), _said(expected.get(one, {}))) for one in {**expected, **counted}}
        return [
            f"{_named(one)} counts {said[one][0]} on {one.day}, its orders {said[one][1]}."
            for one in sorted(said)
            if said[one][0] != said[one][1]
        ]

    def _count(self, some: list[Order]) -> None:
        uncounted = self._counting.count(fact for order in some for fact in facts_of_order(order))
        if uncounted:
            raise RecountIncomplete(f"{len(uncounted)} facts are not counted yet")


def expected_of(found: Iterable[Order], first: date, last: date) -> dict[Counter, Amounts]:
    """What the counters of some days have to be, by all that happened to the orders."""
    adding = Adding()
    for order in found:
        for fact in facts_of_order(order):
            adding.add_all(
                {
                    counter: amounts
                    for counter, amounts in fact.amounts.items()
                    if first.isoformat() <= counter.day <= last.isoformat()
                }
            )
    return dict(adding.total())


def _sales(amounts: Amounts) -> Amounts:
    """Without what no order tells of."""
    return {name: amount for name, amount in amounts.items() if name not in _OF_VISITORS}


_OF_VISITORS = {"views", "clicks", "favorites", "cart_additions"}


def _said(amounts: Amounts) -> str:
    return ", ".join(f"{name} {amount}" for name, amount in sorted(amounts.items()) if amount) or "nothing"


def _named(counter: Counter) -> str:
    if counter.account:
        who = "The shop" if counter.account == ALL else f"Account {counter.account}"
        return f"{who} in {counter.currency}"
    return f"Product {counter.product_id}" if counter.product_id else f"Seller {counter.seller_id}"


@cache
def recount() -> Recount:
    """The recount over the tables that the environment names."""
    return Recount(orders(), counting(), MetricsStore(Table(settings.text("METRICS_TABLE"))))
