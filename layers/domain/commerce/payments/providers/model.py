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


class DisputeState(StrEnum):
    """What has become of a dispute. LOST: the money went back to the buyer's bank; WON: we keep it."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class DisputeReport:
    """A provider's word on one dispute, asked for by the provider's id of it. `reference` is ours of the payment (empty
    when the provider does not tell), `fee_minor` is what the provider charges for the dispute itself."""

    id: str
    reference: str
    amount_minor: int
    currency: str
    state: DisputeState
    reason: str = ""
    fee_minor: int = 0


class Subject(StrEnum):
    """What a webhook is about: who asks the provider what happened asks for that."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Notice:
    """A genuine webhook: which of our references it is about. What happened is asked of the provider.

    `subject_id` names the subject within it: of a refund our own id where the webhook carries it (empty: look at all
    refunds of the reference), of a dispute the provider's id, of a transfer our reference or else the provider's id.
    A transfer is no payment of ours: its `reference` is empty. A dispute's is empty where the provider leaves it out.
    """

    provider: Provider
    event_id: str
    kind: str
    reference: str
    subject: Subject = Subject.PAYMENT
    subject_id: str = ""


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
    """The provider understood and said no; asking again would not help. `reason` is its own code for that, and `words`
    what it said to a person."""

    code = "provider_refused"

    def __init__(self, provider: str, message: str, reason: str = "") -> None:
        super().__init__(f"The payment provider refused: {message}")
        self.provider = provider
        self.words = message
        self.reason = reason


class ModesContradict(RuntimeError):
    """Test keys where real money is meant to move, or live keys where none is: nothing may start like that."""
