"""Starting a payment: one open attempt an order, reserved in our books before the provider hears of it."""

from collections.abc import Callable
from typing import Any

from commerce.kit import clock, money
from commerce.kit.errors import Busy, KeyReused
from commerce.kit.receipts import Attempt as Keyed
from commerce.kit.tables import TransactionRefused, Write, pause, transact
from commerce.orders.model import Order, PaymentStatus, Status
from commerce.orders.service import Orders
from commerce.payments.gateway import Gateway
from commerce.payments.model import (
    OPEN,
    Attempt,
    AttemptStatus,
    Intent,
    Method,
    OrderClosed,
    OrderPaid,
    PaymentStarted,
    Provider,
    new_reference,
)
from commerce.payments.store import PaymentStore
from commerce.sessions.model import Principal

ATTEMPTS = 20
# An attempt without the provider's answer is still being started; after this time its starter is taken for dead.
STARTING_MS = 30_000
FIRST_CHECK_MS = 60_000


class Starting:
    """Attempts of buyers to pay. `gateway_of` answers the gateway of a provider, `bank_account` names ours."""

    def __init__(
        self,
        store: PaymentStore,
        orders: Orders,
        gateway_of: Callable[[Provider], Gateway],
        hold_minutes: int,
        bank_account: str,
    ) -> None:
        self._store = store
        self._orders = orders
        self._gateway_of = gateway_of
        self._hold_ms = hold_minutes * 60_000
        self._bank_account = bank_account

    def start(
        self,
        caller: Principal,
        order_id: int,
        *,
        provider: Provider,
        method: Method,
        email: str,
        return_url: str,
        phone: str = "",
        network: str = "",
        request_key: str = "",
    ) -> Attempt:
        """A new attempt to pay the caller's own order; the order holds its stock for the reservation time from now.

        Raises NotFound, OrderPaid, OrderClosed, PaymentStarted (one is open), MethodRefused, ProviderTrouble,
        ProviderRefused, Busy.
        """
        attempt = self._open(caller, order_id, provider, method, request_key)
        if provider is Provider.BANK:
            return attempt
        intent = Intent(
            attempt.reference,
            order_id,
            attempt.amount_minor,
            attempt.currency,
            email,
            method,
            return_url,
            phone,
            network,
        )
        try:
            started = self._gateway_of(provider).start(intent)
        except Exception:
            # Whatever it was, the buyer may try again at once; should the provider have opened a payment after all,
            # he goes on being asked about it, and money that arrives for it is settled or given back.
            self._store.lapse(attempt, AttemptStatus.FAILED)
            raise
        return self._store.opened(attempt, started)

    def start_once(
        self, caller: Principal, order_id: int, request: Keyed | None, **wanted: Any
    ) -> tuple[Attempt, bool]:
        """As `start`, and whether this repeats a keyed request, whose attempt it then answers. Raises KeyReused too."""
        if request is None:
            return self.start(caller, order_id, **wanted), False
        try:
            return self.start(caller, order_id, **wanted, request_key=f"{request.sk} {request.fingerprint}"), False
        except PaymentStarted as refusal:
            sk, _, fingerprint = refusal.attempt.request_key.partition(" ")
            if sk != request.sk:
                raise
            if fingerprint != request.fingerprint:
                raise KeyReused from None
            return refusal.attempt, True

    def _open(self, caller: Principal, order_id: int, provider: Provider, method: Method, request_key: str) -> Attempt:
        for round_number in range(ATTEMPTS):
            order = self._orders.order(caller, order_id)
            if order.payment_status is not PaymentStatus.PENDING:
                raise OrderPaid if order.captured_minor else OrderClosed
            if order.status is Status.CANCELLED:
                raise OrderClosed
            lapsing = self._superseded(order)
            now = clock.now_ms()
            is_bank = provider is Provider.BANK
            reference = new_reference(order_id)
            attempt = Attempt(
                order_id=order_id,
                buyer_id=order.buyer_id,
                reference=reference,
                instructions=self._transfer(order, reference) if is_bank else "",
                provider=provider,
                method=method,
                amount_minor=order.total_minor,
                currency=order.currency,
                status=AttemptStatus.PENDING if is_bank else AttemptStatus.CREATED,
                created_at=now,
                updated_at=now,
                request_key=request_key,
            )
            writes = [
                *self._orders.changing(order, order.attempting(attempt.reference, now)),
                self._store.opening(attempt, None if is_bank else now + FIRST_CHECK_MS),
                *lapsing,
            ]
            if not is_bank:
                writes.append(self._orders.holding(order, now + self._hold_ms))
            try:
                transact(writes)
            except TransactionRefused:
                pause(round_number)
            else:
                return attempt
        raise Busy

    def _superseded(self, order: Order) -> list[Write]:
        """What ends the order's open attempt whose starter died. Raises PaymentStarted, Busy when it lives."""
        if not order.attempt:
            return []
        before = self._store.attempt(order.id, order.attempt)
        if before is None or before.status not in OPEN:
            return []
        if before.status is AttemptStatus.PENDING:
            raise PaymentStarted(before)
        if clock.now_ms() - before.created_at < STARTING_MS:
            raise Busy
        return [self._store.lapsing(before, AttemptStatus.FAILED)]

    def _transfer(self, order: Order, reference: str) -> str:
        amount = f"{money.text(order.total_minor, order.currency)} {order.currency}"
        return f"Transfer {amount} to {self._bank_account} with the reference {reference}."
