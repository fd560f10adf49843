"""Webhooks of payment providers: what is queued, what is refused, and that nothing is believed."""

import json
from dataclasses import replace
from types import SimpleNamespace

import boto3
import pytest

from commerce.orders.model import Order
from commerce.orders.payment import Method, Provider
from commerce.orders.service import orders
from commerce.payments.model import order_of
from commerce.payments.providers.model import Notice
from commerce.payments.service import payments
from support.builders import a_person, a_product, an_order
from support.client import Answer, Client
from support.fake_provider import FakeProvider

pytestmark = pytest.mark.usefixtures("aws")

hooks = Client("omnisell")
GENUINE = {"x-paystack-signature": "genuine"}
REFUSED = {"error": "Invalid signature.", "details": {"code": "signature_refused"}}


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


def an_attempt():
    buyer = a_person()
    order = an_order(buyer, (a_product(), 1))
    return payments().initiation.start(
        buyer.principal, order.id, provider=Provider.PAYSTACK, method=Method.CARD, email="b@example.com", return_url="u"
    )


def queued() -> list[dict]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="settlement")["QueueUrl"]
    return [
        json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]


def order_of_attempt(attempt) -> Order:
    return orders().by_id(order_of(attempt.reference))


@pytest.mark.covers("omnisell", "POST", "/api/webhooks/payment/")
@pytest.mark.parametrize("path", ["/api/webhooks/payment/", "/api/webhooks/payment/paystack/"])
def test_a_genuine_webhook_is_kept_and_queued_and_changes_nothing_itself(paystack: FakeProvider, path: str) -> None:
    attempt = an_attempt()
    paystack.pay(attempt.reference)
    answer = hooks.post(path, body=attempt.reference, headers=GENUINE)
    assert (answer.status, answer.body) == (200, {"received": True})
    [message] = queued()
    order = order_of_attempt(attempt)
    assert message == {
        "order_id": order.id,
        "reference": attempt.reference,
        "subject": "payment",
        "subject_id": "",
        "notice": {
            "provider": "paystack",
            "event_id": f"event-{attempt.reference}",
            "kind": "charge.success",
            "reference": attempt.reference,
            "received_at": message["notice"]["received_at"],
        },
    }
    assert (order.notices, order.journal, order.version) == ((), (), 3)


def test_the_worker_keeps_the_webhook_with_the_payment_and_a_repeated_one_not_again(paystack: FakeProvider) -> None:
    from workers.settlement.app import handler

    attempt = an_attempt()
    paystack.pay(attempt.reference)
    for _ in range(3):
        hooks.post("/api/webhooks/payment/", body=attempt.reference, headers=GENUINE)
    records = [{"messageId": "1", "body": json.dumps(message)} for message in queued()]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    order = order_of_attempt(attempt)
    assert [(notice["provider"], notice["kind"]) for notice in order.notices] == [("paystack", "charge.success")]
    assert order.version == 4


def test_the_worker_settles_what_was_queued_once(paystack: FakeProvider) -> None:
    from workers.settlement.app import handler

    attempt = an_attempt()
    paystack.pay(attempt.reference)
    body = json.dumps({"order_id": order_of(attempt.reference), "reference": attempt.reference})
    unknown = json.dumps({"order_id": 1, "reference": "ORD_1_abcdef0123"})
    event = {
        "Records": [
            {"messageId": "1", "body": body},
            {"messageId": "2", "body": unknown},
            {"messageId": "3", "body": "{"},
            {"messageId": "4", "body": body},
        ]
    }
    assert handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "3"}]}
    assert len(order_of_attempt(attempt).journal) == 1


