"""A provider that does not answer is left alone for a while, so that its orders do not keep all others waiting.

After some calls in a row that ended in trouble, further ones are not made for a moment: they raise the same trouble at
once. Then one is let through, and its end decides. Each process of a function learns this for itself.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from commerce.kit import clock
from commerce.orders.payment import Attempt, Provider, Refund
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import (
    DisputeReport,
    InitiatedPayment,
    Notice,
    PaymentRequest,
    ProviderReport,
    ProviderTrouble,
    RefundReport,
)

FAILURES = 3
PAUSE_MS = 30_000
Answer = TypeVar("Answer")


class CircuitBreaker:
    """A gateway as its Protocol has it, that gives up early on a provider in trouble."""

    def __init__(self, provider: Provider, gateway: Gateway) -> None:
        self._provider = provider
        self._gateway = gateway
        self._failures = 0
        self._closed_until = 0

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        if self._failures >= FAILURES and clock.now_ms() < self._closed_until:
            raise ProviderTrouble(self._provider)
        try:
            answer = question()
        except ProviderTrouble:
            self._failures += 1
            self._closed_until = clock.now_ms() + PAUSE_MS
            raise
        self._failures = 0
        return answer

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        return self._ask(lambda: self._gateway.initiate(request))

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        return self._ask(lambda: self._gateway.submit_otp(attempt, otp))

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        return self._ask(lambda: self._gateway.fetch_status(attempt, may_capture=may_capture))

    def cancel(self, attempt: Attempt) -> None:
        if self._failures < FAILURES:
            self._gateway.cancel(attempt)

    def refund(self, refund: Refund) -> RefundReport:
        return self._ask(lambda: self._gateway.refund(refund))

    def fetch_refund(self, refund: Refund) -> RefundReport:
        return self._ask(lambda: self._gateway.fetch_refund(refund))

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        return self._ask(lambda: self._gateway.fetch_dispute(dispute_id))

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        return self._gateway.verify_webhook(headers, body)
