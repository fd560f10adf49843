"""Payments under repeated, shuffled and troubled webhooks, lost ones, and buyers who go away.

The load is a tenth of the full one unless FULL=1 (`make races`).
"""

import json
import os
import random
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace

import boto3
import pytest
import time_machine

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit import clock, settings
from commerce.kit.attributes import item_from_wire
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders.model import OrderTerms, Placed, ShippingDetails
from commerce.orders.outbox import order_events
from commerce.orders.payment import AttemptStatus, Method, Provider, Refund
from commerce.orders.service import orders
from commerce.orders.status import PaymentStatus, Status
from commerce.payments.providers.model import ProviderReport, RefundReport, RefundState, ReportedState
from commerce.payments.service import payments
from commerce.realtime.recipients import addressed
from commerce.realtime.service import realtime
from support.builders import a_product, available
from support.concurrency import at_once
from support.fake_provider import FakeProvider
from support.faults import chaos
from support.invariants import assert_books_hold
from support.reconciling import later, visit_due

pytestmark = pytest.mark.usefixtures("dynamodb")

SCALE = 1 if os.environ.get("FULL") == "1" else 10
PAYMENTS = 1000 // SCALE
ABANDONED = 200 // SCALE
SEED = 20261121
FIRST_BUYER = 20_001


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


def prepare(buyer_and_product: tuple[int, int]) -> tuple[int, str, int]:
    """(order id, reference, total) of an order with an open payment."""
    buyer, product_id = buyer_and_product
    principal = Principal(buyer)
    FakeProvider().install()
    carts().add(Owner.account(buyer), product_id, 1)
    terms = OrderTerms(hold_minutes=24 * 60)
    order = orders().place(principal, "parts", ShippingDetails({"text": "x"}, "+1234567890"), terms).value
    attempt = payments().initiation.start(
        principal, order.id, provider=Provider.PAYSTACK, method=Method.CARD, email="b@example.com", return_url="u"
    )
    return order.id, attempt.reference, order.total_minor


def prepared(count: int, product) -> list[tuple[int, str, int]]:
    return at_once(prepare, [(buyer, product.id) for buyer in range(FIRST_BUYER, FIRST_BUYER + count)])


def pay_all(paystack: FakeProvider, open_payments: list[tuple[int, str, int]]) -> None:
    for _, reference, total in open_payments:
        paystack.captures[reference] = ProviderReport(
            ReportedState.SUCCEEDED, total, "USD", f"T-{reference}", total // 100
        )


def deliver(argument: tuple[int, str, bool]) -> bool:
    """Whether the worker took the message; False when it comes again."""
    from workers.settlement.app import handler

    order_id, reference, is_troubled = argument
    body = json.dumps({"order_id": order_id, "reference": reference})
    with chaos(SEED) if is_troubled else nullcontext():
        return handler({"Records": [{"messageId": "1", "body": body}]}, None) == {"batchItemFailures": []}


def test_every_payment_is_applied_once_and_its_buyer_told_once(paystack: FakeProvider) -> None:
    product = a_product(stock=PAYMENTS, price_minor=10_000)
    open_payments = prepared(PAYMENTS, product)
    pay_all(paystack, open_payments)
    draw = random.Random(SEED)
    deliveries = [(*payment[:2], True) for payment in open_payments for _ in range(draw.randint(1, 5))]
    draw.shuffle(deliveries)

    waiting, rounds = deliveries, 0
    while waiting and rounds < 30:
        taken = at_once(deliver, waiting)
        waiting = [delivery for delivery, is_taken in zip(waiting, taken, strict=True) if not is_taken]
        rounds += 1

    assert waiting == []
    settled = [orders().by_id(order_id) for order_id, _, _ in open_payments]
    assert {(order.payment_status, order.status) for order in settled} == {(PaymentStatus.PAID, Status.CONFIRMED)}
    assert {order.captured_minor for order in settled} == {10_000}
    assert_books_hold(paystack)
    assert available(product) == 0
    assert told(order_status_changes()) == dict.fromkeys(range(FIRST_BUYER, FIRST_BUYER + PAYMENTS), 1)


def order_status_changes() -> list:
    """Every event that the Orders table's stream holds, each twice and shuffled, as a bus may deliver them."""
    client = boto3.client("dynamodbstreams", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
    arn = boto3.client("dynamodb").describe_table(TableName="Orders")["Table"]["LatestStreamArn"]
    events = []
    for shard in client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]
        while iterator:
            page = client.get_records(ShardIterator=iterator)
            if not page["Records"]:
                break
            for record in page["Records"]:
                before, after = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
                images = (image and item_from_wire(image) for image in (before, after))
                for event in order_events(*images, lambda _: Placed()):
                    if event.name == "OrderStatusChanged":
                        events += [event, event]
            iterator = page.get("NextShardIterator")
    random.Random(SEED).shuffle(events)
    return events


def publish(event) -> bool:
    """Whether the worker took the event; False when it was too busy with a seller's log and the queue repeats it."""
    return not realtime().publish([addressed(event)])


def told(events: list) -> dict[int, int]:
    """How many events each buyer's own log holds after all of them were published by many workers."""
    waiting = events
    while waiting:
        taken = at_once(publish, waiting)
        waiting = [event for event, is_taken in zip(waiting, taken, strict=True) if not is_taken]
    found = {}
    for buyer in sorted({event.payload["buyer_id"] for event in events}):
        entries = realtime().history(buyer, limit=100)
        found[buyer] = len(entries)
    return found


