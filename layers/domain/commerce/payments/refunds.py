"""Refunds: promised in our books first, carried out by the provider, entered in the ledger when it has done so.

A promise is kept per part: no part ever gives back more than was captured for it. What a provider refuses stays
promised and needs a person, who has it tried again or gives the money back by other means.
"""

from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex

from commerce.audit.service import Audit
from commerce.kit import clock, logs, money
from commerce.kit.errors import KeyReused, NotFound
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.principal import Principal
from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.part import apportion
from commerce.orders.payment import BY_HAND, Provider, Refund, RefundStatus
from commerce.orders.service import Orders
from commerce.payments.model import MINUTE_MS, RefundRefused
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import ProviderRefused, ProviderTrouble, RefundReport, RefundState

# How long after a try a refund is tried (or asked about) again, in minutes; after two weeks of them a person looks.
RETRY_MINUTES = (1, 2, 4, 8, 15, 30, 60, 120, 240, 480, *(1440,) * 13)
SILENT = "The provider has not said for two weeks what became of it."


class Refunds:
    """Money on its way back to buyers. `gateway_of` answers the gateway of a provider."""

    def __init__(self, orders: Orders, gateway_of: Callable[[Provider], Gateway], audit: Audit) -> None:
        self._orders = orders
        self._gateway_of = gateway_of
        self._audit = audit

    def refund(
        self,
        caller: Principal,
        order_id: int,
        amount_minor: money.Amount | None,
        reason: str,
        seller_id: int | None = None,
        request: IdempotentRequest | None = None,
    ) -> Refund:
        """Money of a paid order on its way back, out of all its parts or that of a seller. When no amount is
        said, all that is left of them.

        A keyed `request` that comes again finds the refund that it made. Raises Forbidden, NotFound, InvalidInput,
        RefundRefused (more than is left of these parts, a seller without one), KeyReused, Busy.
        """
        caller.require_staff()
        refund_id = f"REF_{order_id}_{_tail(request)}"
        fingerprint = request.fingerprint if request else ""

        def promised(order: Order) -> Order:
            earlier = order.refund(refund_id)
            if earlier is not None and earlier.fingerprint != fingerprint:
                raise KeyReused
            if earlier is not None:
                return order
            shares = _shares(order, amount_minor, seller_id)
            owed = _owed(order, refund_id, shares, reason, clock.now_ms())
            return order.promised(replace(owed, fingerprint=fingerprint), owed.created_at)

        given: dict[str, object] = {"reason": reason}
        given |= {} if amount_minor is None else money.given(amount_minor, "amount")
        given |= {} if seller_id is None else {"seller_id": seller_id}
        recorded = self._audit.record_writes(caller, "order.refunded", order_id, given)
        return self._execute(self._orders.change(order_id, promised, recorded), refund_id)

    def retry(self, caller: Principal, order_id: int, refund_id: str, *, by_hand: bool) -> Refund:
        """A refund that needed a person: tried again, or `by_hand` given back by other means and done.

        Raises Forbidden, NotFound, RefundRefused (it needs nobody), Busy.
        """
        caller.require_staff()

        def retried(order: Order) -> Order:
            refund = _refund(order, refund_id)
            if refund.status is not RefundStatus.ATTENTION:
                raise RefundRefused(f"This refund is {refund.status} and needs nobody.")
            now = clock.now_ms()
            if by_hand:
                return _concluded(order, replace(refund, by_hand=True), RefundReport(RefundState.DONE), now)
            # What was refused is asked for again, under another name; what was never answered goes on under its own.
            number = refund.round if refund.problem == SILENT else refund.round + 1
            again = replace(refund, status=RefundStatus.REQUESTED, tries=0, try_at=now, problem="", round=number)
            return order.with_refund(again, now)

        given = {"refund_id": refund_id, "by_hand": by_hand}
        recorded = self._audit.record_writes(caller, "refund.retried", order_id, given)
        order = self._orders.change(order_id, retried, recorded)
        return _refund(order, refund_id) if by_hand else self._execute(order, refund_id)

    def execute(self, order_id: int, refund_id: str) -> Refund:
        """The refund after its provider was asked to carry it out, if it is time for that; while it cannot be reached
        the refund stays requested and is tried again. Raises NotFound, Busy."""
        return self._execute(self._orders.by_id(order_id), refund_id)

    def _execute(self, order: Order, refund_id: str) -> Refund:
        claimed: list[Refund] = []

        def claim(order: Order) -> Order:
            # One caller at a time asks the provider, and the try is counted before it is asked, so that whoever comes
            # after a crash knows that it may have been. Not every provider takes an idempotency key.
            claimed.clear()
            refund, now = _refund(order, refund_id), clock.now_ms()
            if refund.status is not RefundStatus.REQUESTED or refund.try_at > now:
                return order
            claimed.append(refund)
            wait = RETRY_MINUTES[min(refund.tries, len(RETRY_MINUTES) - 1)] * MINUTE_MS
            return order.with_refund(replace(refund, tries=refund.tries + 1, try_at=now + wait), now)

        order = self._orders.change(order, claim)
        if not claimed:
            return _refund(order, refund_id)
        report = self._ask(order.id, claimed[0])
        if report.state is RefundState.PENDING:
            return _refund(order, refund_id)

        def concluded(order: Order) -> Order:
            refund = _refund(order, refund_id)
            if refund.status is not RefundStatus.REQUESTED:
                return order
            return _concluded(order, refund, report, clock.now_ms())

        return _refund(self._orders.change(order, concluded), refund_id)

    def fetch_status(self, order_id: int, reference: str, refund_id: str) -> None:
        """Ask the provider about the refund that a webhook named, or (with no `refund_id`) about all of that payment:
        one that is awaited is concluded, one that failed after all needs a person again.

        Raises NotFound, ProviderTrouble, Busy.
        """
        for refund in self._orders.by_id(order_id).refunds:
            is_meant = refund.reference == reference and refund_id in ("", refund.as_asked_for().id)
            if not is_meant or refund.by_hand or refund.provider in BY_HAND or refund.status is RefundStatus.ATTENTION:
                continue
            if not refund.tries:
                self.execute(order_id, refund.id)
                continue
            report = self._gateway_of(refund.provider).fetch_refund(refund.as_asked_for())
            self._orders.change(order_id, _told(refund.id, report))

    def _ask(self, order_id: int, refund: Refund) -> RefundReport:
        """What the provider says after it was asked to carry the refund out; PENDING also when it says nothing."""
        if refund.provider in BY_HAND:
            # What came by hand goes back by hand.
            return RefundReport(RefundState.DONE)
        try:
            report = self._gateway_of(refund.provider).refund(refund.as_asked_for())
        except ProviderTrouble:
            report = RefundReport(RefundState.PENDING)
        except ProviderRefused as refusal:
            report = RefundReport(RefundState.REFUSED, refusal.message)
        if report.state is RefundState.REFUSED:
            logs.warning("a refund was refused and needs a person", order_id=order_id, refund_id=refund.id)
        elif report.state is RefundState.PENDING and refund.tries >= len(RETRY_MINUTES):
            report = RefundReport(RefundState.REFUSED, SILENT)
        return report


