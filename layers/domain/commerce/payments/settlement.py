"""Settlement: what a provider says of an attempt becomes the order's payment, once, or goes back.

Webhook worker, verify route, reconciler and staff all end here. A report that comes again, late or in another order
finds the attempt closed and changes nothing; money that no order needs is given back.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from commerce.audit.service import Audit
from commerce.kit import clock, logs, settings
from commerce.kit.errors import Busy, NotFound
from commerce.kit.principal import Principal
from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.payment import (
    Attempt,
    AttemptStatus,
    JournalEntry,
    Method,
    Provider,
    Refund,
    RefundStatus,
)
from commerce.orders.service import Orders
from commerce.payments.model import (
    HOLD_RETRY_MS,
    SILENCE_MS,
    STARTING_MS,
    NotPaid,
    OrderClosed,
    OrderPaid,
    next_check,
    order_of,
)
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import ProviderRefused, ProviderReport, ProviderTrouble, ReportedState

Notice = Mapping[str, Any]


class Settlement:
    """Attempts that succeed, fail and expire. `gateway_of` answers the gateway of a provider."""

    def __init__(self, orders: Orders, gateway_of: Callable[[Provider], Gateway], audit: Audit) -> None:
        self._orders = orders
        self._gateway_of = gateway_of
        self._audit = audit

    def verify(self, caller: Principal, reference: str) -> Attempt:
        """The caller's own attempt, paid: its provider was asked. Raises NotPaid, NotFound, ProviderTrouble, Busy."""
        order_id = order_of(reference)
        if order_id is None:
            raise NotFound("Payment")
        attempt = self._settle(self._orders.order(caller, order_id), reference)
        if attempt.status is not AttemptStatus.SUCCEEDED:
            raise NotPaid(attempt)
        return attempt

    def check(self, caller: Principal, order_id: int, reference: str) -> Attempt:
        """As `settle`, for staff. Raises Forbidden, and NotFound for what is no attempt of that order."""
        caller.require_staff()
        attempt = self.settle(order_id, reference)
        found = {"reference": attempt.reference, "status": str(attempt.status)}
        self._audit.record(caller, "payment.checked", order_id, found)
        return attempt

    def settle(self, order_id: int, reference: str, notice: Notice | None = None) -> Attempt:
        """The attempt after its provider was asked and its answer applied; `notice` is the webhook that told of it.

        Raises NotFound, ProviderTrouble, Busy.
        """
        return self._settle(self._orders.by_id(order_id), reference, notice)

    def _settle(self, order: Order, reference: str, notice: Notice | None = None) -> Attempt:
        attempt = order.attempt(reference)
        report = self._ask(order, attempt) if attempt.is_watched else None
        return self._orders.change(order, _applying(reference, report, notice)).attempt(reference)

    def confirm(self, caller: Principal, order_id: int) -> Attempt:
        """Staff has seen the money of an unpaid order: its bank transfer, or an offline payment. Always captures, also
        what was shipped before it was paid.

        Raises Forbidden, NotFound, OrderPaid, OrderClosed, Busy.
        """
        caller.require_staff()
        recorded = self._audit.record_writes(caller, "payment.confirmed", order_id, {})
        after = self._orders.change(order_id, confirmed, recorded)
        return after.attempt(after.paid_by)

    def expire(self, order_id: int) -> None:
        """End the hold of an unpaid order when its time has come, unless one of its attempts was paid after all.

        Providers are asked first: what they took before the end of the hold is the buyer's order. One that does not
        answer is waited for, but not for ever.
        """
        order = self._orders.by_id(order_id)
        if not _hold_is_over(order, clock.now_ms()):
            return
        is_silent = False
        for attempt in order.attempts:
            try:
                if attempt.is_watched:
                    self.settle(order_id, attempt.reference)
            except (ProviderTrouble, Busy):
                is_silent = True

        def expired(order: Order) -> Order:
            now = clock.now_ms()
            if not _hold_is_over(order, now):
                return order
            if is_silent and now < order.hold_until + SILENCE_MS:
                return order.changed(now, hold_check_at=now + HOLD_RETRY_MS)
            attempts = [
                replace(attempt, status=AttemptStatus.EXPIRED, updated_at=now) if attempt.is_open else attempt
                for attempt in order.attempts
            ]
            return order.expired(attempts, now)

        after = self._orders.change(order_id, expired)
        if after.has_expired:
            self._close_pages(order, after)

    def ask_again(self, order_id: int, reference: str) -> None:
        """Ask about an attempt whose time has come, apply the answer, and say when to ask again.

        A provider that does not answer is asked later, less often from time to time. Raises Busy.
        """
        order = self._orders.by_id(order_id)
        attempt = order.attempt(reference)
        report = None
        try:
            report = self._ask(order, attempt)
        except (ProviderTrouble, Busy):
            pass

        def applied(order: Order) -> Order:
            after = _applying(reference, report, None)(order)
            attempt = after.attempt(reference)
            if not attempt.is_watched or not attempt.check_at:
                return after
            now = clock.now_ms()
            checks = attempt.checks + 1
            return after.with_attempt(replace(attempt, checks=checks, check_at=next_check(checks, now)), now)

        after = self._orders.change(order, applied)
        if not after.needs_money:
            self._close_pages(order, after)

    def _ask(self, order: Order, attempt: Attempt) -> ProviderReport:
        """What the provider says of an attempt. Raises ProviderTrouble; Busy for one that is still being started."""
        may_capture = attempt.is_open and order.needs_money
        try:
            report = self._gateway_of(attempt.provider).fetch_status(attempt, may_capture=may_capture)
        except ProviderRefused as refusal:
            # Whatever it refuses to say, nothing was taken that it would tell of.
            logs.failure("a provider refused to say what became of a payment", refusal, reference=attempt.reference)
            return ProviderReport(ReportedState.FAILED)
        is_starting = attempt.status is AttemptStatus.CREATED and clock.now_ms() - attempt.created_at < STARTING_MS
        if is_starting and report.state is not ReportedState.SUCCEEDED:
            raise Busy
        if report.state is ReportedState.SUCCEEDED and report.is_live != settings.payments_are_live():
            logs.warning("a payment of the wrong mode was reported", reference=attempt.reference)
            return ProviderReport(ReportedState.PENDING)
        return report

    def _close_pages(self, before: Order, after: Order) -> None:
        """End the pages of attempts that were open before and whose order needs no money any more. Best effort: who
        pays on one that stayed open gets the money back."""
        for attempt in before.attempts:
            if attempt.is_open and attempt.is_watched and after.paid_by != attempt.reference:
                self._gateway_of(attempt.provider).cancel(attempt)


