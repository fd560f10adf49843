"""A seller's part of an order, and the money where it arises: every sum of an order is a sum over its parts.

Rules only. Amounts in minor units of the order's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from commerce.kit.errors import Refused
from commerce.orders.status import PaymentStatus, Status


@dataclass(frozen=True)
class Part:
    """What one seller sells in an order: the price of the items, less the discount on them, and their shares of the
    order's tax and shipping. Of what was captured for it, `promised_minor` is owed back and `refunded_minor` of that
    has gone back: 0 ≤ refunded ≤ promised ≤ captured.

    Who carries it to the buyer: the carrier's name, its code where the seller's system has one, the parcel's number;
    and when it was shipped and delivered (0: not yet, or not by its own step). `cancellation_reason` is the seller's.
    """

    seller_id: int
    items_minor: int
    status: Status = Status.PENDING
    tax_minor: int = 0
    discount_minor: int = 0
    shipping_minor: int = 0
    captured_minor: int = 0
    promised_minor: int = 0
    refunded_minor: int = 0
    carrier: str = ""
    carrier_code: str = ""
    tracking_number: str = ""
    shipped_at: int = 0
    delivered_at: int = 0
    cancellation_reason: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.refunded_minor <= self.promised_minor <= self.captured_minor:
            raise ValueError(f"the part of seller {self.seller_id} gives back more than it took")

    @property
    def total_minor(self) -> int:
        """What the buyer pays for the part."""
        return self.items_minor - self.discount_minor + self.tax_minor + self.shipping_minor

    @property
    def is_live(self) -> bool:
        return self.status is not Status.CANCELLED

    @property
    def payment_status(self) -> PaymentStatus:
        """As far as the part's own money tells: what was captured for it, and how much of that has gone back."""
        if not self.captured_minor:
            return PaymentStatus.PENDING
        if not self.refunded_minor:
            return PaymentStatus.PAID
        is_all = self.refunded_minor == self.captured_minor
        return PaymentStatus.REFUNDED if is_all else PaymentStatus.PARTIALLY_REFUNDED

    @property
    def refundable_minor(self) -> int:
        """What was captured for the part and is not yet promised back."""
        return self.captured_minor - self.promised_minor

    def as_placed(self) -> "Part":
        """The part as it was in the first answer."""
        return Part(
            self.seller_id,
            self.items_minor,
            tax_minor=self.tax_minor,
            discount_minor=self.discount_minor,
            shipping_minor=self.shipping_minor,
        )

    def moved(self, target: Status, now: int, reason: str = "") -> "Part":
        """The part at `target`, where it may go (commerce.orders.status says so); `reason` is why it is cancelled."""
        match target:
            case Status.SHIPPED:
                return replace(self, status=target, shipped_at=now)
            case Status.DELIVERED:
                return replace(self, status=target, delivered_at=now)
            case Status.CANCELLED:
                return replace(self, status=target, cancellation_reason=reason)
        return replace(self, status=target)

    def tracked(self, number: str, carrier: str) -> "Part":
        """With the parcel's number; an empty carrier leaves the one that is known."""
        return replace(self, tracking_number=number, carrier=carrier or self.carrier)

    def with_carrier(self, code: str, carrier: str) -> "Part":
        """With the carrier's code; an empty carrier leaves the one that is known. Raises PartClosed once it is shipped
        or cancelled."""
        if self.status not in _BEFORE_SHIPMENT:
            raise PartClosed(self.status)
        return replace(self, carrier_code=code, carrier=carrier or self.carrier)


_BEFORE_SHIPMENT = (Status.PENDING, Status.CONFIRMED, Status.AWAITING_SHIPMENT)


class PartClosed(Refused):
    """A carrier is chosen before shipment."""

    code = "part_closed"

    def __init__(self, status: Status) -> None:
        super().__init__(f"The carrier cannot be changed any more: this part of the order is {status}.")


@dataclass(frozen=True)
class ListedPart:
    """A line of a seller's list of orders: where their part of an order stood in a version of the order."""

    seller_id: int
    order_id: int
    status: Status
    version: int


def part_from(seller_id: int, facts: Mapping[str, Any]) -> Part:
    """A part as it is stored: without what has its usual value."""
    return Part(seller_id, **{**facts, "status": Status(facts.get("status", Status.PENDING))})


def apportion(amount: int, weights: Mapping[int, int]) -> dict[int, int]:
    """An amount shared out in proportion to weights, exact to the last unit: the largest remainders get the odd units,
    and among equal ones the smallest key. An amount within the sum of the weights gives nobody more than their weight.

    Weights that are all 0 share evenly. Raises ValueError for a negative amount.
    """
    if amount < 0:
        raise ValueError("nothing to share out")
    if not sum(weights.values()):
        weights = dict.fromkeys(weights, 1)
    total = sum(weights.values())
    given = {key: amount * weight // total for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(amount * weights[key] % total), key))
    for key in by_remainder[: amount - sum(given.values())]:
        given[key] += 1
    return given
