"""Refunds: promised in our books first, carried out by the provider, entered in the ledger when he has done it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex

from commerce.kit import clock, logs
from commerce.kit.errors import Busy, Forbidden, KeyReused, NotFound
from commerce.kit.receipts import Attempt
from commerce.kit.tables import TransactionRefused, Write, pause, transact
from commerce.ledger import model as ledger
from commerce.orders.model import Order, Status
from commerce.orders.service import Orders
from commerce.payments.gateway import Gateway
from commerce.payments.model import Provider, ProviderRefused, ProviderTrouble, Refund, RefundRefused, RefundStatus
from commerce.payments.store import PaymentStore
from commerce.sessions.model import Principal

ATTEMPTS = 20
RETRY_MS = 60_000


class Refunding:
    """Money on its way back to buyers. `gateway_of` answers the gateway of a provider."""

    def __init__(self, store: PaymentStore, orders: Orders, gateway_of: Callable[[Provider], Gateway]) -> None:
        self._store = store
        self._orders = orders
        self._gateway_of = gateway_of

    def refund(
        self,
        caller: Principal,
        order_id: int,
        amount_minor: int | None,
        reason: str,
        sellers: tuple[int, ...] = (),
        request: Attempt | None = None,
        noting: Callable[[Refund], Write] | None = None,
    ) -> Refund:
        """Money of a paid order on its way back. When no amount is said, all that is left of it, or of what the named
        sellers sold.

        A keyed `request` that comes again finds the refund that it made. `noting` makes the write that belongs to the
        promise. Raises Forbidden, NotFound, RefundRefused (more than is left, sellers without a part), KeyReused, Busy.
        """
        if not caller.is_staff:
            raise Forbidden
        for round_number in range(ATTEMPTS):
            order = self._orders.located(order_id)
            refund_id = f"REF_{order_id}_{_tail(request)}"
            if request and (earlier := self._store.refund(order_id, refund_id)):
                if earlier.reason != reason or (amount_minor is not None and earlier.amount_minor != amount_minor):
                    raise KeyReused
                return self.give_back(order_id, refund_id)
            amount = _payable(order, amount_minor, sellers)
            refund = replace(self._owed(order, amount, reason, sellers), id=refund_id)
            after = order.refunding(amount, clock.now_ms())
            writes = [*self._orders.changing(order, after), self._store.promising(refund, refund.created_at)]
            try:
                transact([*writes, *([noting(refund)] if noting else [])])
            except TransactionRefused:
                pause(round_number)
            else:
                return self.give_back(order_id, refund.id)
        raise Busy

    def of_cancelled(self, before: Order, after: Order) -> tuple[Order, list[Write]]:
        """What a move owes that cancels paid parts: the order with their money promised back, and the writes for it."""
        sellers = tuple(
            seller
            for seller in after.parts
            if after.parts[seller] is Status.CANCELLED and before.parts[seller] is not Status.CANCELLED
        )
        left = after.captured_minor - after.refund_minor
        if not sellers or left <= 0:
            return after, []
        whole = after.status is Status.CANCELLED
        amount = left if whole else min(left, sum(ledger.items_of(after, seller) for seller in sellers))
        refund = self._owed(after, amount, "cancelled", () if whole else sellers)
        promised = replace(after, refund_minor=after.refund_minor + amount)
        return promised, [self._store.promising(refund, refund.created_at)]

    def _owed(self, order: Order, amount: int, reason: str, sellers: tuple[int, ...]) -> Refund:
        paid = self._store.attempt(order.id, order.attempt)
        if paid is None:
            raise NotFound("Payment")
        return Refund(
            id=f"REF_{order.id}_{_tail(None)}",
            order_id=order.id,
            reference=paid.reference,
            provider=paid.provider,
            transaction=paid.transaction,
            amount_minor=amount,
            currency=order.currency,
            status=RefundStatus.REQUESTED,
            reason=reason,
            created_at=clock.now_ms(),
            sellers=sellers,
        )

    def give_back(self, order_id: int, refund_id: str) -> Refund:
        """The refund after its provider was asked to carry it out; while he cannot be reached it stays requested and
        is tried again. Raises NotFound, Busy."""
        refund = self._store.refund(order_id, refund_id)
        if refund is None:
            raise NotFound("Refund")
        if refund.status is not RefundStatus.REQUESTED:
            return refund
        # One caller at a time asks the provider, and the try is counted before he is asked, so that whoever comes after
        # a crash knows that he may have been. Not every provider takes an idempotency key.
        if not self._store.claim(refund, clock.now_ms() + RETRY_MS):
            return refund
        try:
            # What came by hand goes back by hand.
            by_hand = refund.provider in (Provider.BANK, Provider.OFFLINE)
            is_done = by_hand or self._gateway_of(refund.provider).refund(refund)
        except ProviderTrouble:
            return refund
        except ProviderRefused as refusal:
            logs.failure("a refund was refused", refusal, order_id=order_id, refund_id=refund_id)
            return self._conclude(refund, RefundStatus.FAILED)
        return self._conclude(refund, RefundStatus.DONE) if is_done else refund

    def _conclude(self, refund: Refund, status: RefundStatus) -> Refund:
        for round_number in range(ATTEMPTS):
            order = self._orders.located(refund.order_id)
            writes = [self._store.concluding(refund, status)]
            now = clock.now_ms()
            provider = str(refund.provider)
            if status is RefundStatus.DONE and refund.is_surplus:
                entry = ledger.refund_of_surplus(order, provider, refund.id, refund.amount_minor, now)
                writes.append(self._store.entering(replace(entry, currency=refund.currency)))
            elif status is RefundStatus.DONE:
                taken = self._taken_back(refund.order_id)
                entry = ledger.refund(order, provider, refund.id, refund.amount_minor, taken, refund.sellers, now)
                writes.append(self._store.entering(entry))
                writes += self._orders.changing(order, order.refunded(refund.amount_minor, now))
            elif not refund.is_surplus:
                writes += self._orders.changing(order, order.refunding(-refund.amount_minor, now))
            try:
                transact(writes)
            except TransactionRefused:
                pause(round_number)
                standing = self._store.refund(refund.order_id, refund.id)
                if standing is not None and standing.status is not RefundStatus.REQUESTED:
                    return standing
            else:
                return replace(refund, status=status)
        raise Busy

    def _taken_back(self, order_id: int) -> dict[str, int]:
        taken: dict[str, int] = {}
        for entry in self._store.everything(order_id).journal:
            if entry.kind == "refund" and "surplus" not in entry.postings:
                for account, amount in entry.postings.items():
                    taken[account] = taken.get(account, 0) + amount
        return taken


def _payable(order: Order, amount_minor: int | None, sellers: tuple[int, ...]) -> int:
    """How much a refund gives back. Raises RefundRefused."""
    if not order.parts.keys() >= set(sellers):
        raise RefundRefused("This seller has no part in the order.")
    left = order.captured_minor - order.refund_minor
    most = min(left, sum(ledger.items_of(order, seller) for seller in sellers)) if sellers else left
    amount = most if amount_minor is None else amount_minor
    if not 0 < amount <= left:
        raise RefundRefused("There is not so much left to refund." if left else "Nothing is left to refund.")
    return amount


def _tail(request: Attempt | None) -> str:
    """What tells one refund of an order from another; the same for the same keyed request."""
    if request is None:
        return token_hex(5)
    return hashlib.sha256(f"{request.operation}\n{request.key}".encode()).hexdigest()[:10]
