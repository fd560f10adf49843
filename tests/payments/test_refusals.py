"""A question about a payment always has an answer: gone, refused for good, or waiting for the buyer."""

import pytest

from commerce.payments.providers.model import ProviderReport, ProviderTrouble, RefundState, ReportedState
from commerce.payments.providers.paypal_refusals import PAYER_ACTION
from local.sandbox import paypal_refusals
from support.published import specification

CAPTURE = "POST /v2/checkout/orders/"
CAPTURE_REFUSALS = (*paypal_refusals.CAPTURE_400, *paypal_refusals.CAPTURE_403, *paypal_refusals.CAPTURE_422)
REFUND_REFUSALS = (*paypal_refusals.REFUND_400, *paypal_refusals.REFUND_422)
HOURS = 3_600


def approved(till):
    """An attempt that the buyer approved."""
    attempt, initiated = till.initiated()
    till.decide(initiated.authorization_url)
    return attempt


def test_every_published_refusal_is_tried() -> None:
    published = str(specification("paypal")["$defs"])
    assert len(set(CAPTURE_REFUSALS)) >= 65
    for issue in (*CAPTURE_REFUSALS, *REFUND_REFUSALS):
        assert f"'{issue}'" in published


@pytest.mark.parametrize("issue", sorted(set(CAPTURE_REFUSALS) - {"ORDER_ALREADY_CAPTURED"}))
def test_every_refusal_to_capture_is_a_state(till_of, issue: str) -> None:
    till = till_of("paypal")
    attempt = approved(till)
    till.fails("refuse", CAPTURE, code=issue)
    state = till.gateway.fetch_status(attempt).state
    assert state is (ReportedState.PENDING if issue in PAYER_ACTION else ReportedState.FAILED)
    assert till.captures == []


def test_an_order_that_was_captured_meanwhile_is_checked_at_again(till_of) -> None:
    till = till_of("paypal")
    attempt = approved(till)
    till.gateway.fetch_status(attempt)
    till.fails("refuse", CAPTURE, code="ORDER_ALREADY_CAPTURED")
    assert till.gateway.fetch_status(attempt).state is ReportedState.SUCCEEDED


def test_a_capture_under_way_is_asked_again(till_of) -> None:
    till = till_of("paypal")
    attempt = approved(till)
    till.fails("refuse", CAPTURE, code="PREVIOUS_REQUEST_IN_PROGRESS")
    with pytest.raises(ProviderTrouble):
        till.gateway.fetch_status(attempt)


def test_an_approval_that_may_not_be_captured_takes_nothing(till_of, published) -> None:
    till = till_of("paypal")
    attempt = approved(till)
    assert till.gateway.fetch_status(attempt, may_capture=False) == ProviderReport(ReportedState.FAILED)
    assert till.captures == []
    assert not [sent for sent in published["paypal"].sent(CAPTURE) if sent.path.endswith("/capture")]


def test_a_new_approval_after_a_decline_is_captured_under_a_key_of_its_own(till_of, published, monkeypatch) -> None:
    till = till_of("paypal")
    attempt, initiated = till.initiated()
    till.decide(initiated.authorization_url)
    till.fails("refuse", CAPTURE, code="INSTRUMENT_DECLINED")
    assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED
    # The same approval asked about again: the same key, which repeats the decline.
    assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED
    order = till.sandbox.sandbox._store.get("paypal.order", attempt.provider_reference)
    with till.sandbox.sandbox._store.transaction():
        till.sandbox.sandbox._store.put("paypal.order", order["id"], order | {"update_time": "2031-05-06T07:08:09Z"})
    assert till.gateway.fetch_status(attempt).state is ReportedState.SUCCEEDED
    sent = [entry for entry in published["paypal"].sent(CAPTURE) if entry.path.endswith("/capture")]
    names = [entry.headers["paypal-request-id"] for entry in sent]
    assert len(names) == 3
    assert len(set(names)) == 2
    assert len(till.captures) == 1


@pytest.mark.parametrize(("name", "code"), [("paypal", "INVALID_RESOURCE_ID"), ("stripe", "resource_missing")])
def test_what_the_provider_has_forgotten_has_failed(till_of, name: str, code: str) -> None:
    till = till_of(name)
    attempt, _ = till.initiated()
    till.fails("refuse", "GET /v", code=code)
    assert till.gateway.fetch_status(attempt) == ProviderReport(ReportedState.FAILED)


def test_paypal_forgets_what_nobody_approved(till_of, monkeypatch: pytest.MonkeyPatch) -> None:
    from local.sandbox import paypal

    till = till_of("paypal")
    attempt, _ = till.initiated()
    assert till.gateway.fetch_status(attempt).state is ReportedState.PENDING
    monkeypatch.setattr(paypal, "FORGOTTEN_MS", -1)
    assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED


@pytest.mark.parametrize(
    ("name", "age_seconds", "state"),
    [
        ("paystack", 60, ReportedState.PENDING),
        ("paystack", 11 * 60, ReportedState.FAILED),
        ("flutterwave", 23 * HOURS, ReportedState.PENDING),
        ("flutterwave", 25 * HOURS, ReportedState.FAILED),
    ],
)
def test_what_a_provider_never_heard_of_fails_with_time(till_of, name: str, age_seconds: int, state) -> None:
    from commerce.kit import clock

    till = till_of(name)
    request = till.request(reference="ORD_8_never")
    attempt = till.attempt(request, type("Nothing", (), {"provider_reference": ""}))
    attempt = type(attempt)(**{**attempt.__dict__, "created_at": clock.now_ms() - age_seconds * 1000})
    assert till.gateway.fetch_status(attempt).state is state


@pytest.mark.parametrize("code", ["account_invalid", "parameter_unknown", "rate_limit"])
def test_a_question_that_stripe_does_not_take_is_trouble(till_of, code: str) -> None:
    till = till_of("stripe")
    attempt, _ = till.initiated()
    till.fails("refuse", "GET /v1", code=code, times=9)
    with pytest.raises(ProviderTrouble):
        till.gateway.fetch_status(attempt)


def test_a_key_that_was_taken_away_is_trouble_for_payments_that_exist(till, payment_keys: dict[str, str]) -> None:
    attempt, _ = till.initiated()
    if till.name == "paypal":
        till.gateway._client._token_ends = 0.0
    payment_keys.clear()
    with pytest.raises(ProviderTrouble):
        till.gateway.fetch_status(attempt)
    with pytest.raises(ProviderTrouble):
        till.gateway.fetch_refund(till.refund("1", 100))


@pytest.mark.parametrize("issue", sorted(set(REFUND_REFUSALS)))
def test_every_refusal_to_refund_is_a_state_or_trouble(till_of, issue: str) -> None:
    till = till_of("paypal")
    transaction = till.gateway.fetch_status(till.paid()).transaction
    till.fails("refuse", "POST /v2/payments", code=issue)
    refund = till.refund(transaction, 1_000)
    if issue in ("REFUND_FAILED_INSUFFICIENT_FUNDS", "PENDING_CAPTURE"):
        with pytest.raises(ProviderTrouble):
            till.gateway.refund(refund)
    else:
        report = till.gateway.refund(refund)
        assert report.state is RefundState.REFUSED
        assert issue in report.problem
    assert till.refunds == []
