"""Each gateway against the sandbox: start, look and refund, also when answers are lost, late or nonsense."""

from collections.abc import Callable

import httpx
import pytest

from commerce.kit import http
from commerce.orders.payment import Method
from commerce.payments.providers import stripe_gateway
from commerce.payments.providers.model import (
    MethodRefused,
    ProviderRefused,
    ProviderTrouble,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
)
from local.sandbox import faults
from local.sandbox.paystack_rules import VOUCHER

TillOf = Callable[[str], "object"]
REFUND = {
    "paystack": "POST /refund",
    "stripe": "POST /v1/refunds",
    "flutterwave": "POST /v3/transactions",
    "paypal": "POST /v2/payments/captures",
}
START = {
    "paystack": "POST /transaction/initialize",
    "stripe": "POST /v1/checkout/sessions",
    "flutterwave": "POST /v3/payments",
    "paypal": "POST /v2/checkout/orders",
}
LOOK = {
    "paystack": "GET /transaction/verify",
    "stripe": "GET /v1/checkout/sessions",
    "flutterwave": "GET /v3/transactions",
    "paypal": "GET /v2/checkout/orders",
}


def until_done(act, tries: int = 6):
    """What a caller does who asks again after trouble: the result, and how often there was trouble."""
    for number in range(tries):
        try:
            return act(number), number
        except ProviderTrouble:
            continue
    raise AssertionError("trouble without end")


def test_a_payment_is_pending_until_the_buyer_pays(till) -> None:
    attempt, initiated = till.initiated()
    assert till.gateway.fetch_status(attempt).state is ReportedState.PENDING
    page = httpx.get(initiated.authorization_url)
    assert page.status_code == 200
    assert "89.99 USD" in page.text
    till.decide(initiated.authorization_url)
    report = till.gateway.fetch_status(attempt)
    assert (report.state, report.amount_minor, report.currency, report.is_live) == (
        ReportedState.SUCCEEDED,
        8_999,
        "USD",
        False,
    )
    assert 0 < report.fee_minor < 8_999
    [capture] = till.captures
    assert capture | {"at": 0} == {
        "provider": till.name,
        "reference": attempt.reference,
        "transaction": report.transaction,
        "amount_minor": 8_999,
        "currency": "USD",
        "at": 0,
    }
    assert till.gateway.fetch_status(attempt) == report


def test_a_declined_payment_has_failed_and_took_nothing(till) -> None:
    attempt, initiated = till.initiated()
    till.decide(initiated.authorization_url, "failure")
    till.decide(initiated.authorization_url, "success")
    assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED
    assert till.captures == []


@pytest.mark.parametrize("name", ["paystack", "flutterwave"])
@pytest.mark.parametrize("network", ["mtn", "vodafone", "telecel", "airteltigo"])
def test_mobile_money(till_of, name: str, network: str) -> None:
    till = till_of(name)
    wallet = {"method": Method.MOBILE_MONEY, "currency": "GHS", "phone": "0551234987", "network": network}
    attempt, initiated = till.initiated(**wallet, return_url="")
    assert initiated.instructions
    assert till.gateway.fetch_status(attempt).state is ReportedState.PENDING
    if initiated.next_step == "otp":
        assert (name, initiated.authorization_url) == ("paystack", "")
        assert till.gateway.submit_otp(attempt, VOUCHER).next_step == ""
    else:
        till.decide(initiated.authorization_url)
    report = till.gateway.fetch_status(attempt)
    assert (report.state, report.amount_minor, report.currency) == (ReportedState.SUCCEEDED, 8_999, "GHS")


@pytest.mark.parametrize("name", ["paystack", "flutterwave"])
def test_an_unknown_network_is_refused_before_anybody_is_asked(till_of, name: str) -> None:
    till = till_of(name)
    with pytest.raises(MethodRefused):
        till.initiated(method=Method.MOBILE_MONEY, currency="GHS", phone="0551234987", network="nokia")


@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_a_payment_intent_is_confirmed_by_its_client(till_of, outcome: str) -> None:
    till = till_of("stripe")
    attempt, initiated = till.initiated(return_url="")
    assert initiated.provider_reference.startswith("pi_")
    assert till.gateway.fetch_status(attempt).state is ReportedState.PENDING
    till.decide(f"{till.sandbox.url}/pay/{initiated.access_code}", outcome)
    wanted = ReportedState.SUCCEEDED if outcome == "success" else ReportedState.FAILED
    assert till.gateway.fetch_status(attempt).state is wanted


