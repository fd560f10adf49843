"""What must be true of an order's money and stock, whatever happened to it. Rules only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.payment import AttemptStatus, DisputeStatus, RefundStatus


@dataclass(frozen=True)
class Findings:
    """The outcome of a check: how much was looked at, the balance of every account, and what is wrong."""

    orders: int
    entries: int
    balances: Mapping[str, Mapping[str, int]]
    problems: list[str] = field(default_factory=list)


def problems_of(order: Order) -> list[str]:
    """What is wrong with an order's money. Its parts, its attempts and refunds, and its journal say the same in three
    ways; each is computed here from the others."""
    problems = [
        f"Order {order.id}: {what} is {stated} by its {where}, and {counted} by its journal."
        for what, where, stated, counted in _pairs(order)
        if stated != counted
    ]
    if sum(attempt.status is AttemptStatus.SUCCEEDED for attempt in order.attempts) != bool(order.paid_by):
        problems.append(f"Order {order.id} was paid by more or fewer attempts than one.")
    if order.paid_by and order.needs_money:
        problems.append(f"Order {order.id} is paid and asks for money.")
    for part in order.parts.values():
        if part.captured_minor and part.captured_minor != part.total_minor:
            problems.append(f"Order {order.id}: {part.captured_minor} was captured for a part of {part.total_minor}.")
        if not part.is_live and part.refundable_minor:
            problems.append(f"Order {order.id}: the cancelled part of seller {part.seller_id} is not given back.")
    for entry in order.journal:
        if off_by := sum(entry.postings.values()):
            problems.append(f"Order {order.id}: entry {entry.key} is off by {off_by}.")
    if len({entry.key for entry in order.journal}) < len(order.journal):
        problems.append(f"Order {order.id} has two entries of one key in its journal.")
    for refund in order.refunds_refused:
        problems.append(f"Order {order.id}: refund {refund.id} needs a person. {refund.problem}")
    return problems


def _pairs(order: Order) -> Iterable[tuple[str, str, int, int]]:
    """(what, where it is stated, what is stated, what the journal adds up to)."""
    sums = Counter[str]()
    for entry in order.journal:
        sums.update(entry.postings)
    stated: Counter[str] = Counter()
    for part in order.parts.values():
        if part.captured_minor:
            owed = ledger.shares(part, order.commission_bp)
            stated.update(owed)
            stated.subtract(ledger.shared_out(part.refunded_minor, owed))
    for account in stated:
        yield account, "parts", stated[account], -sums[account]
    closed = (AttemptStatus.SUCCEEDED, AttemptStatus.SURPLUS)
    arrived = sum(attempt.captured_minor for attempt in order.attempts if attempt.status in closed)
    surplus = arrived - order.captured_minor
    returned = sum(one.amount_minor for one in order.refunds if one.is_surplus and one.status is RefundStatus.DONE)
    yield "surplus", "attempts", surplus - returned, -sums["surplus"]
    fees = sum(attempt.fee_minor for attempt in order.attempts if attempt.status in closed)
    fees += sum(dispute.fee_minor for dispute in order.disputes)
    yield "what providers kept", "attempts", fees, sums["fees"]
    disputed = sum(one.amount_minor for one in order.disputes if one.status is not DisputeStatus.WON)
    yield "what is disputed", "disputes", disputed, sums["disputed"] + sums["disputes_lost"]
    gone = sum(one.amount_minor for one in order.refunds if one.status is RefundStatus.DONE)
    held = sum(amount for account, amount in sums.items() if account.startswith("provider:"))
    yield "what providers hold", "attempts", arrived - fees - gone - disputed, held


def pieces_held(order: Order) -> Counter[int]:
    """Pieces that the live parts of an order hold, by product."""
    held: Counter[int] = Counter()
    for line in order.lines:
        if order.parts[line.seller_id].is_live:
            held[line.product_id] += line.quantity
    return held