def with_cancelled_refunded(before: Order, after: Order, now: int) -> Order:
    """The order with the money of the parts that a move cancels promised back, shipping and tax included; what was
    promised of them before is not promised again."""
    shares = {
        seller: part.refundable_minor
        for seller, part in after.parts.items()
        if before.parts[seller].is_live and not part.is_live and part.refundable_minor
    }
    if not shares:
        return after
    return after.promised(_owed(after, f"REF_{after.id}_{_tail(None)}", shares, "cancelled", now), now)


def _told(refund_id: str, report: RefundReport) -> Callable[[Order], Order]:
    """The step that applies what a provider says of a refund that it was asked for earlier."""

    def told(order: Order) -> Order:
        refund, now = _refund(order, refund_id), clock.now_ms()
        if refund.status is RefundStatus.REQUESTED and report.state is not RefundState.PENDING:
            return _concluded(order, refund, report, now)
        if refund.status is RefundStatus.DONE and report.state is RefundState.REFUSED:
            # The bank sent it back to us: it is owed again.
            problem = report.problem or "It failed after it had been carried out."
            stuck = replace(refund, status=RefundStatus.ATTENTION, problem=problem, done_at=0)
            return order.given_back(stuck, ledger.refund(order, refund, now, sign=-1), now, sign=-1)
        return order

    return told


def _owed(order: Order, refund_id: str, shares: dict[int, int], reason: str, now: int) -> Refund:
    paid = order.attempt(order.paid_by)
    return Refund(
        id=refund_id,
        reference=paid.reference,
        provider=paid.provider,
        transaction=paid.transaction,
        amount_minor=sum(shares.values()),
        currency=order.currency,
        status=RefundStatus.REQUESTED,
        reason=reason,
        created_at=now,
        shares=shares,
        try_at=now,
    )


def _concluded(order: Order, refund: Refund, report: RefundReport, now: int) -> Order:
    """The order after its provider (or a person) gave the money back, or refused to."""
    if report.state is RefundState.REFUSED:
        stuck = replace(refund, status=RefundStatus.ATTENTION, try_at=0, problem=report.problem or "Refused.")
        return order.with_refund(stuck, now)
    done = replace(refund, status=RefundStatus.DONE, try_at=0, problem="", done_at=now)
    return order.given_back(done, ledger.refund(order, done, now), now)


def _refund(order: Order, refund_id: str) -> Refund:
    refund = order.refund(refund_id)
    if refund is None:
        raise NotFound("Refund")
    return refund


def _shares(order: Order, amount_minor: money.Amount | None, seller_id: int | None) -> dict[int, int]:
    """What each part gives of a refund: in proportion to what is left of it. Raises RefundRefused, InvalidInput."""
    chosen = set(order.parts) if seller_id is None else {seller_id}
    if not order.parts.keys() >= chosen:
        raise RefundRefused("This seller has no part in the order.")
    left = {seller: order.parts[seller].refundable_minor for seller in sorted(chosen)}
    most = sum(left.values())
    amount = most if amount_minor is None else money.minor_of(amount_minor, order.currency, "amount")
    if not 0 < amount <= most:
        raise RefundRefused("There is not so much left to refund." if most else "Nothing is left to refund.")
    return {seller: share for seller, share in apportion(amount, left).items() if share}


def _tail(request: IdempotentRequest | None) -> str:
    """What tells one refund of an order from another; the same for the same keyed request."""
    return token_hex(5) if request is None else request.digest[:10]
