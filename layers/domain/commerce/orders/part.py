"""A seller's part of an order, and the money where it arises: every sum of an order is a sum over its parts.

Rules only. Amounts in minor units of the order's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commerce.orders.status import Status


@dataclass(frozen=True)
class Part:
    """What one seller sells in an order: the price of the items, less the discount on them, and their shares of the
    order's tax and shipping. Of what was captured for it, `promised_minor` is owed back and `refunded_minor` of that
    has gone back: 0 ≤ refunded ≤ promised ≤ captured.
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
    def refundable_minor(self) -> int:
        """What was captured for the part and is not yet promised back."""
        return self.captured_minor - self.promised_minor


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