def test_the_same_reference_starts_no_second_payment(till) -> None:
    _, first = till.initiated()
    if till.name == "paystack":
        with pytest.raises(ProviderRefused, match="Duplicate Transaction Reference"):
            till.initiated()
    elif till.name in ("stripe", "paypal"):
        assert till.initiated()[1] == first


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_start_that_goes_wrong_is_trouble_and_never_a_refusal(till, kind: str) -> None:
    till.fails(kind, START[till.name], times=5)
    with pytest.raises(ProviderTrouble):
        till.initiated()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_payment_is_seen_and_captured_once_whatever_happens_to_answers(till, kind: str) -> None:
    attempt = till.paid()
    till.fails(kind, LOOK[till.name], times=3)
    report, _ = until_done(lambda _: till.gateway.fetch_status(attempt))
    assert report.state is ReportedState.SUCCEEDED
    assert [capture["amount_minor"] for capture in till.captures] == [8_999]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_paypal_captures_once_whatever_happens_to_the_capture(till_of, kind: str) -> None:
    till = till_of("paypal")
    attempt = till.paid()
    till.fails(kind, f"POST /v2/checkout/orders/{attempt.provider_reference}/capture", times=3)
    report, trouble = until_done(lambda _: till.gateway.fetch_status(attempt))
    assert trouble > 0
    assert report.state is ReportedState.SUCCEEDED
    assert len(till.captures) == 1


def test_refunds_in_parts_and_never_more_than_was_taken(till) -> None:
    transaction = till.gateway.fetch_status(till.paid()).transaction
    for name, amount in (("REF_7_1", 3_000), ("REF_7_2", 5_999)):
        refund = till.refund(transaction, amount, name)
        assert till.gateway.refund(refund).state in (RefundState.DONE, RefundState.PENDING)
        assert till.gateway.fetch_refund(refund) == RefundReport(RefundState.DONE)
    more = till.gateway.refund(till.refund(transaction, 1, "REF_7_3"))
    assert more.state is RefundState.REFUSED
    assert more.problem
    assert [(entry["note"], entry["amount_minor"]) for entry in till.refunds] == [
        ("REF_7_1", 3_000),
        ("REF_7_2", 5_999),
    ]
    assert {entry["transaction"] for entry in till.refunds} == {transaction}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_money_goes_back_once_whatever_happens_to_answers(till, kind: str) -> None:
    transaction = till.gateway.fetch_status(till.paid()).transaction
    till.gateway.refund(till.refund(transaction, 1_000, "REF_7_0"))
    till.fails(kind, REFUND[till.name], times=2)
    done, _ = until_done(lambda tries: till.gateway.refund(till.refund(transaction, 1_000, "REF_7_1", tries)))
    assert done.state in (RefundState.DONE, RefundState.PENDING)
    again = till.gateway.refund(till.refund(transaction, 1_000, "REF_7_1", 9))
    assert again.state is RefundState.DONE
    assert [entry["note"] for entry in till.refunds] == ["REF_7_0", "REF_7_1"]


def test_a_slow_refund_is_done_when_one_asks_again(till) -> None:
    transaction = till.gateway.fetch_status(till.paid()).transaction
    till.sandbox.sandbox.configure(slow_refunds=True)
    assert till.gateway.refund(till.refund(transaction, 1_000)).state is RefundState.PENDING
    assert till.gateway.refund(till.refund(transaction, 1_000, tries=1)).state is RefundState.DONE
    assert len(till.refunds) == 1


def test_a_wrong_key_is_trouble_and_a_missing_one_an_unknown_method(till, payment_keys: dict[str, str]) -> None:
    name = "paypal_secret" if till.name == "paypal" else f"{till.name}_secret_key"
    payment_keys[name] = "wrong"
    with pytest.raises(ProviderTrouble):
        till.initiated()
    payment_keys.clear()
    with pytest.raises(MethodRefused):
        till.initiated()
    with pytest.raises(SignatureRefused):
        till.gateway.verify_webhook({"paypal-transmission-sig": "x"}, b"{}")


def test_a_paypal_token_that_ended_early_is_renewed(till_of) -> None:
    till = till_of("paypal")
    attempt, _ = till.initiated()
    till.gateway._client._token = "A21AA-ended"
    assert till.gateway.fetch_status(attempt).state is ReportedState.PENDING


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_a_payment_whose_start_was_never_answered_has_failed(till_of, name: str) -> None:
    till = till_of(name)
    intent = till.request()
    unanswered = type(till.gateway.initiate(intent))("")
    assert till.gateway.fetch_status(till.attempt(intent, unanswered)).state is ReportedState.FAILED


def test_a_session_that_expired_has_failed(till_of) -> None:
    till = till_of("stripe")
    attempt, _ = till.initiated()
    client = stripe_gateway._client(till.sandbox.api("stripe"), "sk_test_bazaar_local_stripe")
    client.v1.checkout.sessions.expire(attempt.provider_reference)
    assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED


def test_a_redirect_is_not_followed_and_tells_nothing(receiver) -> None:
    receiver.location = f"{receiver.url}/elsewhere"
    receiver.answers.extend([302, 307])
    for repeatable in (False, True):
        with pytest.raises(http.NoAnswer):
            http.call("POST", receiver.url, repeatable=repeatable, json={})
    assert [request.path for request in receiver.received] == ["/", "/"]
