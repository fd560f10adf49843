"""Each gateway against the sandbox: start, look and refund, also when answers are lost, late or nonsense."""

from collections.abc import Callable

import httpx
import pytest

from commerce.kit import web
from commerce.payments import stripe_gateway
from commerce.payments.model import FactState, Method, MethodRefused, ProviderRefused, ProviderTrouble, SignatureRefused
from local.sandbox import faults

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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, clients):
    """Time-outs of a fraction of a second, for answers that never come."""
    monkeypatch.setattr(web, "TIMEOUT", httpx.Timeout(0.3))
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", 0.3)


def until_done(act, tries: int = 6):
    """What a caller does who asks again after trouble: the result, and how often there was trouble."""
    for number in range(tries):
        try:
            return act(number), number
        except ProviderTrouble:
            continue
    raise AssertionError("trouble without end")


def test_a_payment_is_pending_until_the_buyer_pays(till) -> None:
    attempt, started = till.started()
    assert till.gateway.look(attempt).state is FactState.PENDING
    page = httpx.get(started.authorization_url)
    assert page.status_code == 200
    assert "89.99 USD" in page.text
    till.decide(started.authorization_url)
    fact = till.gateway.look(attempt)
    assert (fact.state, fact.amount_minor, fact.currency, fact.is_live) == (FactState.SUCCEEDED, 8_999, "USD", False)
    assert 0 < fact.fee_minor < 8_999
    [capture] = till.captures
    assert capture | {"at": 0} == {
        "provider": till.name,
        "reference": attempt.reference,
        "transaction": fact.transaction,
        "amount_minor": 8_999,
        "currency": "USD",
        "at": 0,
    }
    assert till.gateway.look(attempt) == fact


def test_a_declined_payment_has_failed_and_took_nothing(till) -> None:
    attempt, started = till.started()
    till.decide(started.authorization_url, "failure")
    till.decide(started.authorization_url, "success")
    assert till.gateway.look(attempt).state is FactState.FAILED
    assert till.captures == []


@pytest.mark.parametrize("name", ["paystack", "flutterwave"])
@pytest.mark.parametrize("network", ["mtn", "vodafone", "telecel", "airteltigo"])
def test_mobile_money(till_of, name: str, network: str) -> None:
    till = till_of(name)
    wallet = {"method": Method.MOBILE_MONEY, "currency": "GHS", "phone": "0551234987", "network": network}
    attempt, started = till.started(**wallet, return_url="")
    assert started.instructions
    assert till.gateway.look(attempt).state is FactState.PENDING
    till.decide(started.authorization_url)
    fact = till.gateway.look(attempt)
    assert (fact.state, fact.amount_minor, fact.currency) == (FactState.SUCCEEDED, 8_999, "GHS")


@pytest.mark.parametrize("name", ["paystack", "flutterwave"])
def test_an_unknown_network_is_refused_before_anybody_is_asked(till_of, name: str) -> None:
    till = till_of(name)
    with pytest.raises(MethodRefused):
        till.started(method=Method.MOBILE_MONEY, currency="GHS", phone="0551234987", network="nokia")


@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_a_payment_intent_is_confirmed_by_its_client(till_of, outcome: str) -> None:
    till = till_of("stripe")
    attempt, started = till.started(return_url="")
    assert started.provider_reference.startswith("pi_")
    assert till.gateway.look(attempt).state is FactState.PENDING
    till.decide(f"{till.sandbox.url}/pay/{started.access_code}", outcome)
    wanted = FactState.SUCCEEDED if outcome == "success" else FactState.FAILED
    assert till.gateway.look(attempt).state is wanted


def test_currencies_without_minor_unit(till_of) -> None:
    for name, currency in (("stripe", "JPY"), ("flutterwave", "XAF"), ("paypal", "JPY"), ("paystack", "XOF")):
        till = till_of(name)
        attempt = till.paid(currency=currency, amount_minor=5_000)
        assert till.gateway.look(attempt).amount_minor == 5_000


def test_what_a_provider_refuses_is_refused(till) -> None:
    refused = {"paystack": "EUR", "stripe": "US", "flutterwave": "USD", "paypal": "GHS"}
    with pytest.raises(ProviderRefused):
        till.started(currency=refused[till.name], amount_minor=0 if till.name == "flutterwave" else 8_999)


