"""docs/providers.md says what the sandbox knows, and names every currency and webhook that the gateways do."""

from pathlib import Path

from commerce.payments.providers import flutterwave_units, paystack_units
from local.sandbox import knowledge
from payments.samples import flutterwave, paypal, paystack, stripe

TEXT = (Path(__file__).parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
WORDS = " ".join(TEXT.split())


def test_the_table_of_what_the_sandbox_knows_is_in_it() -> None:
    for row in knowledge.ROWS:
        line = f"| {row.subject} | {'yes' if row.is_imitated else 'no'} | {row.words} |"
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
