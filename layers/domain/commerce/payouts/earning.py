"""What an order has brought a seller, and when that may be paid out. Rules only; amounts in minor units."""

from dataclasses import dataclass, replace
from enum import StrEnum

from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.part import apportion
from commerce.orders.payment import DisputeStatus
from commerce.orders.status import Status


class LineKind(StrEnum):
    """What moved a seller's balance."""

    SALE = "sale"
    COMMISSION = "commission"
    REFUND = "refund"
    COMMISSION_RETURNED = "commission_returned"
    CLAWBACK = "clawback"
    PAYOUT = "payout"
    PAYOUT_FAILED = "payout_failed"
    PAYOUT_RETURNED = "payout_returned"


@dataclass(frozen=True)
class Line:
    """One movement of a balance."""

    kind: LineKind
    amount_minor: int


@dataclass(frozen=True)
class Earning:
    """What an order has brought a seller so far: what was captured for the items, the platform's part of it, what went
    back to the buyer (and the commission on that), and what the buyer's bank took back. `available_minor` of it may be
    paid out."""

    seller_id: int
    order_id: int
    currency: str
    order_version: int = 0
    sold_minor: int = 0
    commission_minor: int = 0
    refunded_minor: int = 0
    commission_returned_minor: int = 0
    clawed_back_minor: int = 0
    available_minor: int = 0
    is_mature: bool = False
    matures_at: int = 0
    revision: int = 0

    @property
    def owed_minor(self) -> int:
        """What the seller is owed for the order."""
        kept = self.sold_minor - self.commission_minor
        return kept - self.refunded_minor + self.commission_returned_minor - self.clawed_back_minor

    @property
    def pending_minor(self) -> int:
        return self.owed_minor - self.available_minor

    @property
    def due_at(self) -> int:
        """When it has to be looked at again, 0 for never."""
        return 0 if self.is_mature else self.matures_at

    @property
    def is_empty(self) -> bool:
        """Whether no money has ever moved for it."""
        return not self.sold_minor


def earning_of(order: Order, before: Earning, now: int, hold_ms: int) -> Earning:
    """What the order, as it is now, has brought the seller of `before`. It is mature once the part was delivered and
    `hold_ms` have passed, and stays so. What is promised back to the buyer, or held back by their bank, is not
    available whatever its age."""
    part = order.parts[before.seller_id]
    account = f"seller:{before.seller_id}"
    weights = ledger.shares(part, order.commission_bp)
    share = back = 0
    for entry in order.journal:
        amount = entry.postings.get(account, 0)
        if entry.kind == "capture":
            share -= amount
        else:
            back += amount
    commission = weights["commission"] if part.captured_minor else 0
    returned = ledger.shared_out(part.refunded_minor, weights)["commission"]
    all_lost = _disputed(order, DisputeStatus.LOST, {})
    lost = all_lost.get(part.seller_id, 0)
    held = _disputed(order, DisputeStatus.OPEN, all_lost).get(part.seller_id, 0)
    gone = ledger.shared_out(part.refunded_minor, weights)[account]
    with_lost = ledger.shared_out(part.refunded_minor + lost, weights)[account]
    at_stake = min(part.captured_minor, part.promised_minor + lost + held)
    reserved = ledger.shared_out(at_stake, weights)[account] - with_lost
    matures_at = part.delivered_at + hold_ms if part.status is Status.DELIVERED else 0
    is_mature = before.is_mature or 0 < matures_at <= now
    after = replace(
        before,
        order_version=order.version,
        sold_minor=share + commission,
        commission_minor=commission,
        refunded_minor=back + returned,
        commission_returned_minor=returned,
        clawed_back_minor=with_lost - gone,
        is_mature=is_mature,
        matures_at=matures_at or before.matures_at,
    )
    return replace(after, available_minor=max(0, after.owed_minor - reserved) if is_mature else 0)


def _disputed(order: Order, status: DisputeStatus, taken: dict[int, int]) -> dict[int, int]:
    """What disputes of the payment that paid the order take of its parts, as far as it has not gone back anyhow."""
    total = sum(one.amount_minor for one in order.disputes if one.status is status and one.reference == order.paid_by)
    left = {
        seller: part.captured_minor - part.refunded_minor - taken.get(seller, 0) for seller, part in order.parts.items()
    }
    amount = min(total, sum(left.values()))
    return apportion(amount, left) if amount > 0 else {}


def lines_between(before: Earning, after: Earning) -> list[Line]:
    """What moved the balance between two states of an earning; the sum is the difference of what is owed."""
    moved = (
        (LineKind.SALE, after.sold_minor - before.sold_minor),
        (LineKind.COMMISSION, before.commission_minor - after.commission_minor),
        (LineKind.REFUND, before.refunded_minor - after.refunded_minor),
        (LineKind.COMMISSION_RETURNED, after.commission_returned_minor - before.commission_returned_minor),
        (LineKind.CLAWBACK, before.clawed_back_minor - after.clawed_back_minor),
    )
    return [Line(kind, amount) for kind, amount in moved if amount]
