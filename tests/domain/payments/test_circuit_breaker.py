"""A provider in trouble is left alone, and asked again after a while."""

import pytest
import time_machine

from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider
from commerce.payments.providers.circuit_breaker import FAILURES, PAUSE_MS, CircuitBreaker
from commerce.payments.providers.model import ProviderTrouble, ReportedState
from support.fake_provider import FakeProvider

ATTEMPT = Attempt("ORD_1_0123456789", Provider.PAYSTACK, Method.CARD, 100, "USD", AttemptStatus.PENDING, 0)


def asked(breaker: CircuitBreaker, times: int) -> int:
    """How many of so many questions ended in trouble."""
    troubles = 0
    for _ in range(times):
        try:
            breaker.fetch_status(ATTEMPT)
        except ProviderTrouble:
            troubles += 1
    return troubles


def test_after_some_failures_nobody_asks_for_a_while() -> None:
    provider = FakeProvider(troubles=100)
    breaker = CircuitBreaker(Provider.PAYSTACK, provider)
    assert (asked(breaker, 50), provider.asked) == (50, FAILURES)


def test_one_question_later_decides() -> None:
    provider = FakeProvider(troubles=FAILURES + 1)
    breaker = CircuitBreaker(Provider.PAYSTACK, provider)
    with time_machine.travel(1_795_275_000, tick=False) as clock:
        asked(breaker, 10)
        clock.shift(PAUSE_MS / 1000 + 1)
        assert (asked(breaker, 5), provider.asked) == (5, FAILURES + 1)
        clock.shift(PAUSE_MS / 1000 + 1)
        assert breaker.fetch_status(ATTEMPT).state is ReportedState.PENDING
        assert asked(breaker, 5) == 0


def test_single_failures_close_nothing() -> None:
    provider = FakeProvider()
    breaker = CircuitBreaker(Provider.PAYSTACK, provider)
    for _ in range(10):
        provider.troubles = FAILURES - 1
        assert asked(breaker, FAILURES) == FAILURES - 1


def test_a_signature_is_checked_whatever_the_provider_does() -> None:
    provider = FakeProvider(troubles=100)
    breaker = CircuitBreaker(Provider.PAYSTACK, provider)
    asked(breaker, 10)
    headers = {"x-paystack-signature": "genuine"}
    assert breaker.verify_webhook(headers, b"ORD_1_0123456789").reference == "ORD_1_0123456789"


@pytest.mark.parametrize("provider", ["paystack", "stripe", "flutterwave", "paypal"])
def test_every_gateway_of_the_registry_has_one(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.payments.providers import modes, registry

    monkeypatch.setattr(registry, "_made", {})
    monkeypatch.setattr(modes, "check_modes", lambda: None)
    assert isinstance(registry.gateway(Provider(provider)), CircuitBreaker)
