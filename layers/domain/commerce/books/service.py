"""The books: every order whose money or stock moved is checked once.

Time is cut into windows of an hour. The hourly check reads the orders that moved since its checkpoint and nothing else,
so its cost follows what happens and not what the shop has ever sold. What happened in a window never changes once it is
closed: a check that dies half-way, or runs beside another, writes the same again, and the checkpoint moves last. What
it all adds up to, the counters say (commerce.metrics), which the check of everything holds against the orders.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from commerce.books.model import Findings, pieces_held, problems_of
from commerce.books.stock import PieceCount
from commerce.books.store import BooksState, BooksStore
from commerce.books.sums import Balances, News, PieceMove, balances_of, plain_balances, window_of
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, settings
from commerce.kit.days import DAY_MS, date_of, days_between, start_of
from commerce.kit.tables import Table
from commerce.metrics.recount import Recount, recount
from commerce.metrics.service import Metrics, metrics
from commerce.orders.model import Order
from commerce.orders.service import Orders, orders

# A window is closed when this has passed since its end. Until then a write of it may be under way, hidden from an
# index, or told by a clock that is slow.
LAG_MS = 600_000
# How far the first check looks back.
FIRST_LOOK_MS = 93 * DAY_MS
# Between reading stock that looks wrong and reading orders again: by the last of them the indexes show every sale.
PAUSES = (1, 10)

Problems = Mapping[int, list[str]]
# What somebody else finds wrong with an order.
Question = Callable[[Order], list[str]]


def _nothing(_: Order) -> list[str]:
    return []


class Books:
    """Proves that money and stock add up."""

    def __init__(self, orders: Orders, catalog: Catalog, metrics: Metrics, recount: Recount, store: BooksStore) -> None:
        self._orders = orders
        self._catalog = catalog
        self._metrics = metrics
        self._recount = recount
        self._store = store

    def check_news(self, also: Question = _nothing) -> list[str]:
        """Check all that moved since the last time, and what was wrong then; what is wrong now.

        `also` is asked too what is wrong with an order, once its last change is a while ago: what follows orders by
        events needs a moment, and an order that is younger is checked by the next check again.
        """
        # What is written while this reads belongs to the next check.
        now = clock.now_ms()
        before = self._store.state()
        began = before.began or start_of(date_of(now - FIRST_LOOK_MS))
        since = before.until or began
        until = max(since, window_of(now - LAG_MS))
        news = News(since)
        wrong = self._check_orders(before, news, since, now, also)
        wrong += self._check_stock(before, news, began, until)
        self._store.advance(before, began, until)
        return wrong

    def report(self, first: date, last: date) -> Findings:
        """The sums of some days (UTC, both included) as they were counted, and all that is wrong: what was found, and
        what is true of the orders that moved since."""
        state = self._store.state()
        problems = dict(state.orders)
        news = News(state.until)
        for order in self._moved_since(max(state.until, start_of(first)), clock.now_ms()):
            if news.add(order):
                problems[order.id] = problems_of(order)
        found = [one for order in problems.values() for one in order]
        found += [one for product in state.products.values() for one in product]
        balances: dict[str, Counter[str]] = {}
        days = self._metrics.of_shop(first, last).values()
        for sums in days:
            for currency, accounts in sums.balances.items():
                balances.setdefault(currency, Counter()).update(accounts)
        return _findings(sum(one.orders for one in days), sum(one.entries for one in days), balances, found)

    def check_all(self, first: date, last: date) -> Findings:
        """Everything of the orders that were placed or moved in some days until today, read again, and what was counted
        of those days; and, when `first` is the shop's first day, that every product counts as sold what its orders
        hold. Its cost grows with the orders."""
        found = self._all_orders(first, last)
        entries = [entry for order in found.values() for entry in order.journal]
        problems = [problem for order in found.values() for problem in problems_of(order)]
        held: dict[int, int] = {}
        for order in found.values():
            for product, pieces in pieces_held(order).items():
                held[product] = held.get(product, 0) + pieces
        counted = self._catalog.sold(list(held))
        problems += [
            _stock_problem(product, counted.get(product, 0), pieces)
            for product, pieces in held.items()
            if counted.get(product) != pieces
        ]
        problems += self._check_counters(first, last, found)
        return _findings(len(found), len(entries), balances_of(entries), problems)

    def _all_orders(self, first: date, last: date) -> dict[int, Order]:
        found: dict[int, Order] = {}
        for day in days_between(first, last):
            found |= {order.id: order for order in (*self._orders.of_day(day), *self._orders.moved_on(day))}
        return found

    def _check_counters(self, first: date, last: date, found: dict[int, Order]) -> list[str]:
        """Where the counters and the orders differ. What has just happened is counted a moment later."""
        problems = self._recount.differences(found.values(), first, last)
        for pause in PAUSES:
            if not problems:
                break
            time.sleep(pause)
            problems = self._recount.differences(self._all_orders(first, last).values(), first, last)
        return problems

    def _moved_since(self, since: int, now: int) -> Iterator[Order]:
        """Orders that were placed or moved at a time or later; some of them twice."""
        # A clock that is fast writes the next day a little early, and an id is drawn before its order is placed.
        for day in days_between(date_of(since), date_of(now + LAG_MS)):
            yield from self._orders.of_day(day, since - LAG_MS)
            yield from self._orders.moved_on(day, since)

    def _check_orders(self, before: BooksState, news: News, since: int, now: int, also: Question) -> list[str]:
        """Check what moved and what was wrong, and add it to `news`; what is wrong now."""

        def problems(order: Order) -> list[str]:
            return problems_of(order) + (also(order) if order.updated_at <= now - LAG_MS else [])

        wrong: dict[int, list[str]] = {}
        for order in self._moved_since(since, now):
            if news.add(order):
                wrong[order.id] = problems(order)
        # While an order moves, its index has it neither where it was nor where it will be.
        for day in days_between(date_of(now - LAG_MS), date_of(clock.now_ms() + LAG_MS)):
            for order in self._orders.moved_on(day, max(since, now - LAG_MS)):
                if news.add(order):
                    wrong[order.id] = problems(order)
        for order_id in before.orders.keys() - wrong.keys():
            wrong[order_id] = problems(self._orders.by_id(order_id))
        return self._keep_findings("ORDER", before.orders, wrong)

    def _keep_findings(self, kind: str, before: Problems, wrong: Problems) -> list[str]:
        """Store what changed of the findings; all of them."""
        for number, problems in wrong.items():
            if problems != before.get(number, []):
                self._store.save_finding(kind, number, problems)
        return [problem for problems in wrong.values() for problem in problems]

    def _check_stock(self, before: BooksState, news: News, began: int, until: int) -> list[str]:
        """Count the pieces of the products that moved before `until`, and compare them and those that were wrong with
        what the products count themselves; what is wrong now."""
        moved = {move.product_id for move in news.piece_moves if move.at < until}
        products = sorted(moved | before.products.keys())
        known = self._store.pieces(products)
        # Of a product that is younger than the books they have seen every piece.
        known |= {one: (0, began) for one in products if one not in known and one >= ids.first_of(began)}
        count = PieceCount(known, news.piece_moves, until)
        known = {one: (count.held(one, until), until) if row[1] < until else row for one, row in known.items()}
        wrong = {one: list[str]() for one in before.products}
        wrong |= self._wrong_stock(before.products, products, known, news.piece_moves, until)
        for product in known:
            self._store.save_pieces(product, *known[product])
        return self._keep_findings("PRODUCT", before.products, wrong)

    def _wrong_stock(
        self,
        before: Problems,
        products: list[int],
        known: dict[int, tuple[int, int]],
        moves: list[PieceMove],
        until: int,
    ) -> dict[int, list[str]]:
        """What is wrong with products, by product. What is not known of a product is entered into `known`."""
        problems: dict[int, list[str]] = {}
        count = PieceCount(known, moves, until)
        sold = self._catalog.sold(products)
        suspects = [one for one in sold if one not in known or sold[one] != count.held(one)]
        for pause in PAUSES:
            if not suspects:
                break
            time.sleep(pause)
            later = PieceCount(known, self._piece_moves(until), until)
            problems = {
                one: [_stock_problem(one, sold[one], later.held(one))]
                for one in suspects
                if one in known and not count.is_possible(one, sold[one], later)
            }
            still = [one for one in suspects if count.moved(one) == later.moved(one)]
            # The books begin to count an older product with what it says of itself.
            known |= {one: (sold[one] - later.moved(one).held, until) for one in still if one not in known}
            count, sold = later, self._catalog.sold(suspects)
            suspects = [one for one in suspects if one in sold and (one not in still or one in problems)]
        # While a product is sold too fast to be sure, what was wrong before stays so.
        return {one: before[one] for one in suspects if one in before} | problems

    def _piece_moves(self, since: int) -> list[PieceMove]:
        """What orders took and gave back at a time or later."""
        news = News(since)
        for order in self._moved_since(since, clock.now_ms()):
            news.add(order)
        return news.piece_moves


def _findings(count: int, entries: int, balances: Balances, problems: list[str]) -> Findings:
    sums = {currency: sum(accounts.values()) for currency, accounts in balances.items()}
    unbalanced = [f"The ledger is off by {total} {currency}." for currency, total in sums.items() if total]
    return Findings(count, entries, plain_balances(balances), problems + unbalanced)


def _stock_problem(product: int, sold: int, held: int) -> str:
    return f"Product {product} counts {sold} sold, its orders hold {held}."


@cache
def books() -> Books:
    """The service over the tables that the environment names."""
    return Books(orders(), catalog(), metrics(), recount(), BooksStore(Table(settings.text("ORDERS_TABLE"))))
