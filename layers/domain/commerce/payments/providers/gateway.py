"""What every provider does for us, in our words; each `<vendor>_gateway.py` is one of them."""

from collections.abc import Mapping
from typing import Protocol

from commerce.orders.payment import Attempt, Refund
from commerce.payments.providers.model import InitiatedPayment, Notice, PaymentRequest, ProviderReport, RefundReport


class Gateway(Protocol):
    """One provider. Every call may raise ProviderTrouble (ask again) or ProviderRefused (do not)."""

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        """Create the payment at the provider; the same reference again creates no second one. Raises OutcomeUnknown
        when it may have been created although nothing was answered, MethodRefused for what it cannot take."""

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        """Hand over the code that the buyer was sent. Raises MethodRefused where no code is ever asked for."""

    def fetch_status(self, attempt: Attempt, *, may_capture: bool) -> ProviderReport:
        """What the provider says of the attempt now. Where the buyer approves and we capture, that is done only when
        `may_capture`: the attempt is open and its order needs the money."""

    def cancel(self, attempt: Attempt) -> None:
        """End an abandoned payment page, where the provider knows how to; a no-op elsewhere. Raises nothing."""

    def refund(self, refund: Refund) -> RefundReport:
        """Give money back, once for each refund id."""

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """A webhook that the provider signed. Raises SignatureRefused. Header names are lower case."""
