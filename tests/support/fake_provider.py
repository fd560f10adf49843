"""A payment provider in memory that keeps its own book: the independent witness of what was taken and given back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.orders.payment import Attempt, Method, Provider, Refund
from commerce.payments.providers.model import (
    DisputeReport,
    InitiatedPayment,
    MethodRefused,
    Notice,
    PaymentRequest,
    ProviderRefused,
    ProviderReport,
    ProviderTrouble,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
)
from commerce.payments.providers.registry import _made


@dataclass
class FakeProvider:
    """Stands for one provider. `captures` and `refunds` are its book; the test decides what buyers do."""

    provider: Provider = Provider.PAYSTACK
    requests: dict[str, PaymentRequest] = field(default_factory=dict)
    captures: dict[str, ProviderReport] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    refunds: dict[str, int] = field(default_factory=dict)
    troubles: int = 0
    refusals: int = 0
    slow_refunds: int = 0
    asked: int = 0
    bounced: set[str] = field(default_factory=set)
    disputes: dict[str, DisputeReport] = field(default_factory=dict)
    unopened_fails: bool = False
    notice: Notice | None = None
    otp: str = ""

    def install(self) -> "FakeProvider":
        """Make it the provider of this process."""
        _made[self.provider] = self
        return self

    # What buyers do on the provider's page

    def pay(
        self, reference: str, amount_minor: int | None = None, currency: str = "", *, is_live: bool = False
    ) -> None:
        """The buyer pays, all of it unless said otherwise."""
        request = self.requests[reference]
        amount = request.amount_minor if amount_minor is None else amount_minor
        self.captures[reference] = ProviderReport(
            ReportedState.SUCCEEDED, amount, currency or request.currency, f"T-{reference}", amount // 100, is_live
        )

    def decline(self, reference: str) -> None:
        """The buyer's bank says no."""
        self.declined.add(reference)

    # What our gateway does

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        self._trouble()
        self.requests[request.reference] = request
        if self.otp and request.method is Method.MOBILE_MONEY:
            return InitiatedPayment(request.reference, instructions="Enter the code.", next_step="otp")
        return InitiatedPayment(
            request.reference, f"https://pay.test/{request.reference}", f"access-{request.order_id}"
        )

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        if otp != self.otp:
            raise MethodRefused("This is not the code.")
        self.pay(attempt.reference)
        return InitiatedPayment(attempt.provider_reference, instructions="Thank you.")

    def fetch_status(self, attempt: Attempt, *, may_capture: bool) -> ProviderReport:
        self.asked += 1
        self._trouble()
        if attempt.reference in self.captures:
            return self.captures[attempt.reference]
        # Asked before it has told us its own name for the payment, there is nothing to ask about.
        is_unknown = self.unopened_fails and not attempt.provider_reference
        is_declined = is_unknown or attempt.reference in self.declined
        return ProviderReport(ReportedState.FAILED if is_declined else ReportedState.PENDING)

    def cancel(self, attempt: Attempt) -> None:
        self.cancelled.add(attempt.reference)

    def refund(self, refund: Refund) -> RefundReport:
        self._trouble()
        if self.refusals:
            self.refusals -= 1
            raise ProviderRefused(str(self.provider), "insufficient balance")
        if self.slow_refunds:
            self.slow_refunds -= 1
            return RefundReport(RefundState.PENDING)
        self.refunds[refund.id] = refund.amount_minor
        return RefundReport(RefundState.DONE)

    def fetch_refund(self, refund: Refund) -> RefundReport:
        self._trouble()
        if refund.id in self.bounced:
            return RefundReport(RefundState.REFUSED, "the bank sent it back")
        return RefundReport(RefundState.DONE if refund.id in self.refunds else RefundState.PENDING)

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        self._trouble()
        return self.disputes[dispute_id]

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if headers.get("x-paystack-signature") != "genuine":
            raise SignatureRefused
        reference = body.decode()
        return self.notice or Notice(self.provider, f"event-{reference}", "charge.success", reference)

    def _trouble(self) -> None:
        if self.troubles:
            self.troubles -= 1
            raise ProviderTrouble(str(self.provider))