def test_trouble_at_the_provider_brings_the_message_back(paystack: FakeProvider) -> None:
    from workers.settlement.app import handler

    attempt = an_attempt()
    paystack.pay(attempt.reference)
    paystack.troubles = 1
    record = {
        "messageId": "1",
        "body": json.dumps({"order_id": order_of(attempt.reference), "reference": attempt.reference}),
    }
    assert handler({"Records": [record]}, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert handler({"Records": [record]}, None) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/webhooks/payment/", {}),
        ("/api/webhooks/payment/", {"x-paystack-signature": "forged"}),
        ("/api/webhooks/payment/", {"x-paystack-signature": ""}),
        ("/api/webhooks/payment/", GENUINE | {"stripe-signature": "t=1,v1=x"}),
        ("/api/webhooks/payment/", {"x-unknown-signature": "genuine"}),
        ("/api/webhooks/payment/stripe/", GENUINE),
        ("/api/webhooks/payment/paystack/", {"verif-hash": "genuine"}),
    ],
)
def test_what_is_not_signed_by_its_provider_is_refused(paystack: FakeProvider, path: str, headers: dict) -> None:
    attempt = an_attempt()
    answer = hooks.post(path, body=attempt.reference, headers=headers)
    assert (answer.status, answer.body) == (400, REFUSED)
    assert queued() == []
    assert order_of_attempt(attempt).notices == ()


def test_an_unknown_provider_and_a_huge_body() -> None:
    answer = hooks.post("/api/webhooks/payment/bitcoin/", body="x", headers=GENUINE)
    assert (answer.status, answer.body["error"]) == (404, "Provider not found.")
    assert hooks.post("/api/webhooks/payment/", body="x" * 300_000, headers=GENUINE).status == 413


def test_a_genuine_webhook_about_something_else_is_accepted_and_forgotten(paystack: FakeProvider) -> None:
    answer = hooks.post("/api/webhooks/payment/", body="SUBSCRIPTION_1", headers=GENUINE)
    assert answer.status == 200
    assert queued() == []


def test_the_provider_sends_again_what_could_not_be_queued(paystack: FakeProvider) -> None:
    attempt = an_attempt()
    sqs = boto3.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="settlement")["QueueUrl"])
    answer = hooks.post("/api/webhooks/payment/", body=attempt.reference, headers=GENUINE)
    assert (answer.status, answer.code) == (500, "internal_error")


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "ORD_{id}_" + "é" * 900},
        {"reference": "ORD_{id}_" + "a" * 200_000},
        {"reference": "ORD_{id}_\ud800"},
        {"reference": "ORD_{id}_ABCDEF0123"},
        {"reference": "ORD_{id}_0123456789\n"},
    ],
)
def test_a_signed_reference_that_is_not_exactly_ours_is_accepted_and_forgotten(
    change: dict[str, str], paystack: FakeProvider
) -> None:
    attempt = an_attempt()
    reference = change["reference"].replace("{id}", str(order_of(attempt.reference)))
    assert deliver_notice(Notice(Provider.PAYSTACK, "event-1", "charge.success", reference)).status == 200
    assert queued() == []
    assert order_of_attempt(attempt).notices == ()


@pytest.mark.parametrize("text", ["x" * 256, "é" * 128, "\ud800", "x" * 200_000])
@pytest.mark.parametrize("field", ["event_id", "kind"])
def test_a_signed_event_whose_names_cannot_be_kept_is_no_event(field: str, text: str, paystack: FakeProvider) -> None:
    attempt = an_attempt()
    notice = replace(Notice(Provider.PAYSTACK, "event-1", "charge.success", attempt.reference), **{field: text})
    answer = deliver_notice(notice)
    assert (answer.status, answer.body) == (400, REFUSED)
    assert queued() == []


def deliver_notice(notice: Notice) -> Answer:
    """A webhook whose provider's signature is right and that says this."""
    from omnisell.webhooks import app

    with pytest.MonkeyPatch.context() as patch:
        gateway = SimpleNamespace(verify_webhook=lambda headers, body: notice)
        patch.setattr(app._webhooks, "_gateway_of", lambda provider: gateway)
        return hooks.post("/api/webhooks/payment/", body="{}", headers=GENUINE)
