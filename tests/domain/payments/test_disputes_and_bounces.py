"""What providers tell after the money had moved: refunds that fail after all, disputes, transfers."""

import pytest

from commerce.kit.errors import NotFound
from commerce.orders.payment import DisputeStatus, Method, Provider, RefundStatus
from commerce.orders.service import orders
from commerce.orders.status import PaymentStatus
from commerce.payments.providers.model import DisputeReport, DisputeState
from commerce.payments.service import payments
from support.builders import a_person, a_product, an_order
from support.fake_provider import FakeProvider
from support.invariants import assert_books_hold

pytestmark = pytest.mark.usefixtures("aws")

NOTICE = {"provider": "paystack", "event_id": "e1", "kind": "k", "reference": "r", "received_at": 1}


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


def paid(paystack: FakeProvider):
    buyer = a_person()
    order = an_order(buyer, (a_product(price_minor=10_000), 1))
    attempt = payments().initiation.start(
        buyer.principal, order.id, provider=Provider.PAYSTACK, method=Method.CARD, email="b@example.com", return_url="u"
    )
    paystack.pay(attempt.reference)
    payments().settlement.settle(order.id, attempt.reference)
    return order, attempt.reference


def told(subject: str, order, reference: str, subject_id: str = "") -> None:
    payments().process_webhook(
        {"order_id": order.id, "reference": reference, "subject": subject, "subject_id": subject_id, "notice": NOTICE}
    )


def account(order, name: str) -> int:
    return sum(entry.postings.get(name, 0) for entry in orders().by_id(order.id).journal)


def a_refund(order, amount: int | None = None):
    return payments().refunds.refund(a_person(is_staff=True).principal, order.id, amount, "broken")


def test_a_slow_refund_is_concluded_by_its_webhook(paystack: FakeProvider) -> None:
    order, reference = paid(paystack)
    paystack.slow_refunds = 1
    refund = a_refund(order)
    assert refund.status is RefundStatus.REQUESTED
    paystack.refunds[refund.id] = refund.amount_minor
    for _ in range(3):
        told("refund", order, reference, refund.id)
    now = orders().by_id(order.id)
    assert (now.payment_status, len(now.journal)) == (PaymentStatus.REFUNDED, 2)
    assert_books_hold(paystack)


@pytest.mark.parametrize("names_it", [True, False])
def test_a_refund_that_fails_after_it_was_done_is_owed_again(paystack: FakeProvider, names_it: bool) -> None:
    order, reference = paid(paystack)
    refund = a_refund(order, 4_000)
    assert orders().by_id(order.id).refunded_minor == 4_000
    paystack.bounced.add(refund.id)
    for _ in range(3):
        told("refund", order, reference, refund.id if names_it else "")
    now = orders().by_id(order.id)
    [waiting] = now.refunds_refused
    assert (waiting.problem, now.refunded_minor, now.promised_minor) == ("the bank sent it back", 0, 4_000)
    assert [entry.kind for entry in now.journal] == ["capture", "refund", "refund_returned"]
    del paystack.refunds[refund.id]
    paystack.bounced.clear()
    staff = a_person(is_staff=True).principal
    assert payments().refunds.retry(staff, order.id, refund.id, by_hand=False).status is RefundStatus.DONE
    assert paystack.refunds == {f"{refund.id}_2": 4_000}
    assert orders().by_id(order.id).refunded_minor == 4_000
    assert_books_hold(paystack)


@pytest.mark.parametrize(("end", "lost", "held"), [(DisputeState.LOST, 10_000, -11_600), (DisputeState.WON, 0, -1_600)])
def test_a_dispute_is_a_state_an_entry_and_work_for_a_person(
    paystack: FakeProvider, end: DisputeState, lost: int, held: int
) -> None:
    order, reference = paid(paystack)
    paystack.disputes["D1"] = DisputeReport("D1", reference, 10_000, "USD", DisputeState.OPEN, "fraudulent", 1_500)
    for _ in range(3):
        told("dispute", order, "", "D1")
    [dispute] = orders().by_id(order.id).disputes_open
    assert (dispute.amount_minor, dispute.fee_minor, dispute.reason) == (10_000, 1_500, "fraudulent")
    assert [one.id for one in orders().needing_attention(None, 10)] == [order.id]
    assert (account(order, "disputed"), account(order, "provider:paystack")) == (10_000, 9_900 - 11_500)
    paystack.disputes["D1"] = DisputeReport("D1", reference, 10_000, "USD", end, "fraudulent", 1_500)
    for _ in range(3):
        told("dispute", order, reference, "D1")
    now = orders().by_id(order.id)
    assert ([one.status for one in now.disputes], orders().needing_attention(None, 10)) == ([DisputeStatus(end)], [])
    assert (account(order, "disputed"), account(order, "disputes_lost"), account(order, "fees")) == (0, lost, 1_600)
    assert account(order, "provider:paystack") == 10_000 - 1_600 - lost
    assert held == account(order, "provider:paystack") - 10_000


def test_a_dispute_of_a_payment_that_is_not_ours(paystack: FakeProvider) -> None:
    paystack.disputes["D1"] = DisputeReport("D1", "SUBSCRIPTION_1", 10_000, "USD", DisputeState.OPEN)
    with pytest.raises(NotFound):
        payments().disputes.fetch_status(Provider.PAYSTACK, "D1", "")


def test_webhooks_of_transfers_are_kept(paystack: FakeProvider) -> None:
    from commerce.kit import settings
    from commerce.kit.tables import Table

    for _ in range(2):
        payments().process_webhook(
            {"order_id": None, "reference": "", "subject": "transfer", "subject_id": "T1", "notice": NOTICE}
        )
    [kept] = Table(settings.text("ORDERS_TABLE")).query("TRANSFER#T1").items
    assert (kept["provider"], kept["kind"]) == ("paystack", "k")
