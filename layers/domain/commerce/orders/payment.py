"""The payment of an order, as the order itself holds it: attempts, refunds, disputes, notices and journal. Rules only.

    attempt   CREATED → PENDING → SUCCEEDED        the order's money
                      ↘ FAILED | EXPIRED           nothing was taken; a new attempt may start
                      ↘ SURPLUS                    money for an order that needs none (late, twice): given back

    dispute   OPEN → WON | LOST

    refund    REQUESTED → DONE                     the provider has given it back, or a person has
                        ↘ ATTENTION → REQUESTED    refused: a person decides how the buyer gets it

Amounts in minor units of their currency, times in milliseconds, UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Provider(StrEnum):
    """Who takes the money. BANK is a transfer that staff confirms, OFFLINE is money that staff saw."""

    PAYSTACK = "paystack"
    STRIPE = "stripe"
    FLUTTERWAVE = "flutterwave"
    PAYPAL = "paypal"
    BANK = "bank"
    OFFLINE = "offline"


# Nobody to ask: staff has seen the money, and gives it back itself.
BY_HAND = frozenset({Provider.BANK, Provider.OFFLINE})


class Method(StrEnum):
    """How the buyer pays."""

    CARD = "card"
    MOBILE_MONEY = "mobile_money"
    BANK_TRANSFER = "bank_transfer"
    PAYPAL = "paypal"


class AttemptStatus(StrEnum):
    CREATED = "created"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    SURPLUS = "surplus"


# Money is still expected of these.
OPEN = frozenset({AttemptStatus.CREATED, AttemptStatus.PENDING})
# A provider may yet report success for these: an expired or failed page can be paid a moment later.
WATCHED = OPEN | {AttemptStatus.FAILED, AttemptStatus.EXPIRED}


@dataclass(frozen=True)
class Attempt:
    """One try to pay an order.

    `reference` is our name for it, `provider_reference` the provider's for the payment, `transaction` the provider's
    for the captured money. `next_step` tells what the buyer owes beside the page (`otp`, or nothing). `checks` counts
    how often the provider was asked since; at `check_at` it is asked again (0: never). `request_key` tells the
    Idempotency-Key under which the attempt was asked for.
    """

    reference: str
    provider: Provider
    method: Method
    amount_minor: int
    currency: str
    status: AttemptStatus
    created_at: int
    provider_reference: str = ""
    authorization_url: str = ""
    access_code: str = ""
    instructions: str = ""
    next_step: str = ""
    transaction: str = ""
    captured_minor: int = 0
    fee_minor: int = 0
    checks: int = 0
    check_at: int = 0
    updated_at: int = 0
    request_key: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_watched(self) -> bool:
        """Whether its provider may still report money for it."""
        return self.status in WATCHED and self.provider not in BY_HAND


class RefundStatus(StrEnum):
    REQUESTED = "requested"
    DONE = "done"
    ATTENTION = "attention"


@dataclass(frozen=True)
class Refund:
    """Money on its way back. `shares` says how much of it each seller's part gives; none does for a surplus, money
    that never belonged to the order.

    `tries` counts how often the provider was asked to carry it out, `try_at` is when it is asked next (0: never), and
    `problem` is why it needs a person. `by_hand` says that a person gave the money back by other means. `round` counts
    how often it was asked for again after a refusal; `fingerprint` tells the keyed request that made it.
    """

    id: str
    reference: str
    provider: Provider
    transaction: str
    amount_minor: int
    currency: str
    status: RefundStatus
    reason: str
    created_at: int
    shares: Mapping[int, int] = field(default_factory=dict)
    tries: int = 0
    try_at: int = 0
    problem: str = ""
    by_hand: bool = False
    done_at: int = 0
    fingerprint: str = ""
    round: int = 1

    def as_asked_for(self) -> "Refund":
        """The refund by the name under which its provider is asked for it: refused once, it is another one there."""
        return self if self.round == 1 else replace(self, id=f"{self.id}_{self.round}")

    @property
    def is_surplus(self) -> bool:
        return not self.shares


class DisputeStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class Dispute:
    """A payment that the buyer's bank wants back, by the provider's id of the case. While it is open the provider holds
    the money back; lost, it is gone."""

    id: str
    reference: str
    provider: Provider
    amount_minor: int
    currency: str
    status: DisputeStatus
    opened_at: int
    reason: str = ""
    fee_minor: int = 0


@dataclass(frozen=True)
class JournalEntry:
    """One balanced movement of money, as the ledger makes it. `key` is unique within the order."""

    key: str
    kind: str
    currency: str
    at: int
    postings: Mapping[str, int]
