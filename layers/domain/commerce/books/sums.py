"""What moved of the orders that are read, and what their journals add up to. Rules only. What orders add up to by day
is counted as it happens (commerce.metrics.sales)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from commerce.orders.model import Order
from commerce.orders.payment import JournalEntry
from commerce.orders.status import Status

WINDOW_MS = 3_600_000

Balances = Mapping[str, Mapping[str, int]]


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
        self.piece_moves: list[PieceMove] = []

    def add(self, order: Order) -> bool:
        """Add an order; whether it is new here."""
        if order.id in self._seen:
            return False
        self._seen.add(order.id)
        self.piece_moves += [move for move in piece_moves_of(order) if move.at >= self._since]
        return True


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
    balances: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        for account, amount in entry.postings.items():
            balances[entry.currency][account] += amount
    return balances


def plain_balances(balances: Balances) -> dict[str, dict[str, int]]:
    """Balances without accounts on which nothing is left."""
    left = {
        currency: {account: amount for account, amount in accounts.items() if amount}
        for currency, accounts in balances.items()
    }
    return {currency: accounts for currency, accounts in left.items() if accounts}


def window_of(at_ms: int) -> int:
    """The start of the window that a time lies in: an hour."""
    return at_ms // WINDOW_MS * WINDOW_MS
