"""What orders bring sellers: pending, available, and less again; whatever becomes of the messages about them."""

from dataclasses import replace

from commerce.kit import clock
from commerce.orders.payment import Dispute, DisputeStatus, Provider
from commerce.orders.service import orders
from commerce.payments.providers.model import DisputeReport, DisputeState
from commerce.payments.service import payments
from commerce.payouts.earning import Earning, earning_of
from commerce.payouts.model import DAY_MS
from commerce.payouts.service import payouts
from domain.payouts.conftest import OTHER, Paying

# A piece of the first product costs 25.01, of which the platform keeps 2.50.
PIECE = 2_501 - 250
OTHER_PIECE = 5_002 - 500


def test_money_is_pending_until_it_was_delivered_and_the_time_for_clawbacks_is_over(paying: Paying) -> None:
    order = paying.shop.paid((0, 1), (1, 1))
    assert paying.amounts() == (0, 0, 0, 0)
    paying.bring(order.id)
    assert (paying.amounts(), paying.amounts(OTHER)) == ((PIECE, 0, 0, 0), (OTHER_PIECE, 0, 0, 0))
    paying.shop.shift(days=30)
    paying.tick()
    assert paying.amounts() == (PIECE, 0, 0, 0), "available before it was delivered"
    paying.deliver(order.id)
    paying.shop.shift(days=6.9)
    paying.tick()
    assert paying.amounts() == (PIECE, 0, 0, 0), "available before its time"
    paying.shop.shift(days=0.1)
    paying.tick()
    assert (paying.amounts(), paying.amounts(OTHER)) == ((0, PIECE, 0, 0), (0, OTHER_PIECE, 0, 0))


def test_messages_that_come_twice_late_or_not_at_all_make_the_same_balance(paying: Paying) -> None:
    order = paying.shop.paid((0, 2))
    paying.shop.refund(order.id, 1_000)
    for _ in range(3):
        paying.bring(order.id)
    once = paying.balance()
    assert once.version == 1, "a message that comes again moves money again"
    paying.deliver(order.id)
    paying.shop.shift(days=7)
    paying.bring(order.id)
    assert paying.balance().available_minor == once.pending_minor


def test_what_was_read_of_an_older_version_never_wins(paying: Paying, monkeypatch) -> None:
    order = paying.shop.paid((0, 2))
    paying.shop.refund(order.id, 1_000)
    paying.bring(order.id)
    newest = paying.amounts()
    monkeypatch.setattr(payouts().projection._orders, "by_id", lambda order_id: order)
    paying.bring(order.id)
    monkeypatch.undo()
    assert paying.amounts() == newest


def test_what_is_promised_back_is_not_available_although_the_provider_has_not_given_it_back(paying: Paying) -> None:
    order_id = paying.earned((0, 2))
    before = paying.balance()
    paying.shop.provider.troubles = 1
    paying.shop.refund(order_id)
    paying.bring(order_id)
    assert paying.amounts() == (before.available_minor, 0, 0, 0)


def test_a_part_that_is_cancelled_owes_nothing(paying: Paying) -> None:
    order = paying.shop.paid((0, 1), (1, 1))
    paying.bring(order.id)
    paying.shop.cancel(order.id, 11)
    payments().visit(order.id)
    paying.bring(order.id)
    assert (paying.amounts(), paying.amounts(OTHER)) == ((0, 0, 0, 0), (OTHER_PIECE, 0, 0, 0))
    # The rounding of small refunds goes back as well: to the unit.
    paying.shop.refund(order.id, 1)
    paying.bring(order.id)


def disputed(paying: Paying, order_id: int, state: DisputeState) -> None:
    order = orders().by_id(order_id)
    attempt = order.attempt(order.paid_by)
    report = DisputeReport("D1", order.paid_by, attempt.captured_minor, order.currency, state, "fraud", 1_500)
    paying.shop.provider.disputes["D1"] = report
    payments().disputes.fetch_status(Provider.PAYSTACK, "D1", "")
    paying.bring(order_id)


def test_a_dispute_holds_money_back_and_a_lost_one_takes_it(paying: Paying) -> None:
    order_id = paying.earned((0, 1))
    disputed(paying, order_id, DisputeState.OPEN)
    assert paying.amounts() == (PIECE, 0, 0, 0)
    disputed(paying, order_id, DisputeState.WON)
    assert paying.amounts() == (0, PIECE, 0, 0)
    disputed(paying, order_id, DisputeState.LOST)
    assert paying.amounts() == (0, 0, 0, 0)


def test_a_lost_dispute_takes_no_more_than_refunds_have_left(paying: Paying) -> None:
    order_id = paying.earned((0, 3))
    paying.shop.refund(order_id, 2_000)
    paying.bring(order_id)
    order, now = orders().by_id(order_id), clock.now_ms()
    lost = Dispute("D2", order.paid_by, Provider.PAYSTACK, order.captured_minor, "USD", DisputeStatus.LOST, now)
    mine = earning_of(replace(order, disputes=(lost,)), Earning(11, order.id, "USD"), now, 7 * DAY_MS)
    assert (mine.owed_minor, mine.available_minor) == (0, 0)
    assert mine.sold_minor - mine.refunded_minor > mine.clawed_back_minor > 0
