"""What was sold and what it brought, day by day and seller by seller. Rules only.

Orders and pieces count on the day on which they were placed, as far as they are not cancelled; money counts on the day
on which it moved, as the ledger has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from commerce.orders.model import Order
from commerce.orders.payment import JournalEntry

_SELLER = "seller:"
_OWED = ("commission", "tax", "shipping")


@dataclass
class Figures:
    """Of one day or one seller. A day's revenue is all that was captured; a seller's is their own share of it."""

    orders: int = 0
    pieces: int = 0
    revenue_minor: int = 0
    refunds_minor: int = 0


@dataclass(frozen=True)
class Sales:
    """Sales in one currency: every day of the span by its date, and the sellers by id."""

    currency: str
    days: dict[str, Figures]
    sellers: dict[int, Figures] = field(default_factory=dict)

    def add_order(self, day: str, order: Order) -> None:
        """Add an order placed on that day."""
        live = {part.seller_id for part in order.live_parts}
        if not live:
            return
        self.days[day].orders += 1
        for line in order.lines:
            if line.seller_id in live:
                self.days[day].pieces += line.quantity
                self._of(line.seller_id).pieces += line.quantity
        for seller in live:
            self._of(seller).orders += 1

    def add_entry(self, day: str, entry: JournalEntry) -> None:
        """Add a movement of money of that day; what never belonged to an order is no revenue."""
        is_capture = entry.kind == "capture"
        for account, amount in entry.postings.items():
            if not (account.startswith(_SELLER) or account in _OWED):
                continue
            figures = [self.days[day]]
            if account.startswith(_SELLER):
                figures.append(self._of(int(account.removeprefix(_SELLER))))
            for one in figures:
                if is_capture:
                    one.revenue_minor -= amount
                else:
                    one.refunds_minor += amount

    def _of(self, seller: int) -> Figures:
        return self.sellers.setdefault(seller, Figures())


class SalesReport:
    """Sales of a span of days, by currency."""

    def __init__(self, days: Sequence[str]) -> None:
        self._days = days
        self._found: dict[str, Sales] = {}

    def add_order(self, day: str, order: Order) -> None:
        """Add an order placed on a day."""
        self.of(order.currency).add_order(day, order)

    def add_entry(self, day: str, entry: JournalEntry) -> None:
        """Add a movement of money; one of another day is not of this report."""
        if day in self._days:
            self.of(entry.currency).add_entry(day, entry)

    def of(self, currency: str) -> Sales:
        """The sales in a currency, without figures when there were none."""
        if currency not in self._found:
            self._found[currency] = Sales(currency, {day: Figures() for day in self._days})
        return self._found[currency]

    def all(self) -> list[Sales]:
        """The sales in every currency that occurred, by its code."""
        return [self._found[currency] for currency in sorted(self._found)]
