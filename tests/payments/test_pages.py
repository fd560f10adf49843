"""Abandoned pages end with the hold, who pays the fee changes nothing for the order, and disputes are read."""

import json

import pytest

from commerce.kit import clock
from commerce.payments.providers.model import (
    DisputeState,
    MethodRefused,
    ProviderRefused,
    ProviderTrouble,
    ReportedState,
    Subject,
)

MINUTE = 60_000
PAGE = {"stripe": "POST /v1/checkout/sessions", "flutterwave": "POST /v3/payments"}


def page_end(published, till, held_ms: int) -> int | None:
    """When the page ends that was started with a hold of so long, in minutes from now."""
    till.initiated(expires_at=clock.now_ms() + held_ms)
    sent = published["stripe"].sent(PAGE["stripe"])[-1]
    ends = dict(sent.form).get("expires_at")
    return None if ends is None else round((int(ends) - clock.now()) / 60)


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    # With the hold; or, where Stripe allows no such page, half an hour after it; or when Stripe likes.
    [(120, 120), (32, 32), (30, 61), (1, 32), (23 * 60, 23 * 60), (24 * 60 + 5, None)],
)
def test_a_stripe_page_ends_with_the_hold(till_of, published, minutes: int, wanted: int | None) -> None:
    assert page_end(published, till_of("stripe"), minutes * MINUTE) == wanted


def test_the_same_start_a_little_later_is_the_same_page(till_of, monkeypatch: pytest.MonkeyPatch) -> None:
    till = till_of("stripe")
    held_until = clock.now_ms() + 33 * MINUTE
    _, first = till.initiated(expires_at=held_until)
    now = clock.now()
    # Five minutes later another end would be the right one, and the idempotency key is the same.
    monkeypatch.setattr(clock, "now", lambda: now + 300)
    _, second = till.initiated(expires_at=held_until)
    assert second == first


def test_a_start_with_another_amount_is_trouble(till_of) -> None:
    till = till_of("stripe")
    till.initiated(expires_at=clock.now_ms() + 40 * MINUTE)
    with pytest.raises(ProviderTrouble):
        till.initiated(expires_at=clock.now_ms() + 40 * MINUTE, amount_minor=1_000)


@pytest.mark.parametrize(("minutes", "wanted"), [(30, 30), (0, 1), (3 * 1440, 1440)])
def test_a_flutterwave_page_has_a_duration(till_of, published, minutes: int, wanted: int) -> None:
    till_of("flutterwave").initiated(expires_at=clock.now_ms() + minutes * MINUTE - 1_000)
    [sent] = published["flutterwave"].sent(PAGE["flutterwave"])
    assert json.loads(sent.body)["session_duration"] == wanted


def test_without_a_hold_the_provider_decides(till_of, published) -> None:
    for name, page in PAGE.items():
        till_of(name).initiated()
        [sent] = published[name].sent(page)
        assert b"expires_at" not in sent.body
        assert b"session_duration" not in sent.body


def test_a_cancelled_page_takes_nothing(till_of) -> None:
    till = till_of("stripe")
    for more in ({}, {"return_url": "", "reference": "ORD_7_b"}):
        attempt, initiated = till.initiated(**more)
        till.gateway.cancel(attempt)
        till.decide(initiated.authorization_url or f"{till.sandbox.url}/pay/{initiated.access_code}")
        assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED
        till.gateway.cancel(attempt)
    assert till.captures == []


def test_cancelling_raises_nothing_and_ends_no_payment_that_was_made(till, payment_keys: dict[str, str]) -> None:
    attempt = till.paid()
    till.gateway.cancel(attempt)
    assert till.gateway.fetch_status(attempt).state is ReportedState.SUCCEEDED
    till.fails("500-before", "POST", times=9)
    till.gateway.cancel(attempt)
    payment_keys.clear()
    till.gateway.cancel(attempt)


@pytest.mark.parametrize("name", ["paystack", "flutterwave"])
def test_when_the_buyer_carries_the_fee_the_order_gets_what_it_asked_for(till_of, name: str) -> None:
    till = till_of(name)
    till.sandbox.sandbox.configure(buyer_pays_fee=True)
    attempt = till.paid(currency="NGN", amount_minor=100_000)
    report = till.gateway.fetch_status(attempt)
    assert (report.amount_minor, report.fee_minor) == (100_000, 0)


@pytest.mark.parametrize("name", ["paystack", "stripe", "paypal"])
@pytest.mark.parametrize("state", ["open", "won", "lost"])
def test_a_dispute_is_told_and_asked_for(till_of, name: str, state: str) -> None:
    till = till_of(name)
    attempt = till.paid()
    till.gateway.fetch_status(attempt)
    dispute_id = till.sandbox.sandbox._providers[name].dispute(attempt.reference, state)
    till.sandbox.sandbox._context.send_webhooks()

    def disputes(received) -> list:
        notices = [till.gateway.verify_webhook(request.headers, request.body) for request in received]
        return [notice for notice in notices if notice.subject is Subject.DISPUTE]

    [notice] = disputes(till.receiver.wait_for(disputes))
    assert notice.subject_id == dispute_id
    assert notice.reference == ("" if name == "stripe" else attempt.reference)
    report = till.gateway.fetch_dispute(dispute_id)
    assert (report.id, report.reference, report.state) == (dispute_id, attempt.reference, DisputeState(state))
    assert (report.amount_minor, report.currency) == (8_999, "USD")
    assert report.reason
    assert report.fee_minor == (1_500 if name == "stripe" else 0)


@pytest.mark.parametrize("name", ["paystack", "stripe", "paypal"])
def test_an_unknown_dispute_is_refused(till_of, name: str) -> None:
    with pytest.raises(ProviderRefused):
        till_of(name).gateway.fetch_dispute("4711")


def test_flutterwave_tells_nothing_of_disputes(till_of) -> None:
    with pytest.raises(MethodRefused):
        till_of("flutterwave").gateway.fetch_dispute("4711")
