"""A double-entry ledger of an order's money, and of what sellers are paid of it. Every entry is balanced, so the sum of
all of them is zero. Rules only.

Accounts, with the sign of what comes in as positive (amounts in minor units of the entry's currency):

    provider:<name>   what a provider holds for us        + capture   - refund, fee
    fees              what providers kept                 + fee
    seller:<id>       what we owe a seller                - their share + clawback
    commission        what the platform earned            - share     + given back
    tax, shipping     collected for others                - collected + given back
    surplus           money that belongs to no order      - captured  + given back
    disputed          what a provider holds back          + opened    - decided
    disputes_lost     what buyers' banks took back        + lost
    payouts           what is on its way to sellers       - begun    + arrived, failed

An order's money belongs to its parts, and a refund takes it back from the parts that it names, from each account in
proportion to what the part gave it.
"""

from collections.abc import Mapping

from commerce.orders.model import Order
from commerce.orders.part import Part
from commerce.orders.payment import Attempt, Dispute, DisputeStatus, JournalEntry, Provider, Refund

BASIS_POINTS = 10_000


def capture(order: Order, attempt: Attempt, now: int) -> JournalEntry:
    """The totals of the order's live parts arrived by an attempt: they belong to sellers, platform, tax and shipping
    from now on."""
    postings: dict[str, int] = {}
    for part in order.live_parts:
        _add(postings, {account: -amount for account, amount in shares(part, order.commission_bp).items()})
    _add(postings, _held(attempt, sum(part.total_minor for part in order.live_parts)))
    return _entry(f"CAPTURE#{attempt.reference}", "capture", order.currency, now, postings)


def surplus(attempt: Attempt, amount_minor: int, now: int, *, with_fee: bool) -> JournalEntry:
    """Money arrived by an attempt that its order does not need; it will be given back whole, and what the provider
    keeps of it all the same is a fee."""
    postings = {"surplus": -amount_minor}
    _add(postings, _held(attempt, amount_minor, with_fee=with_fee))
    return _entry(f"SURPLUS#{attempt.reference}", "surplus", attempt.currency, now, postings)


def refund(order: Order, refund: Refund, now: int, *, sign: int = 1) -> JournalEntry:
    """A refund has gone back: it is taken from whom its parts had given it to. With `sign` -1 it came back to us.

    `order` is the order before that: its parts know how much of them had gone back earlier.
    """
    postings: dict[str, int] = {"surplus": sign * refund.amount_minor} if refund.is_surplus else {}
    for seller, amount in refund.shares.items():
        part = order.parts[seller]
        owed = shares(part, order.commission_bp)
        before = shared_out(part.refunded_minor, owed)
        after = shared_out(part.refunded_minor + sign * amount, owed)
        _add(postings, {account: after[account] - before[account] for account in owed})
    # What a person gave back did not come from the provider, who still holds it for us.
    source = Provider.OFFLINE if refund.by_hand else refund.provider
    _add(postings, {f"provider:{source}": -sign * refund.amount_minor})
    if sign < 0:
        return _entry(f"RETURNED#{now}#{refund.id}", "refund_returned", refund.currency, now, postings)
    # What came back goes out again by an entry of its own.
    key = f"REFUND#{refund.id}"
    times = sum(entry.key == key or entry.key.startswith(f"{key}#") for entry in order.journal)
    return _entry(f"{key}#{times + 1}" if times else key, "refund", refund.currency, now, postings)


def disputed(before: Dispute | None, dispute: Dispute, now: int) -> list[JournalEntry]:
    """What a dispute moves that stands like this, and stood like `before` (None: there was none): the provider holds
    the money back while it is open, and keeps it once it is lost. What it charges for the case is a fee."""
    was, held = (one.amount_minor if one and one.status is DisputeStatus.OPEN else 0 for one in (before, dispute))
    was_lost, lost = (one.amount_minor if one and one.status is DisputeStatus.LOST else 0 for one in (before, dispute))
    fee = dispute.fee_minor - (before.fee_minor if before else 0)
    postings = {"disputed": held - was, "disputes_lost": lost - was_lost, "fees": fee}
    postings[f"provider:{dispute.provider}"] = -sum(postings.values())
    if not any(postings.values()):
        return []
    return [_entry(f"DISPUTE#{dispute.id}#{dispute.status}", "dispute", dispute.currency, now, postings)]


def shares(part: Part, commission_bp: int) -> dict[str, int]:
    """To whom a part's total belongs; the amounts add up to it exactly."""
    cut = commission_of(part, commission_bp)
    return {
        f"seller:{part.seller_id}": part.items_minor - part.discount_minor - cut,
        "commission": cut,
        "tax": part.tax_minor,
        "shipping": part.shipping_minor,
    }


def commission_of(part: Part, commission_bp: int) -> int:
    """The platform's share of what a part's items cost, rounded half up."""
    return ((part.items_minor - part.discount_minor) * commission_bp + BASIS_POINTS // 2) // BASIS_POINTS


def shared_out(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """How the first `amount` units of a whole are taken from accounts of those weights, which add up to the whole.

    In proportion and exact: the more is taken, the more (or as much) from each account, and all of it takes all of
    each. So what one refund takes is the difference of two of these, whatever refunds came before it.
    """
    taken: dict[str, int] = {}
    left, whole = amount, sum(weights.values())
    for account, weight in weights.items():
        taken[account] = left * weight // whole if whole else 0
        left -= taken[account]
        whole -= weight
    return taken


def _held(attempt: Attempt, amount: int, *, with_fee: bool = True) -> dict[str, int]:
    """What the provider holds of an amount, and what it kept for itself of the attempt's money."""
    fee = attempt.fee_minor if with_fee else 0
    return {f"provider:{attempt.provider}": amount - fee, "fees": fee}


def _add(postings: dict[str, int], more: Mapping[str, int]) -> None:
    for account, amount in more.items():
        postings[account] = postings.get(account, 0) + amount


def _entry(key: str, kind: str, currency: str, now: int, postings: Mapping[str, int]) -> JournalEntry:
    moved = {account: amount for account, amount in sorted(postings.items()) if amount}
    if sum(moved.values()):
        raise ValueError(f"entry {key} is not balanced: {moved}")
    return JournalEntry(key, kind, currency, now, moved)


def payout(
    kind: str, reference: str, seller_id: int, provider: str, currency: str, amount: int, fee: int, now: int
) -> JournalEntry:
    """A seller's money on its way (`payout`), arrived (`payout_paid`: the provider holds less for us, and its fee is
    ours), not sent after all (`payout_failed`) or sent back (`payout_returned`; the fee stays gone)."""
    seller, held = f"seller:{seller_id}", f"provider:{provider}"
    postings = {
        "payout": {seller: amount, "payouts": -amount},
        "payout_paid": {"payouts": amount, held: -amount - fee, "fees": fee},
        "payout_failed": {"payouts": amount, seller: -amount},
        "payout_returned": {held: amount, seller: -amount},
    }[kind]
    return _entry(f"{kind.upper()}#{reference}", kind, currency, now, postings)
