"""How a buyer may pay, and what the provider is told of them."""

import pytest

from commerce.kit.errors import InvalidInput
from commerce.orders.payment import Method, Provider
from commerce.payments.model import PaymentChoice, payment_choice
from commerce.payments.service import payments
from support.builders import a_person, a_product, an_order
from support.fake_provider import FakeProvider


@pytest.mark.parametrize(
    ("provider", "method", "chosen"),
    [
        (None, None, (Provider.PAYSTACK, Method.CARD)),
        (None, Method.CARD, (Provider.PAYSTACK, Method.CARD)),
        (None, Method.BANK_TRANSFER, (Provider.BANK, Method.BANK_TRANSFER)),
        (None, Method.PAYPAL, (Provider.PAYPAL, Method.PAYPAL)),
        (Provider.STRIPE, None, (Provider.STRIPE, Method.CARD)),
        (Provider.BANK, None, (Provider.BANK, Method.BANK_TRANSFER)),
        (Provider.FLUTTERWAVE, Method.CARD, (Provider.FLUTTERWAVE, Method.CARD)),
    ],
)
def test_what_is_left_out_goes_with_what_is_named(
    provider: Provider | None, method: Method | None, chosen: tuple[Provider, Method]
) -> None:
    assert payment_choice(provider, method) == PaymentChoice(*chosen)


@pytest.mark.parametrize(
    ("provider", "method"),
    [(Provider.STRIPE, Method.MOBILE_MONEY), (Provider.BANK, Method.CARD), (Provider.OFFLINE, None)],
)
def test_pairs_that_nobody_offers(provider: Provider, method: Method | None) -> None:
    with pytest.raises(InvalidInput) as refusal:
        payment_choice(provider, method, "0241234567", "mtn")
    assert list(refusal.value.fields) == ["provider"]


def test_mobile_money_wants_a_phone_and_a_network() -> None:
    chosen = payment_choice(Provider.PAYSTACK, Method.MOBILE_MONEY, " 024 123 4567 ", "MTN")
    assert (chosen.phone, chosen.network) == ("024 123 4567", "mtn")
    for phone, network, field in (("", "mtn", "phone"), ("call me", "mtn", "phone"), ("0241234567", "x", "network")):
        with pytest.raises(InvalidInput) as refusal:
            payment_choice(None, Method.MOBILE_MONEY, phone, network)
        assert list(refusal.value.fields) == [field]


@pytest.mark.usefixtures("aws")
def test_the_provider_is_told_the_email_of_the_payer() -> None:
    paystack, buyer, product = FakeProvider().install(), a_person(), a_product()
    first, second = an_order(buyer, (product, 1)), an_order(buyer, (product, 1))
    own = payments().initiation.start(buyer.principal, first.id, return_url="u")
    other = payments().initiation.start(buyer.principal, second.id, return_url="u", email="else@example.com")
    assert paystack.requests[own.reference].email == buyer.user.email
    assert paystack.requests[other.reference].email == "else@example.com"