def test_the_same_reference_starts_no_second_payment(till) -> None:
    _, first = till.started()
    if till.name == "paystack":
        with pytest.raises(ProviderRefused, match="Duplicate Transaction Reference"):
            till.started()
    elif till.name in ("stripe", "paypal"):
        assert till.started()[1] == first


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_start_that_goes_wrong_is_trouble_and_never_a_refusal(till, kind: str) -> None:
    till.fails(kind, START[till.name], times=5)
    with pytest.raises(ProviderTrouble):
        till.started()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_payment_is_seen_and_captured_once_whatever_happens_to_answers(till, kind: str) -> None:
    attempt = till.paid()
    till.fails(kind, LOOK[till.name], times=3)
    fact, _ = until_done(lambda _: till.gateway.look(attempt))
    assert fact.state is FactState.SUCCEEDED
    assert [capture["amount_minor"] for capture in till.captures] == [8_999]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_paypal_captures_once_whatever_happens_to_the_capture(till_of, kind: str) -> None:
    till = till_of("paypal")
    attempt = till.paid()
    till.fails(kind, f"POST /v2/checkout/orders/{attempt.provider_reference}/capture", times=3)
    fact, trouble = until_done(lambda _: till.gateway.look(attempt))
    assert trouble > 0
    assert fact.state is FactState.SUCCEEDED
    assert len(till.captures) == 1


def test_refunds_in_parts_and_never_more_than_was_taken(till) -> None:
    transaction = till.gateway.look(till.paid()).transaction
    assert till.gateway.refund(till.refund(transaction, 3_000, "REF_7_1"))
    assert till.gateway.refund(till.refund(transaction, 5_999, "REF_7_2"))
    with pytest.raises(ProviderRefused):
        till.gateway.refund(till.refund(transaction, 1, "REF_7_3"))
    assert [(entry["note"], entry["amount_minor"]) for entry in till.refunds] == [
        ("REF_7_1", 3_000),
        ("REF_7_2", 5_999),
    ]
    assert {entry["transaction"] for entry in till.refunds} == {transaction}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", faults.KINDS)
def test_money_goes_back_once_whatever_happens_to_answers(till, kind: str) -> None:
    transaction = till.gateway.look(till.paid()).transaction
    till.gateway.refund(till.refund(transaction, 1_000, "REF_7_0"))
    till.fails(kind, REFUND[till.name], times=2)
    done, _ = until_done(lambda tries: till.gateway.refund(till.refund(transaction, 1_000, "REF_7_1", tries)))
    assert done
    assert till.gateway.refund(till.refund(transaction, 1_000, "REF_7_1", 9))
    assert [entry["note"] for entry in till.refunds] == ["REF_7_0", "REF_7_1"]


def test_a_slow_refund_is_done_when_one_asks_again(till) -> None:
    transaction = till.gateway.look(till.paid()).transaction
    till.sandbox.sandbox.configure(slow_refunds=True)
    assert till.gateway.refund(till.refund(transaction, 1_000)) is False
    assert till.gateway.refund(till.refund(transaction, 1_000, tries=1)) is True
    assert len(till.refunds) == 1


def test_a_wrong_key_is_trouble_and_a_missing_one_an_unknown_method(till, payment_keys: dict[str, str]) -> None:
    name = "paypal_secret" if till.name == "paypal" else f"{till.name}_secret_key"
    payment_keys[name] = "wrong"
    with pytest.raises(ProviderTrouble):
        till.started()
    payment_keys.clear()
    with pytest.raises(MethodRefused):
        till.started()
    with pytest.raises(SignatureRefused):
        till.gateway.verified({"paypal-transmission-sig": "x"}, b"{}")


def test_a_paypal_token_that_ended_early_is_renewed(till_of) -> None:
    till = till_of("paypal")
    attempt, _ = till.started()
    till.gateway._token = "A21AA-ended"
    assert till.gateway.look(attempt).state is FactState.PENDING


@pytest.mark.parametrize("name", ["stripe", "paypal"])
def test_a_payment_whose_start_was_never_answered_has_failed(till_of, name: str) -> None:
    till = till_of(name)
    intent = till.intent()
    unanswered = type(till.gateway.start(intent))("")
    assert till.gateway.look(till.attempt(intent, unanswered)).state is FactState.FAILED


def test_a_session_that_expired_has_failed(till_of) -> None:
    till = till_of("stripe")
    attempt, _ = till.started()
    client = stripe_gateway._client(till.sandbox.api("stripe"), "sk_test_bazaar_local_stripe")
    client.v1.checkout.sessions.expire(attempt.provider_reference)
    assert till.gateway.look(attempt).state is FactState.FAILED


def test_a_redirect_is_not_followed_and_tells_nothing(receiver) -> None:
    receiver.location = f"{receiver.url}/elsewhere"
    receiver.answers.extend([302, 307])
    for repeatable in (False, True):
        with pytest.raises(web.NoAnswer):
            web.call("POST", receiver.url, repeatable=repeatable, json={})
    assert [request.path for request in receiver.received] == ["/", "/"]
