"""Sales of the last days, for staff: read from the orders and the ledger of each day, never from the whole table."""

from datetime import UTC, datetime, timedelta
from functools import cache

from commerce.kit import clock, settings
from commerce.kit.errors import Forbidden, InvalidInput
from commerce.orders.service import Orders, orders
from commerce.payments.service import Payments, payments
from commerce.sales.model import Sales, Sheets
from commerce.sessions.model import Principal

MOST_DAYS = 92


class SalesReports:
    """What was sold."""

    def __init__(self, orders: Orders, payments: Payments, currency: str) -> None:
        self._orders = orders
        self._payments = payments
        self._currency = currency

    def last(self, caller: Principal, days: int) -> list[Sales]:
        """Sales of the last `days` days (UTC, today included), the shop's own currency always among them.

        Raises Forbidden, InvalidInput.
        """
        if not caller.is_staff:
            raise Forbidden
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInput.of("days", f"A whole number from 1 to {MOST_DAYS} is required.")
        today = datetime.fromtimestamp(clock.now(), UTC).date()
        span = [(today - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
        sheets = Sheets(span)
        sheets.of(self._currency)
        for day in span:
            sheets.day(day, self._orders.of_day(day), self._payments.entries_of_day(day))
        return sheets.all()


@cache
def sales() -> SalesReports:
    """The service over the tables that the environment names."""
    return SalesReports(orders(), payments(), settings.text("DEFAULT_CURRENCY"))