def naive_deliver(argument: tuple[int, str, int]) -> None:
    """A worker that looks whether the payment was applied, and then applies it."""
    order_id, _, total = argument
    table = Table(settings.text("ORDERS_TABLE"))
    [attempt] = orders().by_id(order_id).attempts
    if attempt.is_open:
        time.sleep(0.05)  # It asks its provider here, as long as such a call takes.
        table.write(table.update("NAIVE", str(order_id), "ADD #credit :total", values={"total": total}))
        done = replace(attempt, status=AttemptStatus.SUCCEEDED)
        orders().change(order_id, lambda order: order.with_attempt(done, clock.now_ms()))


def test_control_the_naive_worker_applies_some_twice(paystack: FakeProvider) -> None:
    open_payments = prepared(40, a_product(stock=100, price_minor=10_000))
    # Copies of one webhook arrive together, as PayPal has been seen to send them.
    at_once(naive_deliver, [payment for payment in open_payments for _ in range(5)])
    table = Table(settings.text("ORDERS_TABLE"))
    credits = [table.get("NAIVE", str(order_id)) for order_id, _, _ in open_payments]
    assert any(credit is not None and credit["credit"] > 10_000 for credit in credits)


def test_with_all_webhooks_dropped_the_reconciler_settles_every_payment(paystack: FakeProvider) -> None:
    product = a_product(stock=PAYMENTS, price_minor=10_000)
    open_payments = prepared(PAYMENTS, product)
    pay_all(paystack, open_payments)
    with later(seconds=150):
        assert visit_due(PAYMENTS) == 0  # They are new: their first visit finds them paid.
    settled = Counter(orders().by_id(order_id).payment_status for order_id, _, _ in open_payments)
    assert settled == {PaymentStatus.PAID: PAYMENTS}
    assert_books_hold(paystack)


def test_abandoned_orders_return_their_stock_to_the_piece(paystack: FakeProvider) -> None:
    product = a_product(stock=ABANDONED, price_minor=10_000)
    abandoned = prepared(ABANDONED, product)
    assert available(product) == 0
    with later(minutes=31):
        visit_due(ABANDONED)
    assert available(product) == ABANDONED
    assert {orders().by_id(order_id).status for order_id, _, _ in abandoned} == {Status.CANCELLED}
    assert_books_hold(paystack)


def settle_or_expire(argument: tuple[int, str, bool]) -> None:
    order_id, reference, is_webhook = argument
    if is_webhook:
        payments().settlement.settle(order_id, reference)
    else:
        with later(minutes=31):
            payments().settlement.expire(order_id)


def test_payment_and_expiry_at_the_same_moment_leave_no_limbo(paystack: FakeProvider) -> None:
    """Whoever wins: the buyer has paid pieces, or their money back and the pieces on the shelf."""
    count = 60
    product = a_product(stock=count, price_minor=10_000)
    open_payments = prepared(count, product)
    pay_all(paystack, open_payments)
    at_once(settle_or_expire, [(*payment[:2], is_webhook) for payment in open_payments for is_webhook in (True, False)])
    states = [orders().by_id(order_id) for order_id, _, _ in open_payments]
    paid = sum(order.payment_status is PaymentStatus.PAID for order in states)
    assert available(product) == count - paid
    visit_due(count)
    assert len(paystack.refunds) == count - paid
    assert_books_hold(paystack)


def refund(order_id: int) -> bool:
    from commerce.payments.model import RefundRefused

    FakeProvider().install()
    try:
        payments().refunds.refund(Principal(1, is_staff=True), order_id, 6_000, "twice")
    except RefundRefused:
        return False
    return True


def test_parallel_refunds_never_exceed_what_was_captured(paystack: FakeProvider) -> None:
    [(order_id, reference, total)] = prepared(1, a_product(stock=1, price_minor=10_000))
    pay_all(paystack, [(order_id, reference, total)])
    payments().settlement.settle(order_id, reference)
    assert sum(at_once(refund, [order_id] * 20)) == 1
    order = orders().by_id(order_id)
    assert (order.promised_minor, order.refunded_minor) == (6_000, 6_000)


class CountingProvider(FakeProvider):
    """A provider without idempotency keys, whose book every process writes."""

    def refund(self, refund: Refund) -> RefundReport:
        table = Table(settings.text("ORDERS_TABLE"))
        table.write(table.update("BOOK", refund.id, "ADD #times :one", values={"one": 1}))
        time.sleep(0.05)
        return RefundReport(RefundState.DONE)


def give_back(argument: tuple[int, str]) -> str:
    CountingProvider().install()
    return payments().refunds.execute(*argument).status


def test_one_refund_that_many_carry_out_is_paid_once(paystack: FakeProvider) -> None:
    [(order_id, reference, total)] = prepared(1, a_product(stock=1, price_minor=10_000))
    pay_all(paystack, [(order_id, reference, total)])
    payments().settlement.settle(order_id, reference)
    paystack.troubles = 1
    with time_machine.travel(clock.now() - 120):
        waiting = payments().refunds.refund(Principal(1, is_staff=True), order_id, None, "broken")
    at_once(give_back, [(order_id, waiting.id)] * 40)
    book = Table(settings.text("ORDERS_TABLE")).get("BOOK", waiting.id)
    assert book is not None and book["times"] == 1
    assert orders().by_id(order_id).payment_status is PaymentStatus.REFUNDED
