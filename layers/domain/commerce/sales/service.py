"""Sales of the last days, for staff: what the books have added up, and what happened since."""

from datetime import UTC, datetime, timedelta
from functools import cache

from commerce.books.service import Books, books
from commerce.kit import clock, settings
from commerce.kit.errors import InvalidInput
from commerce.kit.principal import Principal
from commerce.sales.model import Sales, sales_of

MAX_DAYS = 92


class SalesReports:
    """What was sold."""

    def __init__(self, books: Books, currency: str) -> None:
        self._books = books
        self._currency = currency

    def last(self, caller: Principal, days: int) -> list[Sales]:
        """Sales of the last `days` days (UTC, today included), the shop's own currency always among them.

        Raises Forbidden, InvalidInput.
        """
        caller.require_staff()
        if not 1 <= days <= MAX_DAYS:
            raise InvalidInput.of("days", f"A whole number from 1 to {MAX_DAYS} is required.")
        today = datetime.fromtimestamp(clock.now(), UTC).date()
        return sales_of(self._books.sums(today - timedelta(days=days - 1), today), self._currency)


@cache
def sales() -> SalesReports:
    """The service over the tables that the environment names."""
    return SalesReports(books(), settings.text("DEFAULT_CURRENCY"))
