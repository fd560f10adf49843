"""Initiating a payment: one open attempt an order, reserved in our books before the provider hears of it."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from commerce.kit import clock, money
from commerce.kit.errors import Busy, KeyReused
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.principal import Principal
from commerce.orders.model import Order
from commerce.orders.payment import BY_HAND, Attempt, AttemptStatus, Method, Provider
from commerce.orders.service import Orders
from commerce.payments.model import (
    BANK_TRANSFER_HOLD_MS,
    MAX_ATTEMPTS,
    STARTING_MS,
    OrderClosed,
    OrderPaid,
    PaymentStarted,
    TooManyAttempts,
    new_reference,
    next_check,
    payment_choice,
)
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import InitiatedPayment, MethodRefused, OutcomeUnknown, PaymentRequest


class PaymentInitiation:
    """Attempts of buyers to pay. `gateway_of` answers the gateway of a provider, `email_of` the email of an account; an
    order whose payment page is open keeps its stock for `hold_minutes`; `bank_account` names ours."""

    def __init__(
        self,
        orders: Orders,
        email_of: Callable[[int], str],
        gateway_of: Callable[[Provider], Gateway],
        hold_minutes: int,
        bank_account: str,
    ) -> None:
        self._orders = orders
        self._email_of = email_of
        self._gateway_of = gateway_of
        self._hold_ms = hold_minutes * 60_000
        self._bank_account = bank_account

    def start(
        self,
        caller: Principal,
        order_id: int,
        *,
        return_url: str,
        email: str | None = None,
        provider: Provider | None = None,
        method: Method | None = None,
        phone: str = "",
        network: str = "",
        request_key: str = "",
    ) -> Attempt:
        """A new attempt to pay the caller's own order, which keeps its stock for the reservation time from now. The
        provider is told the `email` of the payer, that of the caller's account unless another is said.

        Raises InvalidInput, NotFound, OrderPaid, OrderClosed, PaymentStarted (one is open), TooManyAttempts,
        MethodRefused, ProviderTrouble, ProviderRefused, Busy.
        """
        choice = payment_choice(provider, method, phone, network)
        order = self._orders.order(caller, order_id)
        _require_payable(order)
        _without_superseded(order, choice.provider, clock.now_ms())
        # A provider that is not set up refuses before anything is written.
        gateway = None if choice.provider in BY_HAND else self._gateway_of(choice.provider)
        if gateway is not None and email is None:
            email = self._email_of(caller.user_id)
        reference = new_reference(order_id)
        order = self._reserve(order, reference, choice.provider, choice.method, request_key)
        attempt = order.attempt(reference)
        if gateway is None:
            return attempt
        request = PaymentRequest(
            attempt.reference,
            order_id,
            attempt.amount_minor,
            attempt.currency,
            email or "",
            choice.method,
            return_url,
            choice.phone,
            choice.network,
            expires_at=attempt.created_at + self._hold_ms,
        )
        try:
            initiated = gateway.initiate(request)
        except OutcomeUnknown:
            # It may have charged all the same: the provider is asked under our reference, and nothing is started again.
            return self._opened(order, reference, InitiatedPayment(""))
        except Exception:
            # Whatever it was, the buyer may try again at once; should the provider have opened a payment after all,
            # it goes on being asked about it, and money that arrives for it is settled or given back.
            self._failed(order, reference)
            raise
        return self._opened(order, reference, initiated)

    def start_once(
        self, caller: Principal, order_id: int, request: IdempotentRequest | None, **wanted: Any
    ) -> Outcome[Attempt]:
        """As `start`; a keyed request that comes again gets the attempt that it made. Raises KeyReused too."""
        if request is None:
            return Outcome(self.start(caller, order_id, **wanted))
        try:
            key = f"{request.digest} {request.fingerprint}"
            return Outcome(self.start(caller, order_id, **wanted, request_key=key))
        except PaymentStarted as refusal:
            digest, _, fingerprint = refusal.attempt.request_key.partition(" ")
            if digest != request.digest:
                raise
            if fingerprint != request.fingerprint:
                raise KeyReused from None
            return Outcome(refusal.attempt, replayed=True)

    def submit_otp(self, caller: Principal, order_id: int, reference: str, otp: str) -> Attempt:
        """The caller's attempt after its provider was handed the code that it had sent to the buyer.

        Raises NotFound, OrderPaid, MethodRefused (no code is awaited, or it is none), ProviderTrouble,
        ProviderRefused, Busy.
        """
        order = self._orders.order(caller, order_id)
        attempt = order.attempt(reference)
        if attempt.status is not AttemptStatus.PENDING or attempt.next_step != "otp":
            raise OrderPaid if attempt.status is AttemptStatus.SUCCEEDED else MethodRefused("No code is awaited.")
        return self._opened(order, reference, self._gateway_of(attempt.provider).submit_otp(attempt, otp))

    def _reserve(self, order: Order, reference: str, provider: Provider, method: Method, request_key: str) -> Order:
        def reserved(order: Order) -> Order:
            now = clock.now_ms()
            _require_payable(order)
            order = _without_superseded(order, provider, now)
            if len(order.attempts) >= MAX_ATTEMPTS:
                raise TooManyAttempts
            is_bank = provider is Provider.BANK
            attempt = Attempt(
                reference=reference,
                provider=provider,
                method=method,
                amount_minor=order.total_minor,
                currency=order.currency,
                status=AttemptStatus.PENDING if is_bank else AttemptStatus.CREATED,
                created_at=now,
                instructions=self._transfer(order, reference) if is_bank else "",
                check_at=0 if is_bank else next_check(0, now),
                updated_at=now,
                request_key=request_key,
            )
            # A transfer takes days: the order does not go on ending with the card's half hour
            # (docs/contracts: stock).
            hold = {"hold_until": now + BANK_TRANSFER_HOLD_MS} if is_bank else {}
            return order.with_attempt(attempt, now, **hold)

        return self._orders.change(order, reserved)

    def _opened(self, order: Order, reference: str, initiated: InitiatedPayment) -> Attempt:
        """Record what the provider answered, and keep the stock for as long as its page is open."""

        def opened(order: Order) -> Order:
            now = clock.now_ms()
            before = order.attempt(reference)
            attempt = replace(before, **asdict(initiated), updated_at=now)
            if before.provider_reference and not initiated.provider_reference:
                attempt = replace(attempt, provider_reference=before.provider_reference)
            if before.status is AttemptStatus.CREATED:
                attempt = replace(attempt, status=AttemptStatus.PENDING)
            # A webhook that was faster than the answer has settled it; the answer then adds only its names.
            hold = {"hold_until": now + self._hold_ms} if order.waits and attempt.is_open else {}
            return order.with_attempt(attempt, now, **hold)

        return self._orders.change(order, opened).attempt(reference)

    def _failed(self, order: Order, reference: str) -> None:
        def failed(order: Order) -> Order:
            attempt = order.attempt(reference)
            if attempt.status is not AttemptStatus.CREATED:
                return order
            now = clock.now_ms()
            return order.with_attempt(replace(attempt, status=AttemptStatus.FAILED, updated_at=now), now)

        self._orders.change(order, failed)

    def _transfer(self, order: Order, reference: str) -> str:
        amount = f"{money.text(order.total_minor, order.currency)} {order.currency}"
        return f"Transfer {amount} to {self._bank_account} with the reference {reference}."


def _require_payable(order: Order) -> None:
    if order.is_paid:
        raise OrderPaid
    if not order.needs_money:
        raise OrderClosed


def _without_superseded(order: Order, provider: Provider, now: int) -> Order:
    """The order with the open attempts that a new one replaces marked as failed: that of a starter who died, and a bank
    transfer when the buyer rather pays otherwise. Raises PaymentStarted, Busy when one goes on."""
    for attempt in order.attempts:
        if not attempt.is_open:
            continue
        is_replaced = attempt.provider in BY_HAND and provider is not attempt.provider
        if attempt.status is AttemptStatus.PENDING and not is_replaced:
            raise PaymentStarted(attempt)
        if attempt.status is AttemptStatus.CREATED and now - attempt.created_at < STARTING_MS:
            raise Busy
        failed = replace(attempt, status=AttemptStatus.FAILED, updated_at=now)
        order = replace(order, attempts=tuple(failed if one is attempt else one for one in order.attempts))
    return order
