"""The books: every order whose money or stock moved is checked once, and its movements are added up once.

Time is cut into windows of an hour. The hourly check reads the orders that moved since its checkpoint and nothing else,
so its cost follows what happens and not what the shop has ever sold. Windows are fixed, and what happened in one never
changes: a check that dies half-way does the same again.
"""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from commerce.books.model import Balances, Findings, balances_of, pieces_held, pieces_moved, problems_of
from commerce.books.store import BooksStore
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, settings
from commerce.kit.tables import Table
from commerce.orders.model import Order
from commerce.orders.payment import JournalEntry
from commerce.orders.service import Orders, orders

WINDOW_MS = 3_600_000
# What was written so long ago is seen by every index, whatever the writer's clock said.
LAG_MS = 600_000
FIRST_LOOK_MS = 31 * 86_400_000
# A product that is sold between two looks at it may differ; one that stands still may not.
LOOKS = 3
LOOK_SECONDS = 1.0


class Books:
    """Proves that money and stock add up."""

    def __init__(self, orders: Orders, catalog: Catalog, store: BooksStore) -> None:
        self._orders = orders
        self._catalog = catalog
        self._store = store

    def check_news(self) -> list[str]:
        """Check all that moved since the last time, and what was wrong then; what is wrong now."""
        since = self._store.checkpoint() or (clock.now_ms() - FIRST_LOOK_MS) // WINDOW_MS * WINDOW_MS
        news = self._news(since)
        wrong = self._store.findings()
        checked = {order.id: order for order in news} | {number: self._orders.by_id(number) for number in wrong}
        for order in checked.values():
            problems = problems_of(order)
            if problems or order.id in wrong:
                self._store.save_findings(order.id, problems)
        problems = [problem for found in self._store.findings().values() for problem in found]
        moved: set[int] = set()
        while since + WINDOW_MS <= clock.now_ms() - LAG_MS:
            moved |= self._close_window(since, news)
            since += WINDOW_MS
        return problems + self._check_stock(moved, since)

    def report(self, first: date, last: date) -> Findings:
        """The sums of some days (UTC, both included; `last` is today or before) and all that is wrong: what was added
        up, and what happened since."""
        since = self._store.checkpoint()
        days = _days(first, last)
        balances: Balances = balances_of(())
        counts: Counter[str] = Counter()
        for row in (row for day in days for row in self._store.windows(day)):
            counts.update({"orders": row["orders"], "entries": row["entries"]})
            for currency, accounts in row["balances"].items():
                balances[currency].update(accounts)
        start = max(since, _start_of(first))
        news = self._news(start)
        entries = list(_entries(news, start, _start_of(last + timedelta(days=1)) - 1))
        for currency, moved in balances_of(entries).items():
            balances[currency].update(moved)
        counts.update({"orders": sum(start < order.placed_at for order in news), "entries": len(entries)})
        problems = [problem for found in self._store.findings().values() for problem in found]
        known = set(problems)
        problems += [problem for order in news for problem in problems_of(order) if problem not in known]
        problems += _unbalanced(balances)
        sums = {currency: dict(accounts) for currency, accounts in balances.items()}
        return Findings(counts["orders"], counts["entries"], sums, problems)

    def check_all(self, first: date, last: date) -> Findings:
        """Everything of the orders that were placed or moved in some days, read anew; and, when `first` is the shop's
        first day, that every product counts as sold what its orders hold. Its cost grows with the orders."""
        found: dict[int, Order] = {}
        for day in _days(first, last):
            found |= {order.id: order for order in (*self._orders.of_day(day), *self._orders.moved_on(day))}
        entries = [entry for order in found.values() for entry in order.journal]
        balances = balances_of(entries)
        problems = [problem for order in found.values() for problem in problems_of(order)]
        held: Counter[int] = Counter()
        for order in found.values():
            held.update(pieces_held(order))
        counted = self._catalog.sold(list(held))
        problems += [
            f"Product {product} counts {counted.get(product)} sold, its orders hold {pieces}."
            for product, pieces in held.items()
            if counted.get(product) != pieces
        ]
        sums = {currency: dict(accounts) for currency, accounts in balances.items()}
        return Findings(len(found), len(entries), sums, problems + _unbalanced(balances))

    def _news(self, since: int) -> list[Order]:
        """Orders that were placed or moved after a time."""
        first, today = _date_of(since), _date_of(clock.now_ms())
        found: dict[int, Order] = {}
        for day in _days(first, today):
            for order in (*self._orders.of_day(day, since), *self._orders.moved_on(day, since)):
                found[order.id] = order
        return list(found.values())

    def _close_window(self, since: int, news: list[Order]) -> set[int]:
        """Add up one window and move the checkpoint behind it; the products of which pieces moved in it."""
        until = since + WINDOW_MS
        entries = list(_entries(news, since, until))
        sums = {
            "orders": sum(since < order.placed_at <= until for order in news),
            "entries": len(entries),
            "balances": {currency: dict(accounts) for currency, accounts in balances_of(entries).items()},
        }
        self._store.save_window(_date_of(since).isoformat(), since, sums)
        moved = _pieces(news, since, until)
        for product, pieces in moved.items():
            known = self._store.pieces(product)
            if known is not None and known[1] < until:
                self._store.save_pieces(product, known[0] + pieces, until)
        self._store.advance(self._store.checkpoint(), until)
        return set(moved)

    def _check_stock(self, products: Iterable[int], until: int) -> list[str]:
        """Which of the products count other pieces as sold than orders hold, looked at until two looks agree."""
        suspects = {product: self._store.pieces(product) for product in products}
        seen: dict[int, tuple[int, int]] = {}
        problems: list[str] = []
        for look in range(LOOKS):
            if not suspects:
                break
            if look:
                time.sleep(LOOK_SECONDS)
            after = _pieces(self._news(until), until, clock.MAX_MS)
            counted = self._catalog.sold(list(suspects))
            for product, known in list(suspects.items()):
                now = (counted.get(product, 0), after[product])
                is_stable, seen[product] = seen.get(product) == now, now
                if product not in counted or (known and known[0] + now[1] == now[0]):
                    del suspects[product]
                elif is_stable and known is None:
                    # The books begin to count a product with what it says of itself.
                    self._store.save_pieces(product, now[0] - now[1], until)
                    del suspects[product]
                elif is_stable and known:
                    problems.append(f"Product {product} counts {now[0]} sold, its orders hold {known[0] + now[1]}.")
                    del suspects[product]
        return problems


def _pieces(orders: Iterable[Order], since: int, until: int) -> Counter[int]:
    total: Counter[int] = Counter()
    for order in orders:
        for product, pieces in pieces_moved(order, since, until).items():
            total[product] += pieces
    return total


def _entries(orders: Iterable[Order], since: int, until: int) -> Iterable[JournalEntry]:
    return (entry for order in orders for entry in order.journal if since < entry.at <= until)


def _unbalanced(balances: Balances) -> list[str]:
    sums = {currency: sum(accounts.values()) for currency, accounts in balances.items()}
    return [f"The ledger is off by {total} {currency}." for currency, total in sums.items() if total]


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _date_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms // 1000, UTC).date()


def _start_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


@cache
def books() -> Books:
    """The service over the tables that the environment names."""
    return Books(orders(), catalog(), BooksStore(Table(settings.text("ORDERS_TABLE"))))
