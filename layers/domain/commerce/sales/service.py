"""Sales of the last days, for staff: what was counted as it happened."""

from datetime import UTC, datetime, timedelta
from functools import cache

from commerce.kit import clock, settings
from commerce.kit.errors import InvalidInput
from commerce.kit.principal import Principal
from commerce.metrics.service import Metrics, metrics
from commerce.sales.model import Sales, sales_of

MAX_DAYS = 92


class SalesReports:
    """What was sold."""

    def __init__(self, metrics: Metrics, currency: str) -> None:
        self._metrics = metrics
        self._currency = currency

    def last(self, caller: Principal, days: int) -> list[Sales]:
        """Sales of the last `days` days (UTC, today included), the shop's own currency always among them.

        Raises Forbidden, InvalidInput.
        """
        caller.require_staff()
        if not 1 <= days <= MAX_DAYS:
            raise InvalidInput.of("days", f"A whole number from 1 to {MAX_DAYS} is required.")
        today = datetime.fromtimestamp(clock.now(), UTC).date()
        return sales_of(self._metrics.of_shop(today - timedelta(days=days - 1), today), self._currency)


@cache
def sales() -> SalesReports:
    """The service over the tables that the environment names."""
    return SalesReports(metrics(), settings.text("DEFAULT_CURRENCY"))
