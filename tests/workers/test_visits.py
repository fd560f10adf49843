"""The reconciler and its visits: nobody waits behind another's provider, and time that runs out loses nothing."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from commerce.kit.principal import Principal
from commerce.orders.model import OrderTerms, ShippingDetails
from commerce.orders.payment import Method, Provider
from commerce.orders.service import orders
from commerce.payments.providers import registry
from commerce.payments.providers.circuit_breaker import FAILURES, CircuitBreaker
from commerce.payments.service import payments
from support.builders import a_product
from support.fake_provider import FakeProvider
from support.reconciling import later

pytestmark = pytest.mark.usefixtures("aws")

TROUBLED = 30


def waiting(product: Any, buyer: int, provider: Provider) -> str:
    """The reference of an open payment of a new order."""
    from commerce.carts.model import Owner
    from commerce.carts.service import carts

    caller = Principal(buyer)
    carts().add(Owner.account(buyer), product.id, 1)
    shipping = ShippingDetails({"text": "x"}, "+1234567")
    order = orders().place(caller, "parts", shipping, OrderTerms(hold_minutes=1440)).value
    started = payments().initiation.start(
        caller, order.id, provider=provider, method=Method.CARD, email="b@example.com", return_url="u"
    )
    return started.reference


def reconcile() -> list[dict[str, Any]]:
    """The records that one round of the reconciler leaves for the visits."""
    from workers.reconciler.app import handler

    handler({}, None)
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="visits")["QueueUrl"]
    records: list[dict[str, Any]] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            records.append({"messageId": message["MessageId"], "body": message["Body"]})
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return records


def visit(records: list[dict[str, Any]], context: Any = None) -> list[str]:
    from workers.visits.app import handler

    return [one["itemIdentifier"] for one in handler({"Records": records}, context)["batchItemFailures"]]


def test_a_provider_that_does_not_answer_delays_nobody_else() -> None:
    product = a_product(stock=100)
    silent, healthy = FakeProvider().install(), FakeProvider(Provider.STRIPE).install()
    for buyer in range(TROUBLED):
        waiting(product, 40_000 + buyer, Provider.PAYSTACK)
    reference = waiting(product, 50_000, Provider.STRIPE)
    healthy.pay(reference)
    silent.troubles = 10_000
    registry._made[Provider.PAYSTACK] = CircuitBreaker(Provider.PAYSTACK, silent)
    with later(minutes=3):
        records = reconcile()
        assert len(records) == TROUBLED + 1
        assert visit(records) == []
        paid = [one for one in records if orders().by_id(json.loads(one["body"])["order_id"]).is_paid]
        assert (len(paid), silent.asked) == (1, FAILURES)
        # What was not answered is due again, later.
        assert reconcile() == []
    with later(minutes=8):
        assert len(reconcile()) == TROUBLED


def test_what_is_not_begun_in_time_is_handed_back() -> None:
    product = a_product(stock=100)
    provider = FakeProvider().install()
    for buyer in range(5):
        provider.pay(waiting(product, 40_000 + buyer, Provider.PAYSTACK))
    with later(minutes=3):
        records = reconcile()
        nearly_over = SimpleNamespace(get_remaining_time_in_millis=lambda: 15_000)
        handed_back = visit(records, nearly_over)
        assert handed_back == [record["messageId"] for record in records[1:]]
        assert visit([record for record in records if record["messageId"] in handed_back]) == []
    paid = [orders().by_id(json.loads(record["body"])["order_id"]).is_paid for record in records]
    assert paid == [True] * 5


def test_an_order_is_visited_first_two_minutes_after_it_was_placed_and_then_when_something_is_due() -> None:
    product = a_product(stock=100)
    FakeProvider().install()
    waiting(product, 40_000, Provider.PAYSTACK)
    with later(minutes=1):
        assert reconcile() == []
    with later(seconds=150):
        [record] = reconcile()
        assert visit([record]) == []
        assert reconcile() == []


def test_an_order_that_is_gone_and_nonsense() -> None:
    records = [{"messageId": "1", "body": '{"order_id": 1}'}, {"messageId": "2", "body": "{"}]
    assert visit(records) == ["2"]


def test_a_round_tells_how_long_the_oldest_has_been_due(capsys: pytest.CaptureFixture[str]) -> None:
    from workers.reconciler.app import handler

    FakeProvider().install()
    waiting(a_product(), 40_000, Provider.PAYSTACK)
    with later(minutes=3):
        visit(reconcile())
    with later(minutes=63):
        capsys.readouterr()
        found = handler({}, None)
    line = json.loads(capsys.readouterr().out)
    assert line["oldest_due_seconds"] == found["oldest_due_seconds"] > 50 * 60
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert {"Name": "oldest_due_seconds", "Unit": "None"} in directive["Metrics"]
