"""What becomes of money: once, late, twice, wrong, and back."""

import pytest

from commerce.kit import clock
from commerce.kit.errors import Forbidden
from commerce.orders.payment import AttemptStatus, Method, Provider, RefundStatus
from commerce.orders.service import orders
from commerce.orders.status import PaymentStatus, Status
from commerce.payments.model import CHECK_MINUTES, RefundRefused, order_of
from commerce.payments.service import payments
from support.builders import a_person, a_product, an_order, available
from support.fake_provider import FakeProvider
from support.invariants import assert_books_hold
from support.reconciling import later, visit_due

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


def start(order, buyer):
    return payments().initiation.start(
        buyer.principal, order.id, provider=Provider.PAYSTACK, method=Method.CARD, email="b@example.com", return_url="u"
    )


def scene(price_minor: int = 10_000, quantity: int = 2):
    buyer, product = a_person(), a_product(price_minor=price_minor)
    order = an_order(buyer, (product, quantity))
    return buyer, product, order, start(order, buyer)


def settle(attempt):
    return payments().settlement.settle(order_of(attempt.reference), attempt.reference)


def now(order):
    return orders().by_id(order.id)


def journal(order) -> list[tuple[str, dict[str, int]]]:
    return [(entry.kind, dict(entry.postings)) for entry in now(order).journal]


def test_a_payment_is_applied_once_however_often_it_is_reported(paystack: FakeProvider) -> None:
    _, product, order, attempt = scene()
    paystack.pay(attempt.reference)
    for _ in range(5):
        assert settle(attempt).status is AttemptStatus.SUCCEEDED
    paid = now(order)
    assert (paid.payment_status, paid.status, paid.captured_minor) == (PaymentStatus.PAID, Status.CONFIRMED, 20_000)
    assert journal(order) == [
        (
            "capture",
            {
                "provider:paystack": 19_800,
                "fees": 200,
                f"seller:{product.seller_id}": -18_000,
                "commission": -2_000,
            },
        )
    ]
    assert_books_hold(paystack)


def test_nothing_happens_while_the_provider_knows_nothing(paystack: FakeProvider) -> None:
    _, _, order, attempt = scene()
    assert settle(attempt).status is AttemptStatus.PENDING
    assert now(order).payment_status is PaymentStatus.PENDING


def test_a_late_success_on_an_expired_order_is_given_back(paystack: FakeProvider) -> None:
    _, product, order, attempt = scene()
    with later(minutes=31):
        payments().settlement.expire(order.id)
    assert (now(order).status, available(product)) == (Status.CANCELLED, 50)
    assert paystack.cancelled == {attempt.reference}
    paystack.pay(attempt.reference)
    assert settle(attempt).status is AttemptStatus.SURPLUS
    payments().refunds.execute(order.id, f"{attempt.reference}_surplus")
    assert paystack.refunds == {f"{attempt.reference}_surplus": 20_000}
    assert now(order).payment_status is PaymentStatus.FAILED
    assert_books_hold(paystack)


def test_what_was_paid_before_the_end_of_the_hold_is_the_buyers(paystack: FakeProvider) -> None:
    _, product, order, attempt = scene()
    paystack.pay(attempt.reference)
    with later(minutes=31):
        payments().settlement.expire(order.id)
    assert (now(order).payment_status, available(product)) == (PaymentStatus.PAID, 48)


def test_the_second_success_of_an_order_is_given_back(paystack: FakeProvider) -> None:
    buyer, _, order, first = scene()
    paystack.decline(first.reference)
    settle(first)
    second = start(order, buyer)
    paystack.pay(first.reference)
    paystack.pay(second.reference)
    assert settle(second).status is AttemptStatus.SUCCEEDED
    assert settle(first).status is AttemptStatus.SURPLUS
    visit_due()
    assert paystack.refunds == {f"{first.reference}_surplus": 20_000}
    assert_books_hold(paystack)


@pytest.mark.parametrize(("amount", "currency"), [(19_999, "USD"), (20_000, "GHS"), (1, "USD")])
def test_too_little_or_other_money_pays_nothing_and_goes_back(
    paystack: FakeProvider, amount: int, currency: str
) -> None:
    _, _, order, attempt = scene()
    paystack.pay(attempt.reference, amount, currency)
    assert settle(attempt).status is AttemptStatus.SURPLUS
    assert now(order).payment_status is PaymentStatus.PENDING
    payments().refunds.execute(order.id, f"{attempt.reference}_surplus")
    assert paystack.refunds == {f"{attempt.reference}_surplus": amount}
    assert_books_hold(paystack)


