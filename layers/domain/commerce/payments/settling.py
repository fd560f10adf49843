"""Settling: what a provider says of an attempt becomes the order's payment, once, or goes back.

Webhook worker, verify route, reconciler and staff all end here. A fact that comes again, late or in another order
finds the attempt closed and changes nothing; money that no order needs is given back.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from commerce.kit import clock, logs, settings
from commerce.kit.errors import Busy, Forbidden, NotFound
from commerce.kit.tables import TransactionRefused, Write, pause, transact
from commerce.ledger import model as ledger
from commerce.orders.model import Order, PaymentStatus, Status
from commerce.orders.service import Orders
from commerce.payments.gateway import Gateway
from commerce.payments.model import (
    OPEN,
    WATCHED,
    Attempt,
    AttemptStatus,
    Fact,
    FactState,
    Method,
    OrderClosed,
    OrderPaid,
    Provider,
    Refund,
    RefundStatus,
    order_of,
)
from commerce.payments.store import PaymentStore
from commerce.sessions.model import Principal

ATTEMPTS = 20
LONGEST_REFERENCE = 64


class Settling:
    """Attempts that succeed, fail and lapse. `gateway_of` answers the gateway of a provider."""

    def __init__(self, store: PaymentStore, orders: Orders, gateway_of: Callable[[Provider], Gateway]) -> None:
        self._store = store
        self._orders = orders
        self._gateway_of = gateway_of

    def verify(self, caller: Principal, reference: str) -> Attempt:
        """The caller's own attempt after its provider was asked. Raises NotFound, ProviderTrouble, Busy."""
        order_id = order_of(reference)
        if order_id is None:
            raise NotFound("Payment")
        self._orders.order(caller, order_id)
        return self.settle(order_id, reference)

    def settle(self, order_id: int, reference: str) -> Attempt:
        """The attempt after its provider was asked and his answer applied. Raises NotFound, ProviderTrouble, Busy."""
        attempt = self.attempt(order_id, reference)
        if attempt.status not in WATCHED or attempt.provider is Provider.BANK:
            return attempt
        return self._apply(attempt, self._gateway_of(attempt.provider).look(attempt))

    def check(self, caller: Principal, order_id: int, reference: str) -> Attempt:
        """As `settle`, for staff. Raises Forbidden, and NotFound for what is no attempt of that order."""
        if not caller.is_staff:
            raise Forbidden
        if order_of(reference) != order_id or len(reference) > LONGEST_REFERENCE:
            raise NotFound("Payment")
        return self.settle(order_id, reference)

    def confirm(self, caller: Principal, order_id: int, also: Sequence[Write] = ()) -> Attempt:
        """Staff has seen the money of an unpaid order: its bank transfer, or an offline payment.

        `also` is written with it. Raises Forbidden, NotFound, OrderPaid, OrderClosed.
        """
        if not caller.is_staff:
            raise Forbidden
        order = self._orders.located(order_id)
        if order.captured_minor:
            raise OrderPaid
        if order.status is Status.CANCELLED:
            raise OrderClosed
        attempt = self._store.attempt(order_id, order.attempt) if order.attempt else None
        if attempt is None or attempt.provider is not Provider.BANK or attempt.status not in OPEN:
            attempt = self._offline(order)
        fact = Fact(FactState.SUCCEEDED, order.total_minor, order.currency, attempt.reference)
        return self._apply(attempt, replace(fact, is_live=settings.payments_are_live()), also)

    def _offline(self, order: Order) -> Attempt:
        """The order's only offline attempt: whoever confirms at the same time, or after a crash, goes on with it."""
        now = clock.now_ms()
        attempt = Attempt(
            order_id=order.id,
            buyer_id=order.buyer_id,
            reference=f"ORD_{order.id}_{Provider.OFFLINE}",
            provider=Provider.OFFLINE,
            method=Method.BANK_TRANSFER,
            amount_minor=order.total_minor,
            currency=order.currency,
            status=AttemptStatus.PENDING,
            created_at=now,
            updated_at=now,
        )
        try:
            transact([self._store.opening(attempt, None)])
        except TransactionRefused:
            return self.attempt(order.id, attempt.reference)
        return attempt

    def _apply(self, attempt: Attempt, fact: Fact, also: Sequence[Write] = ()) -> Attempt:
        """The attempt after what its provider said. One transaction or none; the loser of a race looks again."""
        if fact.state is FactState.FAILED:
            self._store.lapse(attempt, AttemptStatus.FAILED)
            return self.attempt(attempt.order_id, attempt.reference)
        if fact.state is FactState.PENDING:
            return attempt
        if fact.is_live != settings.payments_are_live():
            logs.warning("a payment of the wrong mode was reported", reference=attempt.reference)
            return attempt
        for round_number in range(ATTEMPTS):
            if attempt.status not in WATCHED:
                return attempt
            order = self._orders.located(attempt.order_id)
            try:
                transact([*self._settlement(order, attempt, fact), *also])
            except TransactionRefused:
                pause(round_number)
            attempt = self.attempt(attempt.order_id, attempt.reference)
        if attempt.status not in WATCHED:
            return attempt
        raise Busy

    def _settlement(self, order: Order, attempt: Attempt, fact: Fact) -> list[Write]:
        now = clock.now_ms()
        needs_it = order.payment_status is PaymentStatus.PENDING and order.status is not Status.CANCELLED
        if not needs_it or fact.currency != order.currency or fact.amount_minor < order.total_minor:
            # Too late, twice, too little or in other money: all of it goes back.
            return [
                self._store.closing(attempt, AttemptStatus.SURPLUS, fact),
                *self._surplus(order, attempt, fact, fact.amount_minor, now),
            ]
        over = fact.amount_minor - order.total_minor
        return [
            *self._orders.changing(order, order.paid(attempt.reference, now)),
            self._store.closing(attempt, AttemptStatus.SUCCEEDED, fact),
            self._store.entering(ledger.capture(order, str(attempt.provider), attempt.reference, fact.fee_minor, now)),
            *(self._surplus(order, attempt, fact, over, now) if over else []),
        ]

    def _surplus(self, order: Order, attempt: Attempt, fact: Fact, amount: int, now: int) -> list[Write]:
        entry = ledger.surplus(order, str(attempt.provider), attempt.reference, amount, now)
        refund = Refund(
            id=f"{attempt.reference}_surplus",
            order_id=order.id,
            reference=attempt.reference,
            provider=attempt.provider,
            transaction=fact.transaction,
            amount_minor=amount,
            currency=fact.currency,
            status=RefundStatus.REQUESTED,
            reason="not needed by the order",
            created_at=now,
            is_surplus=True,
        )
        return [self._store.entering(replace(entry, currency=fact.currency)), self._store.promising(refund, now)]

    def attempt(self, order_id: int, reference: str) -> Attempt:
        """An attempt as it stands. Raises NotFound."""
        attempt = self._store.attempt(order_id, reference)
        if attempt is None:
            raise NotFound("Payment")
        return attempt

    def expire(self, order_id: int) -> None:
        """Give an unpaid order's stock back, unless one of its attempts was paid after all. Raises ProviderTrouble.

        The provider is asked first: what he took before the end of the hold is the buyer's order.
        """
        for attempt in self._store.everything(order_id).attempts:
            if attempt.status in OPEN:
                self.settle(order_id, attempt.reference)
        for round_number in range(ATTEMPTS):
            order = self._orders.located(order_id)
            if order.payment_status is not PaymentStatus.PENDING or order.status is Status.CANCELLED:
                return
            attempts = self._store.everything(order_id).attempts
            lapsing = [self._store.lapsing(a, AttemptStatus.EXPIRED) for a in attempts if a.status in OPEN]
            try:
                transact([*self._orders.changing(order, order.expired(clock.now_ms())), *lapsing])
            except TransactionRefused:
                pause(round_number)
            else:
                return
        raise Busy
