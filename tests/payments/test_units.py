"""Amounts as each provider counts them: what goes out, what comes back, what is refused before anybody is charged."""

import json

import pytest

from commerce.kit import money
from commerce.payments.providers import flutterwave_units, paypal_units, paystack_units, stripe_units
from commerce.payments.providers.model import MethodRefused, RefundState, ReportedState

# provider, currency, our minor units, as the provider writes them
CASES = [
    ("paystack", "NGN", 5_000, 5_000),
    ("paystack", "GHS", 8_999, 8_999),
    ("paystack", "XOF", 5_000, 500_000),
    ("paystack", "RWF", 1_200, 120_000),
    ("stripe", "USD", 8_999, 8_999),
    ("stripe", "JPY", 5_000, 5_000),
    ("stripe", "XOF", 5_000, 5_000),
    ("stripe", "VUV", 5_000, 5_000),
    ("stripe", "MGA", 500_000, 5_000),
    ("stripe", "UGX", 5_000, 500_000),
    ("stripe", "ISK", 5_000, 500_000),
    ("stripe", "HUF", 500_050, 500_050),
    ("stripe", "TWD", 80_045, 80_045),
    ("stripe", "KWD", 5_120, 5_120),
    ("stripe", "TND", 5_000, 5_000),
    ("flutterwave", "NGN", 500_050, "5000.50"),
    ("flutterwave", "UGX", 5_000, "5000"),
    ("flutterwave", "XAF", 5_000, "5000"),
    ("paypal", "EUR", 8_999, "89.99"),
    ("paypal", "JPY", 5_000, "5000"),
    ("paypal", "HUF", 500_000, "5000"),
    ("paypal", "TWD", 80_000, "800"),
]
# A currency that it does not take, and amounts that it cannot write.
REFUSED = [
    ("paystack", "EUR", 5_000),
    ("paystack", "JPY", 5_000),
    ("stripe", "GHS", 5_000),
    ("stripe", "IQD", 5_000),
    ("stripe", "MGA", 500_050),
    ("stripe", "BHD", 5_125),
    ("flutterwave", "JPY", 5_000),
    ("paypal", "GHS", 5_000),
    ("paypal", "HUF", 500_050),
    ("paypal", "TWD", 80_045),
]
START = {
    "paystack": "POST /transaction/initialize",
    "stripe": "POST /v1/checkout/sessions",
    "flutterwave": "POST /v3/payments",
    "paypal": "POST /v2/checkout/orders",
}


def written(name: str, published) -> object:
    """The amount in the request that started the payment."""
    [request] = published[name].sent(START[name])
    if name == "stripe":
        return int(dict(request.form)["line_items[0][price_data][unit_amount]"])
    body = json.loads(request.body)
    return body["purchase_units"][0]["amount"]["value"] if name == "paypal" else body["amount"]


@pytest.mark.parametrize(("name", "currency", "minor", "theirs"), CASES)
def test_an_amount_goes_out_in_the_providers_units_and_comes_back_in_ours(
    till_of, published, name: str, currency: str, minor: int, theirs: object
) -> None:
    till = till_of(name)
    attempt = till.paid(currency=currency, amount_minor=minor)
    assert written(name, published) == theirs
    report = till.gateway.fetch_status(attempt)
    assert (report.state, report.amount_minor, report.currency) == (ReportedState.SUCCEEDED, minor, currency)
    assert 0 < report.fee_minor < minor
    # The provider's own book agrees, which counts for itself.
    assert [(row["amount_minor"], row["currency"]) for row in till.captures] == [(minor, currency)]
    refund = till.refund(report.transaction, minor, currency=currency)
    till.gateway.refund(refund)
    assert till.gateway.fetch_refund(refund).state is RefundState.DONE
    assert [row["amount_minor"] for row in till.refunds] == [minor]


@pytest.mark.parametrize(("name", "currency", "minor"), REFUSED)
def test_what_a_provider_cannot_take_is_refused_before_it_is_asked(
    till_of, published, name: str, currency: str, minor: int
) -> None:
    with pytest.raises(MethodRefused, match=currency):
        till_of(name).initiated(currency=currency, amount_minor=minor)
    assert published[name].exchanges == []


@pytest.mark.parametrize(("name", "currency", "minor"), [("paypal", "HUF", 500_050), ("stripe", "MGA", 500_050)])
def test_a_refund_that_cannot_be_written_needs_a_person(till_of, name: str, currency: str, minor: int) -> None:
    till = till_of(name)
    transaction = till.gateway.fetch_status(till.paid(currency=currency, amount_minor=1_000_000)).transaction
    report = till.gateway.refund(till.refund(transaction, minor, currency=currency))
    assert report.state is RefundState.REFUSED
    assert currency in report.problem


def test_the_sandbox_has_tables_of_its_own_that_say_the_same() -> None:
    from local.sandbox import flutterwave_objects, paypal_objects, paystack_rules, stripe_rules

    pairs = [
        (paystack_units.UNITS, paystack_rules.CURRENCIES),
        (stripe_units.UNITS, stripe_rules.CURRENCIES),
        (flutterwave_units.UNITS, flutterwave_objects.CURRENCIES),
        (paypal_units.UNITS, paypal_objects.CURRENCIES),
    ]
    for ours, theirs in pairs:
        assert ours.currencies == set(theirs._table)
        for currency in ours.currencies:
            minor = 700 * 10 ** money.decimals(currency)
            assert ours.to_units(minor, currency) == theirs.units(minor, currency)
            assert theirs.minor(theirs.units(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("currency", "decimals", "minor", "text"),
    [
        ("USD", 2, 8_999, "89.99"),
        ("JPY", 0, 500, "500"),
        ("VUV", 0, 500, "500"),
        ("ISK", 0, 500, "500"),
        ("MGA", 2, 50_000, "500.00"),
        ("KWD", 3, 1_250, "1.250"),
        ("TND", 3, -5, "-0.005"),
    ],
)
def test_our_own_units_are_those_of_iso_4217(currency: str, decimals: int, minor: int, text: str) -> None:
    assert money.decimals(currency) == decimals
    assert money.text(minor, currency) == text
    if minor > 0:
        assert money.parse(text, currency) == minor
        with pytest.raises(ValueError, match="decimal places"):
            money.parse(f"1.{'0' * decimals}1", currency)


def test_what_comes_back_is_cut_and_a_fee_is_rounded() -> None:
    units = paystack_units.UNITS
    assert (units.from_units(505_050, "XOF"), units.fee_from_units(9_750, "XOF")) == (5_050, 98)
    assert (units.from_units(512, "KWD"), flutterwave_units.UNITS.from_major(89.99, "USD")) == (512, 8_999)
    with pytest.raises(ArithmeticError):
        units.from_units("much", "NGN")
