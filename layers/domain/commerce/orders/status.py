"""The fulfilment machine: which part of an order may move where, and by whose hand (docs/contracts: statuses).

Rules only.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from commerce.kit.errors import Refused


class Status(StrEnum):
    """Canonical words of fulfilment; each contract has its own table of words for them."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    AWAITING_SHIPMENT = "awaiting_shipment"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """Canonical words of payment."""

    PENDING = "pending"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"


class Actor(StrEnum):
    """Who moves a part."""

    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"
    SYSTEM = "system"


_FORWARD = (Status.PENDING, Status.CONFIRMED, Status.AWAITING_SHIPMENT, Status.SHIPPED, Status.DELIVERED)
_RANK = {status: rank for rank, status in enumerate(_FORWARD)}

ALLOWED: Mapping[Actor, Mapping[Status, frozenset[Status]]] = {
    Actor.BUYER: {
        Status.PENDING: frozenset({Status.CANCELLED}),
        Status.CONFIRMED: frozenset({Status.CANCELLED}),
        Status.SHIPPED: frozenset({Status.DELIVERED}),
    },
    Actor.SELLER: {
        # A payment confirms, or staff that saw the money: a seller's word would keep stock for what nobody pays.
        Status.PENDING: frozenset({Status.CANCELLED}),
        Status.CONFIRMED: frozenset({Status.AWAITING_SHIPMENT, Status.SHIPPED, Status.CANCELLED}),
        Status.AWAITING_SHIPMENT: frozenset({Status.SHIPPED, Status.CANCELLED}),
    },
    # Staff moves anything but backwards; what was delivered is refunded, not cancelled.
    Actor.STAFF: {
        status: frozenset(_FORWARD[rank + 1 :]) | {Status.CANCELLED}
        for status, rank in _RANK.items()
        if status is not Status.DELIVERED
    },
    # A payment confirms, an unpaid order's expiry cancels.
    Actor.SYSTEM: {Status.PENDING: frozenset({Status.CONFIRMED, Status.CANCELLED})},
}


def derived_status(parts: Iterable[Status]) -> Status:
    """The order's status: as far as its slowest part that is not cancelled; cancelled when all parts are."""
    live = [status for status in parts if status is not Status.CANCELLED]
    return min(live, key=_RANK.__getitem__) if live else Status.CANCELLED


class TransitionRefused(Refused):
    """A move that the machine does not know for this actor."""

    code = "transition_refused"

    def __init__(self, current: Status, target: Status, allowed: Iterable[Status]) -> None:
        super().__init__(f"An order that is {current} cannot become {target}.")
        self.current = current
        self.target = target
        self.allowed = sorted(allowed)