def test_too_much_pays_and_the_rest_goes_back(paystack: FakeProvider) -> None:
    _, _, order, attempt = scene()
    paystack.pay(attempt.reference, 25_000)
    assert settle(attempt).status is AttemptStatus.SUCCEEDED
    payments().refunds.execute(order.id, f"{attempt.reference}_surplus")
    assert paystack.refunds == {f"{attempt.reference}_surplus": 5_000}
    assert now(order).captured_minor == 20_000


def test_money_of_the_other_mode_is_not_believed(paystack: FakeProvider) -> None:
    _, _, order, attempt = scene()
    paystack.pay(attempt.reference, is_live=True)
    assert settle(attempt).status is AttemptStatus.PENDING
    assert now(order).payment_status is PaymentStatus.PENDING


def test_refunds_part_by_part_never_exceed_what_was_captured(paystack: FakeProvider) -> None:
    staff = a_person(is_staff=True)
    _, product, order, attempt = scene()
    paystack.pay(attempt.reference)
    settle(attempt)
    first = payments().refunds.refund(staff.principal, order.id, 5_001, "scratched")
    assert (first.status, now(order).payment_status) == (RefundStatus.DONE, PaymentStatus.PARTIALLY_REFUNDED)
    with pytest.raises(RefundRefused):
        payments().refunds.refund(staff.principal, order.id, 15_000, "too much")
    payments().refunds.refund(staff.principal, order.id, None, "the rest")
    assert now(order).payment_status is PaymentStatus.REFUNDED
    with pytest.raises(RefundRefused):
        payments().refunds.refund(staff.principal, order.id, None, "again")
    assert sum(paystack.refunds.values()) == 20_000
    totals: dict[str, int] = {}
    for _, postings in journal(order):
        for account, amount in postings.items():
            totals[account] = totals.get(account, 0) + amount
    assert totals == {
        "provider:paystack": -200,
        "fees": 200,
        f"seller:{product.seller_id}": 0,
        "commission": 0,
    }
    assert_books_hold(paystack)


def test_only_staff_refunds(paystack: FakeProvider) -> None:
    buyer, _, order, attempt = scene()
    paystack.pay(attempt.reference)
    settle(attempt)
    with pytest.raises(Forbidden):
        payments().refunds.refund(buyer.principal, order.id, None, "mine")


def test_a_refund_survives_trouble_at_the_provider(paystack: FakeProvider) -> None:
    staff = a_person(is_staff=True)
    _, _, order, attempt = scene()
    paystack.pay(attempt.reference)
    settle(attempt)
    paystack.troubles = 1
    waiting = payments().refunds.refund(staff.principal, order.id, None, "broken")
    assert (waiting.status, paystack.refunds) == (RefundStatus.REQUESTED, {})
    with later(minutes=2):
        assert visit_due() == 1
    assert paystack.refunds == {waiting.id: 20_000}
    assert now(order).payment_status is PaymentStatus.REFUNDED
    assert_books_hold(paystack)


def test_cancelling_a_paid_order_refunds_it_and_returns_the_stock(paystack: FakeProvider) -> None:
    staff = a_person(is_staff=True)
    _, product, order, attempt = scene()
    paystack.pay(attempt.reference)
    settle(attempt)
    payments().move(staff.principal, order.id, Status.CANCELLED)
    assert (available(product), now(order).promised_minor) == (50, 20_000)
    visit_due()
    assert sum(paystack.refunds.values()) == 20_000
    assert now(order).payment_status is PaymentStatus.REFUNDED
    assert_books_hold(paystack)


def test_confirming_an_unpaid_order_records_an_offline_payment() -> None:
    staff, buyer, product = a_person(is_staff=True), a_person(), a_product(price_minor=10_000)
    order = an_order(buyer, (product, 1))
    payments().move(staff.principal, order.id, Status.CONFIRMED)
    assert (now(order).status, now(order).payment_status) == (Status.CONFIRMED, PaymentStatus.PAID)
    [(kind, postings)] = journal(order)
    assert (kind, postings["provider:offline"], postings["commission"]) == ("capture", 10_000, -1_000)
    assert_books_hold()


def test_a_lost_webhook_is_found_by_the_reconciler(paystack: FakeProvider) -> None:
    _, _, order, attempt = scene()
    paystack.pay(attempt.reference)
    with later(seconds=121):
        visit_due()
    assert now(order).payment_status is PaymentStatus.PAID


def test_an_attempt_is_asked_about_ever_more_rarely_and_not_for_ever(paystack: FakeProvider) -> None:
    scene()
    with later(minutes=3):
        visit_due()
    while due := now_due():
        with later(seconds=max(0, due[0][1] / 1000 - clock.now()) + 1):
            visit_due()
    assert paystack.asked == len(CHECK_MINUTES) + 1  # Once more at the end of its hold.
    assert not now_due()


def now_due() -> list[tuple[int, int]]:
    with later(minutes=60 * 24 * 365):
        return orders().due_visits(10)
