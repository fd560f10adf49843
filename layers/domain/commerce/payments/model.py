"""Payments: an order is paid by attempts with providers, of which the first success wins. Rules only.

    attempt   CREATED → PENDING → SUCCEEDED        the order's money
                      ↘ FAILED | EXPIRED           nothing was taken; a new attempt may start
                      ↘ SURPLUS                    money for an order that needs none (late, twice): given back

What a provider says is a Fact, asked of him and never read out of a webhook; amounts are in minor units.
"""

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from commerce.kit.errors import Refused, Unavailable
from commerce.ledger.model import Entry

REFERENCE_HEX = 10
_REFERENCE = re.compile(rf"ORD_([0-9]{{1,16}})_(?:[0-9a-f]{{{REFERENCE_HEX}}}|offline)")


class Provider(StrEnum):
    """Who takes the money. BANK is a transfer that staff or a webhook confirms, OFFLINE is money that staff saw."""

    PAYSTACK = "paystack"
    STRIPE = "stripe"
    FLUTTERWAVE = "flutterwave"
    PAYPAL = "paypal"
    BANK = "bank"
    OFFLINE = "offline"


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


# Money may still arrive for these; the others are final.
OPEN = frozenset({AttemptStatus.CREATED, AttemptStatus.PENDING})
# A provider may yet report success for these: an expired or failed page can be paid a moment later.
WATCHED = OPEN | {AttemptStatus.FAILED, AttemptStatus.EXPIRED}


class FactState(StrEnum):
    """What a provider says of a payment."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class Fact:
    """A provider's word on one payment. `transaction` is what he calls the captured money; fees as he reports them."""

    state: FactState
    amount_minor: int = 0
    currency: str = ""
    transaction: str = ""
    fee_minor: int = 0
    is_live: bool = False


@dataclass(frozen=True)
class Intent:
    """What a provider needs to start a payment. `network` and `phone` are mobile money's."""

    reference: str
    order_id: int
    amount_minor: int
    currency: str
    email: str
    method: Method
    return_url: str
    phone: str = ""
    network: str = ""


@dataclass(frozen=True)
class Started:
    """A payment at the provider: his name for it, and where or how the buyer goes on."""

    provider_reference: str
    authorization_url: str = ""
    access_code: str = ""
    instructions: str = ""


@dataclass(frozen=True)
class Attempt:
    """One try to pay an order. Times in milliseconds, UTC; `checks` counts how often the provider was asked, and
    `request_key` tells the Idempotency-Key under which it was asked for."""

    order_id: int
    buyer_id: int
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
    transaction: str = ""
    captured_minor: int = 0
    checks: int = 0
    updated_at: int = 0
    request_key: str = ""


class RefundStatus(StrEnum):
    REQUESTED = "requested"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Refund:
    """Money on its way back. `sellers` names whose sales it takes back, all of the order when empty; `is_surplus`
    marks money that never belonged to the order."""

    id: str
    order_id: int
    reference: str
    provider: Provider
    transaction: str
    amount_minor: int
    currency: str
    status: RefundStatus
    reason: str
    created_at: int
    sellers: tuple[int, ...] = ()
    is_surplus: bool = False
    tries: int = 0


@dataclass(frozen=True)
class Notice:
    """A genuine webhook: which of our references it is about. What happened is asked of the provider."""

    provider: Provider
    event_id: str
    kind: str
    reference: str


@dataclass(frozen=True)
class PaymentHistory:
    """All that is known of an order's payment, oldest first."""

    attempts: list[Attempt] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    notices: list[dict[str, object]] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)


def new_reference(order_id: int) -> str:
    """Our name for an attempt at every provider: `ORD_<order id>_<10 hex>`, as the parts document shows it."""
    return f"ORD_{order_id}_{secrets.token_hex(REFERENCE_HEX // 2)}"


def order_of(reference: str) -> int | None:
    """The order inside a reference of ours, None when it has not exactly the form of one."""
    match = _REFERENCE.fullmatch(reference)
    return int(match[1]) if match else None


class OrderPaid(Refused):
    code = "order_paid"

    def __init__(self) -> None:
        super().__init__("Order is already paid.")


class OrderClosed(Refused):
    code = "order_closed"

    def __init__(self) -> None:
        super().__init__("Order is cancelled and cannot be paid.")


class PaymentStarted(Refused):
    """An attempt is open already; `attempt` lets the buyer go on with it."""

    code = "payment_started"

    def __init__(self, attempt: Attempt) -> None:
        super().__init__("Payment already initialized.")
        self.attempt = attempt


class MethodRefused(Refused):
    code = "method_refused"


class RefundRefused(Refused):
    code = "refund_refused"


class SignatureRefused(Refused):
    """A webhook that its provider did not sign."""

    code = "signature_refused"

    def __init__(self) -> None:
        super().__init__("Invalid signature.")


class ProviderTrouble(Unavailable):
    """The provider did not answer, or not in a way that tells what happened; asking again is safe."""

    code = "provider_trouble"

    def __init__(self, provider: str) -> None:
        super().__init__("The payment provider cannot be reached at the moment. Please try again.")
        self.provider = provider


class ProviderRefused(Refused):
    """The provider understood and said no; asking again would not help."""

    code = "provider_refused"

    def __init__(self, provider: str, message: str) -> None:
        super().__init__(f"The payment provider refused: {message}")
        self.provider = provider
