"""A double-entry ledger of an order's money. Every entry is balanced, so the sum of all of them is zero. Rules only.

Accounts, with the sign of what comes in as positive (amounts in minor units of the order's currency):

    provider:<name>   what a provider holds for us        + capture   - refund, fee
    fees              what providers kept                 + fee
    seller:<id>       what we owe a seller                - his share + clawback
    commission        what the platform earned            - share     + given back
    tax, shipping     collected for others                - collected + given back
    surplus           money that belongs to no order      - captured  + given back
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commerce.orders.model import Order

BASIS_POINTS = 10_000


@dataclass(frozen=True)
class Entry:
    """One balanced movement of money. `key` is unique within the order: the same movement is written once."""

    key: str
    kind: str
    order_id: int
    currency: str
    at: int
    postings: Mapping[str, int]

    def __post_init__(self) -> None:
        if sum(self.postings.values()):
            raise ValueError(f"entry {self.key} is not balanced: {dict(self.postings)}")


def capture(order: Order, provider: str, reference: str, fee_minor: int, now: int) -> Entry:
    """The order's total arrived: it belongs to sellers, platform, tax and shipping from now on."""
    owed = shares(order)
    postings = {f"provider:{provider}": order.total_minor, **{account: -amount for account, amount in owed.items()}}
    if fee_minor:
        postings[f"provider:{provider}"] -= fee_minor
        postings["fees"] = fee_minor
    return Entry(f"CAPTURE#{reference}", "capture", order.id, order.currency, now, postings)


def surplus(order: Order, provider: str, reference: str, amount_minor: int, now: int) -> Entry:
    """Money arrived that the order does not need; it will be given back whole."""
    postings = {f"provider:{provider}": amount_minor, "surplus": -amount_minor}
    return Entry(f"SURPLUS#{reference}", "surplus", order.id, order.currency, now, postings)


def refund_of_surplus(order: Order, provider: str, refund_id: str, amount_minor: int, now: int) -> Entry:
    """Surplus went back to the buyer."""
    postings = {f"provider:{provider}": -amount_minor, "surplus": amount_minor}
    return Entry(f"REFUND#{refund_id}", "refund", order.id, order.currency, now, postings)


def refund(
    order: Order,
    provider: str,
    refund_id: str,
    amount_minor: int,
    taken_back: Mapping[str, int],
    sellers: Iterable[int],
    now: int,
) -> Entry:
    """Part of the order's money went back: taken from whom it had been given to.

    `taken_back` is what earlier refunds took from each account; no account gives back more than it was given. The
    named sellers' sales give first (their shares and the commission on them), all others after them.
    """
    left = {account: owed - taken_back.get(account, 0) for account, owed in shares(order).items()}
    chosen = {f"seller:{seller}" for seller in sellers}
    first = {account: amount for account, amount in left.items() if not chosen or account in chosen}
    if chosen:
        commissions = sum(commission_of(order, int(account.removeprefix("seller:"))) for account in chosen)
        first["commission"] = min(left.get("commission", 0), commissions)
    give = apportion(min(amount_minor, sum(first.values())), first)
    rest = {account: amount - give.get(account, 0) for account, amount in left.items()}
    for account, amount in apportion(amount_minor - sum(give.values()), rest).items():
        give[account] = give.get(account, 0) + amount
    postings = {f"provider:{provider}": -amount_minor} | {account: amount for account, amount in give.items() if amount}
    return Entry(f"REFUND#{refund_id}", "refund", order.id, order.currency, now, postings)


def shares(order: Order) -> dict[str, int]:
    """To whom an order's total belongs; the amounts add up to it exactly."""
    owed: dict[str, int] = {}
    commission = 0
    for seller in order.parts:
        cut = commission_of(order, seller)
        owed[f"seller:{seller}"] = items_of(order, seller) - cut
        commission += cut
    return owed | {"commission": commission, "tax": order.tax_minor, "shipping": order.shipping_minor}


def items_of(order: Order, seller: int) -> int:
    """What a seller's lines of the order cost."""
    return sum(line.total_minor for line in order.lines if line.seller_id == seller)


def commission_of(order: Order, seller: int) -> int:
    """The platform's part of a seller's lines, rounded half up, by the rate frozen when the order was placed."""
    return (items_of(order, seller) * order.commission_bp + BASIS_POINTS // 2) // BASIS_POINTS


def apportion(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """An amount shared out in proportion to weights, to the last unit; nobody gets more than his weight.

    Largest remainders get the odd units. Raises ValueError when the weights cannot hold the amount.
    """
    total = sum(weights.values())
    if amount > total:
        raise ValueError("more than there is to give")
    if not amount:
        return {}
    given = {account: amount * weight // total for account, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda account: (-(amount * weights[account] % total), account))
    for account in by_remainder[: amount - sum(given.values())]:
        given[account] += 1
    return given
