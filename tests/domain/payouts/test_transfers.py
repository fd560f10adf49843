"""Payouts: one transfer however often it is tried, back to available when it does not arrive, and never for what was
refunded."""

import pytest

from commerce.kit import clock
from commerce.kit.errors import Forbidden, KeyReused, NotFound
from commerce.kit.idempotency import IdempotentRequest
from commerce.orders.payment import Provider
from commerce.payments.providers.transfers import Destination, Kind, TransferState
from commerce.payouts.model import PayoutRefused, State, payout_of
from commerce.payouts.runs import Runs
from commerce.payouts.service import payouts
from domain.payouts.conftest import OTHER, SELLER, Paying
from support.small_shop import STAFF

PIECE = 2_501 - 250


def test_what_is_available_is_paid_out_to_the_unit_once(paying: Paying) -> None:
    paying.earned((0, 2))
    paying.choose_bank()
    before = paying.balance().available_minor
    paid = paying.pay()
    assert paid is not None and paid.state is State.PAID
    assert (paid.amount_minor, paying.amounts()) == (before, (0, 0, 0, before))
    for _ in range(3):
        paying.pay()
        payouts().process({"reference": paid.reference, "is_hinted": True})
    assert paying.bank.book == {paid.reference: [before]}
    assert [sum(entry.postings.values()) for entry in paid.journal] == [0, 0]
    assert paid.journal[-1].postings == {"fees": 25, "payouts": before, "provider:paystack": -before - 25}


def test_nobody_is_paid_who_has_too_little_or_has_not_said_where_to(paying: Paying) -> None:
    order_id = paying.earned((0, 1))
    assert paying.pay() is None
    paying.shop.refund(order_id, 2_000)
    paying.bring(order_id)
    paying.choose_bank()
    assert 0 < paying.balance().available_minor < 1_000
    assert paying.pay() is None
    begun = payouts().run_for(STAFF, 11, "USD")
    paying.work()
    assert payouts().any_payout(STAFF, begun.value.reference).state is State.PAID
    with pytest.raises(PayoutRefused):
        payouts().run_for(STAFF, 11, "USD")
    with pytest.raises(Forbidden):
        payouts().run_for(SELLER, 11, "USD")


def test_a_run_pays_everybody_who_has_enough_and_is_due_once_a_day(paying: Paying) -> None:
    paying.earned((0, 1), (1, 1))
    paying.choose_bank()
    paying.choose_bank(OTHER)
    paying.shop.shift(days=1)
    paying.tick()
    assert sorted(amount for [amount] in paying.bank.book.values()) == [2_251, 4_502]
    paying.earned((0, 1))
    paying.shop.shift(days=1)
    paying.tick()
    assert len(paying.bank.book) == 3
    paying.shop.paid((0, 1))
    payouts().run_for_all(STAFF)
    paying.work()
    assert len(paying.bank.book) == 3
    for order_id in paying.shop.orders:
        paying.bring(order_id)