def settled(order: Order, attempt: Attempt, report: ProviderReport, now: int) -> Order:
    """The order after the money of an attempt arrived: paid, or with the money that it does not need promised back."""
    attempt = replace(
        attempt,
        transaction=report.transaction,
        captured_minor=report.amount_minor,
        fee_minor=report.fee_minor,
        check_at=0,
        updated_at=now,
        # Where it could have been paid, and is no more.
        authorization_url="",
        access_code="",
        instructions="",
    )
    needed = order.total_minor
    if not order.needs_money or report.currency != order.currency or report.amount_minor < needed:
        # Too late, twice, too little or in other money: all of it goes back.
        attempt = replace(attempt, status=AttemptStatus.SURPLUS, currency=report.currency)
        entry = ledger.surplus(attempt, report.amount_minor, now, with_fee=True)
        order = order.with_attempt(attempt, now, journal=(*order.journal, entry))
        return _with_surplus_owed(order, attempt, report.amount_minor, now)
    attempt = replace(attempt, status=AttemptStatus.SUCCEEDED)
    entries: list[JournalEntry] = [ledger.capture(order, attempt, now)]
    over = report.amount_minor - needed
    if over:
        entries.append(ledger.surplus(attempt, over, now, with_fee=False))
    paid = order.paid(attempt, entries, now)
    return _with_surplus_owed(paid, attempt, over, now) if over else paid


def confirmed(order: Order) -> Order:
    """The order after staff saw its money. Raises OrderPaid, OrderClosed."""
    if order.is_paid:
        raise OrderPaid
    if not order.needs_money:
        raise OrderClosed
    now = clock.now_ms()
    attempt = _seen_by_staff(order, now)
    report = ProviderReport(ReportedState.SUCCEEDED, order.total_minor, order.currency, attempt.reference)
    return settled(order, attempt, report, now)


def _with_surplus_owed(order: Order, attempt: Attempt, amount: int, now: int) -> Order:
    refund = Refund(
        id=f"{attempt.reference}_surplus",
        reference=attempt.reference,
        provider=attempt.provider,
        transaction=attempt.transaction,
        amount_minor=amount,
        currency=attempt.currency,
        status=RefundStatus.REQUESTED,
        reason="not needed by the order",
        created_at=now,
        try_at=now,
    )
    return order.with_refund(refund, now)


def _applying(reference: str, report: ProviderReport | None, notice: Notice | None) -> Callable[[Order], Order]:
    """The step that applies a report on an attempt, and keeps the webhook that told of it."""

    def applied(order: Order) -> Order:
        now = clock.now_ms()
        attempt = order.attempt(reference)
        after = order
        if report is not None and attempt.is_watched:
            if report.state is ReportedState.SUCCEEDED:
                after = settled(order, attempt, report, now)
            elif report.state is ReportedState.FAILED and attempt.is_open:
                after = order.with_attempt(replace(attempt, status=AttemptStatus.FAILED, updated_at=now), now)
        if notice is None or any(known["event_id"] == notice["event_id"] for known in order.notices):
            return after
        return after.changed(now, notices=(*order.notices, notice))

    return applied


def _hold_is_over(order: Order, now: int) -> bool:
    return order.waits and 0 < order.hold_until <= now


def _seen_by_staff(order: Order, now: int) -> Attempt:
    """The attempt that staff confirms: the open bank transfer, or an offline one."""
    transfer = next((one for one in order.attempts if one.provider is Provider.BANK and one.is_open), None)
    return transfer or Attempt(
        reference=f"ORD_{order.id}_{Provider.OFFLINE}",
        provider=Provider.OFFLINE,
        method=Method.BANK_TRANSFER,
        amount_minor=order.total_minor,
        currency=order.currency,
        status=AttemptStatus.PENDING,
        created_at=now,
        updated_at=now,
    )
