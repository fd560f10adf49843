"""What was counted, as sellers and reports read it: sums that are kept, and no orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from commerce.catalog.model import Product
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, settings
from commerce.kit.days import date_of, days_between
from commerce.kit.errors import Forbidden, InvalidInput, NotFound
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.metrics.model import Amounts, DaySums, Numbers, Series, currency_of, numbers_of
from commerce.metrics.store import MetricsStore

MAX_DAYS = 92
DEFAULT_DAYS = 30


@dataclass(frozen=True)
class ProductNumbers:
    """A product and what was ever counted of it."""

    product: Product
    numbers: Numbers


class Metrics:
    """The counters, read."""

    def __init__(self, store: MetricsStore, catalog: Catalog, currency: str) -> None:
        self._store = store
        self._catalog = catalog
        self._currency = currency

    def of_seller(self, caller: Principal, days: int = DEFAULT_DAYS) -> Series:
        """What was counted of the caller's products together, with each of the last `days` days (UTC, today included).
        Raises Forbidden for who does not sell, InvalidInput."""
        _require_seller(caller)
        first, last = _last(days)
        return self._series(self._store.of_seller(caller.user_id, first, last), first, last)

    def of_product(self, caller: Principal, product_id: int, days: int = DEFAULT_DAYS) -> tuple[Product, Series]:
        """A product of the caller's, or for staff anybody's, with what was counted of it. Raises Forbidden for
        somebody else's, NotFound, InvalidInput."""
        first, last = _last(days)
        product = self._owned(caller, product_id)
        counted = self._store.of_product_days(product_id, first, last)
        counted[""] = self._store.of_products(product.seller_id, [product_id]).get(product_id, {})
        return product, self._series(counted, first, last)

    def of_products(self, caller: Principal, page: PageRequest) -> tuple[list[ProductNumbers], int]:
        """A page of the caller's own products, the latest first, with what was ever counted of each; and how many
        there are. Raises Forbidden for who does not sell."""
        products, total = self._catalog.of_seller(caller, page)
        return self._numbered(caller.user_id, products), total

    def of_record(self, caller: Principal, product_id: int) -> ProductNumbers:
        """One of them. Raises Forbidden for somebody else's product, NotFound."""
        product = self._owned(caller, product_id)
        return self._numbered(product.seller_id, [product])[0]

    def latest_orders(self, product: Product, limit: int) -> list[int]:
        """The ids of the latest orders of a product, the latest first."""
        return self._store.latest_orders(product.id, limit)

    def of_shop(self, first: date, last: date) -> dict[str, DaySums]:
        """What counts on each of some days (UTC, both included) for the whole shop: for reports and the books."""
        days = {day: DaySums() for day in days_between(first, last)}
        for day, currency, account, amounts in self._store.of_shop(first, last):
            days[day].add(currency, account, amounts)
        return days

    def _owned(self, caller: Principal, product_id: int) -> Product:
        _require_seller(caller)
        found = self._catalog.whole_products([product_id])
        is_own = bool(found) and (caller.is_staff or found[0].seller_id == caller.user_id)
        if not found or not (is_own or found[0].is_active):
            raise NotFound("Product")
        if not is_own:
            raise Forbidden
        return found[0]

    def _numbered(self, seller_id: int, products: Sequence[Product]) -> list[ProductNumbers]:
        counted = self._store.of_products(seller_id, [product.id for product in products])
        return [ProductNumbers(one, numbers_of(counted.get(one.id, {}))) for one in products]

    def _series(self, counted: Mapping[str, Amounts], first: date, last: date) -> Series:
        total = numbers_of(counted.get("", {}))
        days = {day: numbers_of(counted.get(day, {})) for day in days_between(first, last)}
        return Series(total, days, currency_of(total, self._currency))


def _require_seller(caller: Principal) -> None:
    if not (caller.is_seller or caller.is_staff):
        raise Forbidden


def _last(days: int) -> tuple[date, date]:
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput.of("days", f"A whole number from 1 to {MAX_DAYS} is required.")
    today = date_of(clock.now_ms())
    return today - timedelta(days=days - 1), today


@cache
def metrics() -> Metrics:
    """The service over the tables that the environment names."""
    return Metrics(MetricsStore(Table(settings.text("METRICS_TABLE"))), catalog(), settings.text("DEFAULT_CURRENCY"))
