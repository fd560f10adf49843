"""What is said between us and a payment provider, in our words. Amounts in minor units, never in the provider's."""

from dataclasses import dataclass
from enum import StrEnum

from commerce.kit.errors import Refused, Unavailable
from commerce.orders.payment import Method, Provider


@dataclass(frozen=True)
class PaymentRequest:
    """What a provider needs to start a payment. `network` and `phone` are mobile money's; the page should end at
    `expires_at` (milliseconds, UTC; 0: when the provider likes)."""

    reference: str
    order_id: int
    amount_minor: int
    currency: str
    email: str
    method: Method
    return_url: str
    phone: str = ""
    network: str = ""
    expires_at: int = 0


@dataclass(frozen=True)
class InitiatedPayment:
    """A payment at the provider: its name for it, and where or how the buyer goes on. `next_step` is `otp` when the
    buyer must hand us a code, else empty."""

    provider_reference: str
    authorization_url: str = ""
    access_code: str = ""
    instructions: str = ""
    next_step: str = ""


class ReportedState(StrEnum):
    """What a provider says of a payment."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class ProviderReport:
    """A provider's word on one payment, asked for and never read out of a webhook. `transaction` names the captured
    money; the fee is as the provider reports it; `is_live` says that real money moved."""

    state: ReportedState
    amount_minor: int = 0
    currency: str = ""
    transaction: str = ""
    fee_minor: int = 0
    is_live: bool = False


class RefundState(StrEnum):
    """What a provider says of a refund. REFUSED needs a person; whatever else was not done is tried again."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class RefundReport:
    """A provider's word on one refund, and why it refuses."""

    state: RefundState
    problem: str = ""


@dataclass(frozen=True)
class Notice:
    """A genuine webhook: which of our references it is about. What happened is asked of the provider."""

    provider: Provider
    event_id: str
    kind: str
    reference: str


class MethodRefused(Refused):
    code = "method_refused"


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


class OutcomeUnknown(ProviderTrouble):
    """Starting the payment may have worked: its status has to be asked for, and it must not be started again."""


class ProviderRefused(Refused):
    """The provider understood and said no; asking again would not help."""

    code = "provider_refused"

    def __init__(self, provider: str, message: str) -> None:
        super().__init__(f"The payment provider refused: {message}")
        self.provider = provider
