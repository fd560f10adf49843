"""Sales of the last days, for staff: read from the orders and the ledger of each day, never from the whole table."""

from datetime import UTC, datetime, timedelta
from functools import cache

from commerce.kit import clock, settings
from commerce.kit.errors import InvalidInput
from commerce.orders.service import Orders, orders
from commerce.sales.model import Sales, SalesReport
from commerce.sessions.model import Principal

MOST_DAYS = 92


class SalesReports:
    """What was sold."""

    def __init__(self, orders: Orders, currency: str) -> None:
        self._orders = orders
        self._currency = currency

    def last(self, caller: Principal, days: int) -> list[Sales]:
        """Sales of the last `days` days (UTC, today included), the shop's own currency always among them.

        Raises Forbidden, InvalidInput.
        """
        caller.require_staff()
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInput.of("days", f"A whole number from 1 to {MOST_DAYS} is required.")
        today = datetime.fromtimestamp(clock.now(), UTC).date()
        span = [(today - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
        report = SalesReport(span)
        report.of(self._currency)
        for day in span:
            for order in self._orders.of_day(day):
                report.add_order(day, order)
            # An order is found on the day of its last movement; its earlier ones count on their own days.
            for order in self._orders.moved_on(day):
                for entry in order.journal:
                    report.add_entry(clock.iso(entry.at)[:10], entry)
        return report.all()


@cache
def sales() -> SalesReports:
    """The service over the tables that the environment names."""
    return SalesReports(orders(), settings.text("DEFAULT_CURRENCY"))
