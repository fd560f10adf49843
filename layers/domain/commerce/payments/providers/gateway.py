"""What every provider does for us, in our words; each `<vendor>_gateway.py` is one of them."""

from collections.abc import Mapping
from typing import Protocol

from commerce.orders.payment import Attempt, Refund
from commerce.payments.providers.model import (
    DisputeReport,
    InitiatedPayment,
    Notice,
    PaymentRequest,
    ProviderReport,
    RefundReport,
)


class Gateway(Protocol):
    """One provider. Every call but `cancel` may raise ProviderTrouble (ask again)."""

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        """Create the payment at the provider; the same reference again creates no second one. Raises OutcomeUnknown
        when it may have charged although nothing was answered, MethodRefused for what it cannot take (a currency, an
        amount, a network, a phone), ProviderRefused."""

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        """Hand over the code that the buyer was sent. Raises MethodRefused where no code is ever asked for or it is
        none, ProviderRefused when the provider takes no further code, OutcomeUnknown."""

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        """What the provider says of the attempt now; a refusal is a state too and raises nothing. Where the buyer
        approves and we capture, that is done only when `may_capture`: the attempt is open and its order needs the
        money. An approval that may not be captured is FAILED: nothing was taken, and nothing will be."""

    def cancel(self, attempt: Attempt) -> None:
        """End an abandoned payment page, where the provider knows how to; a no-op elsewhere. Raises nothing."""

    def refund(self, refund: Refund) -> RefundReport:
        """Give money back, once for each refund id. Raises ProviderTrouble alone: a refusal for good is REFUSED with
        the problem, one that passes (no balance yet) is trouble."""

    def fetch_refund(self, refund: Refund) -> RefundReport:
        """The refund's state now, without making it: PENDING when the provider does not know it."""

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        """The dispute of that id. Raises ProviderRefused when the provider knows none, MethodRefused where disputes
        cannot be asked for."""

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """A webhook that the provider signed. Raises SignatureRefused. Header names are lower case."""