def test_a_lost_answer_is_asked_for_and_never_sent_again(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.loses_answers = 1
    paid = paying.pay()
    assert paid is not None and paid.state is State.CREATED
    assert paying.amounts() == (0, 0, PIECE, 0)
    paying.shop.shift(minutes=2)
    paying.tick()
    assert payouts().any_payout(STAFF, paid.reference).state is State.PAID
    assert paying.bank.asked == [f"transfer {paid.reference}", f"fetch {paid.reference}"]


def test_while_one_asks_nobody_else_does(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    transfer = paying.bank.transfer

    def twice(asked):
        payouts().process({"reference": asked.reference, "is_hinted": True})
        return transfer(asked)

    monkeypatch.setattr(paying.bank, "transfer", twice)
    paid = paying.pay()
    assert paid is not None and paying.bank.asked == [f"transfer {paid.reference}"]


def test_a_provider_in_trouble_is_tried_again_under_the_same_name(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.troubles = 3
    paid = paying.pay()
    for _ in range(6):
        paying.shop.shift(minutes=20)
        paying.tick()
    assert paid is not None and list(paying.bank.book) == [paid.reference]
    assert payouts().any_payout(STAFF, paid.reference).state is State.PAID


def test_what_is_refused_is_available_again_with_the_reason(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.refusals = 1
    paid = paying.pay()
    assert paid is not None and (paid.state, paying.amounts()) == (State.FAILED, (0, PIECE, 0, 0))
    assert "recipient is closed" in paid.problem
    again = paying.pay()
    assert again is not None and again.state is State.PAID and again.reference != paid.reference


def test_what_the_bank_sends_back_later_is_available_again(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.is_slow = True
    paid = paying.pay()
    assert paid is not None and paid.state is State.SENT
    paying.bank.states[paid.reference] = TransferState.PAID
    payouts().told_of(paid.reference)
    paying.work()
    assert paying.amounts() == (0, 0, 0, PIECE)
    paying.bank.states[paid.reference] = TransferState.RETURNED
    # No webhook tells of it: a paid one is asked about again after a day.
    paying.shop.shift(days=1.1)
    payouts().runs._interval_ms = 10**15
    paying.tick()
    payouts().runs._interval_ms = 24 * 3_600_000
    after = payouts().any_payout(STAFF, paid.reference)
    assert (after.state, paying.amounts()) == (State.RETURNED, (0, PIECE, 0, 0))
    assert [entry.kind for entry in after.journal] == ["payout", "payout_paid", "payout_returned"]


def test_a_refund_after_the_payout_is_carried_over(paying: Paying) -> None:
    first = paying.earned((0, 1))
    paying.choose_bank()
    paying.pay()
    paying.shop.refund(first)
    paying.bring(first)
    assert paying.amounts() == (0, -PIECE, 0, PIECE)
    paying.earned((0, 1))
    assert paying.amounts() == (0, 0, 0, PIECE)
    paying.earned((0, 1))
    paying.pay()
    assert paying.bank.sent_minor == 2 * PIECE == paying.balance().paid_minor


def test_a_payout_that_has_begun_keeps_its_recipient(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.troubles = 1
    paid = paying.pay()
    payouts().recipients.choose(SELLER, Provider.PAYSTACK, Destination(Kind.BANK, "USD", "7654321098", "058"))
    payouts().recipients.remove(SELLER, "USD")
    with pytest.raises(NotFound):
        payouts().recipients.remove(SELLER, "USD")
    paying.shop.shift(minutes=2)
    paying.tick()
    assert paid is not None
    after = payouts().any_payout(STAFF, paid.reference)
    assert (after.state, after.recipient.token, after.recipient.ending) == (State.PAID, "RCP_1", "0034")
    stored = str(paying.shop.database.tables["Payouts"])
    assert "0690000034" not in stored and "7654321098" not in stored


def test_a_keyed_run_makes_one_payout(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    request = IdempotentRequest("POST run", "key", "print")
    first = payouts().run_for(STAFF, 11, "USD", request)
    paying.work()
    again = payouts().run_for(STAFF, 11, "USD", request)
    assert (again.value.id, again.replayed) == (first.value.id, True)
    with pytest.raises(KeyReused):
        payouts().run_for(STAFF, 11, "USD", IdempotentRequest("POST run", "key", "other"))
    paying.work()


def test_staff_gives_up_only_what_the_provider_does_not_have(paying: Paying) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.troubles = 1
    stuck = paying.pay()
    assert stuck is not None
    with pytest.raises(PayoutRefused):
        payouts().transfers.give_up(STAFF, stuck.reference, "wrong bank")
    paying.shop.shift(minutes=11)
    given_up = payouts().transfers.give_up(STAFF, stuck.reference, "wrong bank")
    assert (given_up.state, paying.amounts()) == (State.FAILED, (0, PIECE, 0, 0))
    paying.bank.loses_answers = 1
    sent = paying.pay()
    assert sent is not None
    with pytest.raises(PayoutRefused):
        payouts().transfers.give_up(STAFF, sent.reference, "wrong bank")
    assert payouts().any_payout(STAFF, sent.reference).state is State.PAID


def test_control_a_provider_that_takes_a_reference_twice_and_a_sender_that_does_not_ask_pay_twice(
    paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    paying.earned((0, 1))
    paying.choose_bank()
    paying.bank.takes_twice, paying.bank.loses_answers = True, 1
    monkeypatch.setattr(
        paying.bank, "fetch_transfer", lambda asked: type(paying.bank.transfer(asked))(TransferState.UNKNOWN)
    )
    paid = paying.pay()
    paying.shop.shift(minutes=2)
    paying.tick()
    assert paid is not None and len(paying.bank.book[paid.reference]) > 1
    paying.bank.book[paid.reference] = [PIECE]


def test_control_a_run_without_its_condition_pays_twice(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs read the same balance. The second is refused by the balance's version, and finds nothing left."""
    paying.earned((0, 1))
    paying.choose_bank()
    begin, store = Runs.begin, payouts().runs._store
    real = store.begin

    def interrupted(balance, change, request, writes):
        monkeypatch.setattr(store, "begin", real)
        assert begin(payouts().runs, 11, "USD") is not None
        real(balance, change, request, writes)

    monkeypatch.setattr(store, "begin", interrupted)
    assert begin(payouts().runs, 11, "USD") is None
    assert len(list(store.payouts(11))) == 1


def test_references_are_ours_alone() -> None:
    assert payout_of("po_11_244062044160004") == (11, 244062044160004)
    for other in (
        "ORD_1_0123456789",
        "po_11_0",
        "po_1_99999999999999999",
        "PO_1_2",
        "po_1_2_3",
        "",
        "po_1_9999999999999999",
    ):
        assert payout_of(other) is None
    assert clock.now_ms()
