"""What orders add up to, by the day on which it counts and the window of time in which it happened. Rules only.

Orders and pieces count on the day on which they were placed, as far as they are not cancelled: a cancellation takes
them off that day again, whenever it happens. Money counts on the day on which it moved, as the journal has it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from commerce.kit import clock
from commerce.orders.model import Order
from commerce.orders.payment import JournalEntry
from commerce.orders.status import Status

WINDOW_MS = 3_600_000
DAY_MS = 86_400_000
# In place of a seller: the shop as a whole.
ALL = "all"

_SELLER = "seller:"
_SHARED = ("commission", "tax", "shipping")

Balances = dict[str, Counter[str]]


@dataclass
class Figures:
    """Sales of the shop or of one seller. The shop's revenue is all that was captured for orders, a seller's is their
    own share of it."""

    orders: int = 0
    pieces: int = 0
    revenue_minor: int = 0
    refunds_minor: int = 0

    def add(self, other: "Figures") -> None:
        """Add what another one counts."""
        self.orders += other.orders
        self.pieces += other.pieces
        self.revenue_minor += other.revenue_minor
        self.refunds_minor += other.refunds_minor

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.pieces or self.revenue_minor or self.refunds_minor)


def _sales() -> dict[str, dict[str, Figures]]:
    return defaultdict(lambda: defaultdict(Figures))


@dataclass
class DaySums:
    """What counts on one day: orders placed and ledger entries, the accounts' balances by currency, and the sales by
    currency and seller (`ALL`: the shop)."""

    orders: int = 0
    entries: int = 0
    balances: Balances = field(default_factory=lambda: defaultdict(Counter))
    sales: dict[str, dict[str, Figures]] = field(default_factory=_sales)

    def add(self, other: "DaySums") -> None:
        """Add what another one counts."""
        self.orders += other.orders
        self.entries += other.entries
        for currency, accounts in other.balances.items():
            self.balances[currency].update(accounts)
        for currency, sellers in other.sales.items():
            for seller, figures in sellers.items():
                self.sales[currency][seller].add(figures)


@dataclass(frozen=True)
class PieceMove:
    """Pieces of a product that an order took, or (below 0) gave back."""

    product_id: int
    at: int
    pieces: int


class News:
    """What happened since a time, of the orders that are added to it; each is taken once, as it was first added."""

    def __init__(self, since_ms: int) -> None:
        self._since = since_ms
        self._seen: set[int] = set()
        self._windows: dict[tuple[int, str], DaySums] = defaultdict(DaySums)
        self.piece_moves: list[PieceMove] = []

    def add(self, order: Order) -> bool:
        """Add an order; whether it is new here."""
        if order.id in self._seen:
            return False
        self._seen.add(order.id)
        for at, day, sums in effects_of(order):
            if at >= self._since:
                self._windows[window_of(at), day].add(sums)
        self.piece_moves += [move for move in piece_moves_of(order) if move.at >= self._since]
        return True

    def windows(self, until_ms: int = clock.MAX_MS) -> Iterator[tuple[int, str, DaySums]]:
        """(start of the window, the day that it counts on, the sums) of what happened before a time."""
        for (since, day), sums in sorted(self._windows.items(), key=lambda row: row[0]):
            if since < until_ms:
                yield since, day, sums


def effects_of(order: Order) -> Iterator[tuple[int, str, DaySums]]:
    """(when, the day on which it counts, what it adds) of everything that happened to an order."""
    day = day_of(order.placed_at)
    placed = DaySums(orders=1)
    placed.sales[order.currency] = _counted(order, order.parts, 1)
    placed.sales[order.currency][ALL].orders = 1
    yield order.placed_at, day, placed
    live = set(order.parts)
    for step in order.history:
        if step["status"] == Status.CANCELLED:
            live -= set(step["parts"])
            cancelled = DaySums()
            cancelled.sales[order.currency] = _counted(order, step["parts"], -1)
            cancelled.sales[order.currency][ALL].orders = 0 if live else -1
            yield step["at"], day, cancelled
    for entry in order.journal:
        yield entry.at, day_of(entry.at), _moved_by(entry)


def piece_moves_of(order: Order) -> Iterator[PieceMove]:
    """Every piece that an order took and gave back."""
    for line in order.lines:
        yield PieceMove(line.product_id, order.placed_at, line.quantity)
    for step in order.history:
        if step["status"] == Status.CANCELLED:
            for line in order.lines:
                if line.seller_id in step["parts"]:
                    yield PieceMove(line.product_id, step["at"], -line.quantity)


def balances_of(entries: Iterable[JournalEntry]) -> Balances:
    """What entries move, by currency and account."""
    balances: Balances = defaultdict(Counter)
    for entry in entries:
        for account, amount in entry.postings.items():
            balances[entry.currency][account] += amount
    return balances


def plain_balances(balances: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Balances without accounts that never moved."""
    return {currency: dict(accounts) for currency, accounts in balances.items() if accounts}


def window_of(at_ms: int) -> int:
    """The start of the window that a time lies in; windows begin with the hour, so each lies within one day."""
    return at_ms // WINDOW_MS * WINDOW_MS


def day_of(at_ms: int) -> str:
    """The day of a time (UTC, 2026-11-21)."""
    return date_of(at_ms).isoformat()


def date_of(at_ms: int) -> date:
    """The date of a time, UTC."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).date()


def start_of(day: date) -> int:
    """The first millisecond of a day, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def days_between(first: date, last: date) -> list[str]:
    """All days from one to another, both included (2026-11-21)."""
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _counted(order: Order, sellers: Iterable[int], sign: int) -> dict[str, Figures]:
    """The orders and pieces of some sellers' parts, of the shop its pieces alone."""
    counted: dict[str, Figures] = defaultdict(Figures)
    chosen = set(sellers)
    for seller in chosen:
        counted[str(seller)].orders = sign
    for line in order.lines:
        if line.seller_id in chosen:
            for name in (ALL, str(line.seller_id)):
                counted[name].pieces += sign * line.quantity
    return counted


def _moved_by(entry: JournalEntry) -> DaySums:
    """What a movement of money adds; what never belonged to an order is no revenue."""
    sums = DaySums(entries=1, balances=balances_of([entry]))
    for account, amount in entry.postings.items():
        names = [ALL] if account in _SHARED else []
        if account.startswith(_SELLER):
            names = [ALL, account.removeprefix(_SELLER)]
        for name in names:
            figures = sums.sales[entry.currency][name]
            if entry.kind == "capture":
                figures.revenue_minor -= amount
            else:
                figures.refunds_minor += amount
    return sums
