"""docs/providers.md lists what the sandbox simulates, and names every currency and webhook that the gateways do."""

from pathlib import Path

from commerce.payments.providers import flutterwave_units, paystack_units
from local.sandbox import features
from payments.samples import flutterwave, paypal, paystack, stripe

TEXT = (Path(__file__).parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
WORDS = " ".join(TEXT.split())


def test_the_table_of_the_sandboxs_features_is_in_it() -> None:
    for feature in features.FEATURES:
        line = f"| {feature.name} | {'yes' if feature.is_simulated else 'no'} | {feature.notes} |"
        assert line in TEXT


def test_currencies_are_named() -> None:
    for units in (paystack_units.UNITS, flutterwave_units.UNITS):
        for currency in units.currencies:
            assert currency in WORDS


def test_every_webhook_of_the_samples_is_one_to_subscribe_to() -> None:
    for module in (paystack, flutterwave, paypal, stripe):
        for sample in module.SAMPLES:
            if sample.ask == "webhook" and sample.name not in ("refund.created",):
                assert sample.name.partition(",")[0] in WORDS, sample.title
