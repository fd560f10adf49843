"""The check of the books, over days of orders and ledger entries; and the stock that must go with them."""

from datetime import date, timedelta
from functools import cache

from commerce.books.model import Findings, check, pieces_sold
from commerce.catalog.service import Catalog, catalog
from commerce.orders.service import Orders, orders
from commerce.payments.service import Payments, payments


class Books:
    """Proves that money and stock add up."""

    def __init__(self, orders: Orders, payments: Payments, catalog: Catalog) -> None:
        self._orders = orders
        self._payments = payments
        self._catalog = catalog

    def check(self, first: date, last: date) -> Findings:
        """What is wrong with the money of orders placed from `first` to `last` (UTC, both included)."""
        days = _days(first, last)
        placed = [order for day in days for order in self._orders.of_day(day)]
        return check(placed, (entry for day in days for entry in self._payments.entries_of_day(day)))

    def check_stock(self, first: date, last: date) -> list[str]:
        """Products whose `sold` counter is not what their orders say; `first` must be the shop's first day."""
        held = pieces_sold(order for day in _days(first, last) for order in self._orders.of_day(day))
        counted = self._catalog.sold(list(held))
        return [
            f"Product {product} counts {counted.get(product)} sold, its orders hold {pieces}."
            for product, pieces in held.items()
            if counted.get(product) != pieces
        ]


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


@cache
def books() -> Books:
    """The service over the tables that the environment names."""
    return Books(orders(), payments(), catalog())
