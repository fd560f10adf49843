"""Mobile money as it is: vouchers, phones that do not answer, and charges whose outcome nobody was told."""

import json

import pytest

from commerce.orders.payment import Method
from commerce.payments.providers.model import (
    MethodRefused,
    OutcomeUnknown,
    ProviderRefused,
    ProviderTrouble,
    ReportedState,
)
from commerce.payments.providers.paystack_gateway import Paystack
from local.sandbox import faults
from local.sandbox.paystack_rules import VOUCHER

WALLET = {"method": Method.MOBILE_MONEY, "currency": "GHS", "phone": "024 123 4567", "network": "mtn", "return_url": ""}
CHARGE = {"paystack": "POST /charge", "flutterwave": "POST /v3/charges"}
# Nothing is known of the charge after these; only a connection that never came about leaves no doubt.
DOUBTFUL = list(faults.KINDS)


@pytest.fixture(params=list(CHARGE))
def wallet_till(request: pytest.FixtureRequest, till_of):
    return till_of(request.param)


def charged(till, reference: str = "ORD_7_a1b2c3d4e5"):
    """The attempt that the core keeps of a charge whose start raised."""
    request = till.request(reference=reference, **WALLET)
    return till.attempt(request, type("Nothing", (), {"provider_reference": ""}))


@pytest.mark.parametrize(
    ("network", "paystack", "flutterwave"),
    [
        ("mtn", "mtn", "MTN"),
        ("telecel", "vod", "VODAFONE"),
        ("vodafone", "vod", "VODAFONE"),
        ("airteltigo", "atl", "AIRTELTIGO"),
    ],
)
def test_networks_and_phones_in_each_providers_words(till_of, published, network, paystack, flutterwave) -> None:
    for name, theirs in (("paystack", paystack), ("flutterwave", flutterwave)):
        till_of(name).initiated(**WALLET | {"network": network, "phone": "+233 24-123-4567"})
        [sent] = published[name].sent(CHARGE[name])
        body = json.loads(sent.body)
        wallet = body.get("mobile_money", {"provider": body.get("network"), "phone": body.get("phone_number")})
        assert wallet == {"provider": theirs, "phone": "0241234567"}


@pytest.mark.parametrize(
    "change",
    [
        {"phone": ""},
        {"phone": "12345"},
        {"phone": "0341234567"},
        {"phone": "+234 803 123 4567"},
        {"phone": "024123456x"},
        {"phone": "02412345678"},
        {"phone": "٠٢٤١٢٣٤٥٦٧"},
        {"network": "nokia"},
        {"network": ""},
    ],
)
def test_what_is_no_wallet_of_ghana_is_refused_before_anybody_is_asked(wallet_till, published, change: dict) -> None:
    with pytest.raises(MethodRefused):
        wallet_till.initiated(**WALLET | change)
    assert published[wallet_till.name].exchanges == []


def test_a_voucher_is_handed_over(till_of) -> None:
    till = till_of("paystack")
    attempt, initiated = till.initiated(**WALLET | {"network": "telecel"})
    assert initiated.next_step == "otp"
    assert "*110#" in initiated.instructions
    assert till.gateway.fetch_status(attempt).state is ReportedState.PENDING
    after = till.gateway.submit_otp(attempt, VOUCHER)
    assert after.next_step == ""
    assert till.gateway.fetch_status(attempt).state is ReportedState.SUCCEEDED
    assert len(till.captures) == 1
    with pytest.raises(ProviderRefused):
        till.gateway.submit_otp(attempt, VOUCHER)


def test_a_wrong_voucher_ends_the_charge(till_of) -> None:
    till = till_of("paystack")
    attempt, _ = till.initiated(**WALLET | {"network": "telecel"})
    with pytest.raises(ProviderRefused):
        till.gateway.submit_otp(attempt, "000000")
    assert till.gateway.fetch_status(attempt).state is ReportedState.FAILED
    assert till.captures == []


@pytest.mark.parametrize("otp", ["", "12", "1234567890123", "12 34", "१२३४५६"])
def test_what_is_no_voucher_is_not_sent(till_of, published, otp: str) -> None:
    till = till_of("paystack")
    attempt, _ = till.initiated(**WALLET | {"network": "telecel"})
    with pytest.raises(MethodRefused):
        till.gateway.submit_otp(attempt, otp)
    assert not published["paystack"].sent("POST /charge/submit_otp")


def test_where_no_code_is_asked_for_none_is_taken(till) -> None:
    attempt, _ = till.initiated()
    with pytest.raises(MethodRefused):
        till.gateway.submit_otp(attempt, VOUCHER)


@pytest.mark.parametrize(("code", "words"), [("timeout", "timed out"), ("declined", "Declined")])
def test_a_charge_that_ends_at_once_is_refused_and_has_failed(till_of, code: str, words: str) -> None:
    till = till_of("paystack")
    till.fails("refuse", CHARGE["paystack"], code=code)
    with pytest.raises(ProviderRefused, match=words):
        till.initiated(**WALLET)
    assert till.gateway.fetch_status(charged(till)).state is ReportedState.FAILED


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", DOUBTFUL)
def test_a_charge_without_an_answer_is_unknown_and_then_asked_for(wallet_till, kind: str) -> None:
    wallet_till.fails(kind, CHARGE[wallet_till.name])
    with pytest.raises(OutcomeUnknown):
        wallet_till.initiated(**WALLET)
    assert wallet_till.gateway.fetch_status(charged(wallet_till)).state is ReportedState.PENDING


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", ["lost", "hang", "slow", "malformed", "500-after", "503-after"])
def test_a_voucher_without_an_answer_is_unknown_and_the_money_is_found(till_of, kind: str) -> None:
    till = till_of("paystack")
    attempt, _ = till.initiated(**WALLET | {"network": "telecel"})
    till.fails(kind, "POST /charge/submit_otp")
    with pytest.raises(OutcomeUnknown):
        till.gateway.submit_otp(attempt, VOUCHER)
    assert till.gateway.fetch_status(attempt).state is ReportedState.SUCCEEDED
    assert len(till.captures) == 1


def test_a_charge_that_was_begun_before_is_unknown_and_not_begun_again(till_of) -> None:
    till = till_of("paystack")
    till.initiated(**WALLET)
    with pytest.raises(OutcomeUnknown):
        till.initiated(**WALLET)


def test_a_charge_that_never_left_is_plain_trouble(till_of) -> None:
    till = till_of("paystack")
    nobody = Paystack("http://127.0.0.1:1")
    with pytest.raises(ProviderTrouble) as trouble:
        nobody.initiate(till.request(**WALLET))
    assert not isinstance(trouble.value, OutcomeUnknown)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", ["lost", "hang", "503-after"])
def test_a_page_without_an_answer_is_plain_trouble_for_nobody_can_pay_it(till, kind: str) -> None:
    till.fails(kind, "POST /", times=5)
    with pytest.raises(ProviderTrouble) as trouble:
        till.initiated()
    assert not isinstance(trouble.value, OutcomeUnknown)
