"""What must be true of orders, ledger and stock together, whatever happened. Rules only."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from commerce.ledger.model import Entry
from commerce.orders.model import Order, Status


@dataclass(frozen=True)
class Findings:
    """The outcome of a check: how much was looked at, the balance of every account, and what is wrong."""

    orders: int
    entries: int
    balances: Mapping[str, Mapping[str, int]]
    problems: list[str] = field(default_factory=list)


def check(orders: Iterable[Order], entries: Iterable[Entry]) -> Findings:
    """Entries balance; what orders say of money is what the ledger says.

    `orders` and `entries` must be of the same span of days; an order of the span whose money moved after it is left
    to the check that covers both.
    """
    by_order: dict[int, list[Entry]] = defaultdict(list)
    balances: dict[str, Counter[str]] = defaultdict(Counter)
    problems = []
    count = 0
    for entry in entries:
        count += 1
        by_order[entry.order_id].append(entry)
        for account, amount in entry.postings.items():
            balances[entry.currency][account] += amount
    for currency, accounts in balances.items():
        if total := sum(accounts.values()):
            problems.append(f"The ledger is off by {total} {currency}.")
    seen = 0
    for order in orders:
        seen += 1
        problems += _of_order(order, by_order[order.id])
    return Findings(seen, count, {currency: dict(accounts) for currency, accounts in balances.items()}, problems)


def pieces_sold(orders: Iterable[Order]) -> dict[int, int]:
    """Pieces that live parts of orders hold, by product: what the products' `sold` counters must say."""
    sold: Counter[int] = Counter()
    for order in orders:
        for line in order.lines:
            if order.parts[line.seller_id] is not Status.CANCELLED:
                sold[line.product_id] += line.quantity
    return dict(sold)


def _of_order(order: Order, entries: list[Entry]) -> list[str]:
    captures = [entry for entry in entries if entry.kind == "capture"]
    refunds = [entry for entry in entries if entry.kind == "refund" and "surplus" not in entry.postings]
    captured = -sum(amount for entry in captures for account, amount in entry.postings.items() if _is_owed(account))
    refunded = sum(amount for entry in refunds for account, amount in entry.postings.items() if _is_owed(account))
    problems = []
    if len(captures) > 1:
        problems.append(f"Order {order.id} was paid {len(captures)} times.")
    if captured != order.captured_minor:
        problems.append(f"Order {order.id} says {order.captured_minor} was captured, the ledger {captured}.")
    if refunded != order.refunded_minor:
        problems.append(f"Order {order.id} says {order.refunded_minor} was refunded, the ledger {refunded}.")
    if order.refunded_minor > order.refund_minor or order.refund_minor > order.captured_minor:
        problems.append(f"Order {order.id} gives back more than it took.")
    return problems


def _is_owed(account: str) -> bool:
    return account in ("commission", "tax", "shipping") or account.startswith("seller:")
