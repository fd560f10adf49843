"""The samples of the providers' documentation, through the gateways: each means what its provider says it means."""

import dataclasses
import json
from enum import Enum
from typing import Any

import pytest

from commerce.kit import clock
from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider, Refund, RefundStatus
from commerce.payments.providers import model
from payments.conftest import CLASSES
from payments.samples import REFERENCE, REFUND_ID, Sample, flutterwave, paypal, paystack, stripe
from support.scripted import scripted

SAMPLES = [*paystack.SAMPLES, *flutterwave.SAMPLES, *paypal.SAMPLES, *stripe.SAMPLES]
PROVIDER_REFERENCES = {"paypal": paypal.NAME, "stripe": stripe.SESSION["id"]}
WALLET = {"phone": "0241234567", "network": "mtn", "currency": "GHS"}


def asked(sample: Sample, gateway: Any, sandbox) -> Any:
    """What the gateway makes of the sample. Raises what it raises."""
    match sample.ask:
        case "status":
            return gateway.fetch_status(attempt(sample))
        case "charge":
            return gateway.initiate(
                model.PaymentRequest(
                    REFERENCE, 7, 45_000, email="e@example.com", method=Method.MOBILE_MONEY, return_url="", **WALLET
                )
            )
        case "refund":
            return gateway.refund(refund(sample))
        case "fetch_refund":
            return gateway.fetch_refund(refund(sample))
        case "dispute":
            return gateway.fetch_dispute("358951")
        case "webhook":
            body = json.dumps(sample.event).encode()
            return gateway.verify_webhook(sandbox.sandbox.sign(sample.provider, body), body)
    raise AssertionError(sample.ask)


def attempt(sample: Sample) -> Attempt:
    return Attempt(
        REFERENCE,
        Provider(sample.provider),
        Method.CARD,
        45_000,
        "GHS",
        AttemptStatus.PENDING,
        clock.now_ms(),
        provider_reference=PROVIDER_REFERENCES.get(sample.provider, REFERENCE),
    )


def refund(sample: Sample) -> Refund:
    return Refund(
        id=REFUND_ID,
        reference=REFERENCE,
        provider=Provider(sample.provider),
        transaction="4711",
        amount_minor=1_000,
        currency="USD",
        status=RefundStatus.REQUESTED,
        reason="returned",
        created_at=0,
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_a_documented_sample_means_what_it_says(sample: Sample, sandbox) -> None:
    with scripted(sample.answers) as url:
        gateway = CLASSES[sample.provider](url)
        if isinstance(sample.means, str):
            with pytest.raises(getattr(model, sample.means)) as error:
                asked(sample, gateway, sandbox)
            assert type(error.value).__name__ == sample.means
            return
        found = dataclasses.asdict(asked(sample, gateway, sandbox))
    plain = {name: value.value if isinstance(value, Enum) else value for name, value in found.items()}
    assert {name: plain[name] for name in sample.means} == sample.means
    if sample.means.get("state") == "refused":
        assert plain["problem"]


def test_there_are_enough_of_each_and_no_two_are_called_alike() -> None:
    titles = [sample.title for sample in SAMPLES]
    assert len(titles) == len(set(titles))
    assert len(SAMPLES) >= 60
    for name in CLASSES:
        of_provider = [sample for sample in SAMPLES if sample.provider == name]
        assert len(of_provider) >= 20
        assert {"status", "refund", "webhook"} <= {sample.ask for sample in of_provider}
