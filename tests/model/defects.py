"""Defects that this once had, as patches: the model must find each of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from commerce.kit import clock
from commerce.kit.errors import Busy
from commerce.kit.tables import Write
from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.payment import OPEN, Attempt, AttemptStatus, Method, Provider, Refund
from commerce.orders.store import OrderStore, _placed_item, _state_item
from commerce.payments import initiation, refunds, settlement
from commerce.payments.initiation import PaymentInitiation
from commerce.payments.providers.model import ProviderTrouble, RefundReport, RefundState
from commerce.payments.providers.transfers import TransferReport, TransferState
from commerce.payments.settlement import Settlement
from commerce.payouts import projection, transfers
from commerce.payouts import store as payout_store
from commerce.payouts.earning import Earning
from commerce.payouts.model import Balance, Change, Payout
from commerce.payouts.store import PayoutStore

DEFECTS: dict[str, Callable[[], Any]] = {}


def defect(make: Callable[[], Any]) -> Callable[[], Any]:
    DEFECTS[make.__name__] = make
    return make


@defect
def an_order_overwrites_another_of_its_id() -> Any:
    def create_writes(self: OrderStore, order: Order) -> list[Write]:
        return [self._table.put(_state_item(order)), self._table.put(_placed_item(order))]

    return patch.object(OrderStore, "create_writes", create_writes)


@defect
def the_buyer_pays_for_cancelled_parts() -> Any:
    return patch.object(Order, "total_minor", property(lambda order: sum(p.total_minor for p in order.parts.values())))


@defect
def a_cancelled_part_is_refunded_whatever_was_refunded_before() -> Any:
    def with_cancelled_refunded(before: Order, after: Order, now: int) -> Order:
        shares = {
            seller: min(part.captured_minor, after.captured_minor - after.promised_minor)
            for seller, part in after.parts.items()
            if before.parts[seller].is_live and not part.is_live and part.captured_minor
        }
        if not sum(shares.values()):
            return after
        return after.promised(refunds._owed(after, f"REF_{after.id}_{now}", shares, "cancelled", now), now)

    return patch("commerce.payments.fulfilment.with_cancelled_refunded", with_cancelled_refunded)


@defect
def a_cancelled_part_keeps_its_tax() -> Any:
    def with_cancelled_refunded(before: Order, after: Order, now: int) -> Order:
        shares = {
            seller: min(part.items_minor, part.refundable_minor)
            for seller, part in after.parts.items()
            if before.parts[seller].is_live and not part.is_live and part.refundable_minor
        }
        if not shares:
            return after
        return after.promised(refunds._owed(after, f"REF_{after.id}_{now}", shares, "cancelled", now), now)

    return patch("commerce.payments.fulfilment.with_cancelled_refunded", with_cancelled_refunded)


@defect
def a_refund_that_names_a_seller_is_capped_by_the_order_alone() -> Any:
    def _shares(order: Order, amount: int | None, seller_id: int | None) -> dict[int, int]:
        chosen = set(order.parts) if seller_id is None else {seller_id}
        left = order.captured_minor - order.promised_minor
        most = min(left, sum(order.parts[seller].captured_minor for seller in chosen))
        if not 0 < (amount or most) <= left:
            raise Busy
        return {next(iter(chosen)): amount or most}

    return patch.object(refunds, "_shares", _shares)


@defect
def an_order_expires_whatever_its_parts_are_doing() -> Any:
    return patch.object(Order, "waits", property(lambda order: order.needs_money))


@defect
def a_stale_reminder_ends_a_hold_that_goes_on() -> Any:
    return patch.object(settlement, "_hold_is_over", lambda order, now: order.waits and order.hold_until > 0)


@defect
def an_expiry_asks_open_attempts_only() -> Any:
    def expire(self: Settlement, order_id: int) -> None:
        for attempt in self._orders.by_id(order_id).attempts:
            if attempt.status in OPEN and attempt.is_watched:
                self.settle(order_id, attempt.reference)

        def expired(order: Order) -> Order:
            now = clock.now_ms()
            if not settlement._hold_is_over(order, now):
                return order
            return order.expired(
                [replace(one, status=AttemptStatus.EXPIRED) if one.is_open else one for one in order.attempts], now
            )

        self._orders.change(order_id, expired)

    return patch.object(Settlement, "expire", expire)


@defect
def a_failed_attempt_is_never_asked_about_again() -> Any:
    watched = property(lambda attempt: attempt.status in OPEN and attempt.provider not in ("bank", "offline"))
    return patch.object(Attempt, "is_watched", watched)


@defect
def a_bank_transfer_keeps_the_half_hour_of_a_card() -> Any:
    return patch.object(initiation, "BANK_TRANSFER_HOLD_MS", 30 * 60_000)


@defect
def a_start_that_fails_extends_the_hold() -> Any:
    failed = PaymentInitiation._failed

    def _failed(self: PaymentInitiation, order: Order, reference: str) -> None:
        failed(self, order, reference)
        self._orders.change(
            order.id, lambda one: one.changed(clock.now_ms(), hold_until=clock.now_ms() + self._hold_ms)
        )

    return patch.object(PaymentInitiation, "_failed", _failed)


@defect
def a_webhook_fails_an_attempt_that_is_being_started() -> Any:
    return patch.object(settlement, "STARTING_MS", 0)


@defect
def an_offline_attempt_is_left_by_a_crash() -> Any:
    @contextmanager
    def patched() -> Iterator[None]:
        confirm = Settlement.confirm

        def crashing(self: Settlement, caller: Any, order_id: int) -> Any:
            # Told by the order and not by a count: the same steps have to end the same way when they are tried again.
            if not any(one.provider is Provider.OFFLINE for one in self._orders.by_id(order_id).attempts):

                def opened(order: Order) -> Order:
                    now = clock.now_ms()
                    attempt = Attempt(
                        f"ORD_{order.id}_offline",
                        Provider.OFFLINE,
                        Method.BANK_TRANSFER,
                        order.total_minor,
                        order.currency,
                        AttemptStatus.PENDING,
                        now,
                    )
                    return order.with_attempt(attempt, now) if order.needs_money else order

                self._orders.change(order_id, opened)
                raise Busy
            return confirm(self, caller, order_id)

        with patch.object(Settlement, "confirm", crashing):
            yield

    return patched()


@defect
def a_refused_refund_ends_in_silence() -> Any:
    concluded = refunds._concluded

    def _concluded(order: Order, refund: Refund, report: RefundReport, now: int) -> Order:
        if report.state is not RefundState.REFUSED:
            return concluded(order, refund, report, now)
        parts = {
            seller: replace(part, promised_minor=part.promised_minor - refund.shares.get(seller, 0))
            for seller, part in order.parts.items()
        }
        return order.changed(now, parts=parts, refunds=tuple(one for one in order.refunds if one.id != refund.id))

    return patch.object(refunds, "_concluded", _concluded)


@defect
def a_pending_refund_is_asked_about_every_minute() -> Any:
    return patch.object(refunds, "RETRY_MINUTES", (1,) * 10_000)


@defect
def the_fee_of_a_surplus_is_not_in_the_ledger() -> Any:
    surplus = ledger.surplus
    return patch.object(ledger, "surplus", lambda *said, with_fee: surplus(*said, with_fee=False))


@defect
def a_cancelled_part_keeps_its_stock() -> Any:
    return patch("commerce.orders.service._cancelled_lines", lambda before, after: [])


@defect
def a_payment_is_applied_as_often_as_it_is_told() -> Any:
    watched = property(lambda attempt: attempt.provider not in ("bank", "offline"))
    return patch.object(Attempt, "is_watched", watched)


@defect
def news_that_comes_again_is_money_again() -> Any:
    def earned(self: Balance, before: Earning, after: Earning, now: int) -> Balance:
        return self.moved(now, pending=after.pending_minor, available=after.available_minor)

    return patch.object(Balance, "earned", earned)


@defect
def what_was_read_of_an_older_order_wins() -> Any:
    real = projection.earning_of
    forgetful = lambda *said: replace(real(*said), order_version=0)  # noqa: E731
    return patch.object(projection, "earning_of", forgetful)


@defect
def what_is_promised_back_is_paid_out() -> Any:
    real = projection.earning_of

    def generous(*said: Any) -> Earning:
        found = real(*said)
        return replace(found, available_minor=found.owed_minor if found.is_mature else 0)

    return patch.object(projection, "earning_of", generous)


@defect
def each_try_of_a_payout_has_a_name_of_its_own() -> Any:
    named = lambda payout: replace(transfer_of(payout), reference=f"{payout.reference}{payout.tries}")  # noqa: E731
    transfer_of = transfers._transfer
    return patch.object(transfers, "_transfer", named)


@defect
def a_payout_that_failed_is_gone() -> Any:
    real = transfers.failed

    def failed(payout: Payout, balance: Balance, problem: str, now: int) -> Change:
        found = real(payout, balance, problem, now)
        return replace(found, balance=balance.moved(now, in_transit=-payout.amount_minor), line=None)

    return patch.object(transfers, "failed", failed)


@defect
def a_refusal_of_a_second_try_is_believed_of_the_first() -> Any:
    def _sent(self: transfers.Transfers, payout: Payout, since_last_try: int) -> Any:
        gateway = self._gateway_of(payout.recipient.provider)
        try:
            return gateway.transfer(transfers._transfer(payout))
        except ProviderTrouble:
            return TransferReport(TransferState.FAILED, problem="no answer")

    return patch.object(transfers.Transfers, "_sent", _sent)


@defect
def two_runs_take_the_same_money() -> Any:
    def _balance_writes(self: PayoutStore, before: Balance, after: Balance, entry: Any) -> list[Write]:
        return [self._table.put(payout_store._balance_item(after))]

    return patch.object(PayoutStore, "_balance_writes", _balance_writes)
