"""Payments: initiated by buyers, settled on the provider's word, given back by refunds, disputed; and what is due."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from commerce.audit.service import audit
from commerce.kit import clock, settings
from commerce.kit.principal import Principal
from commerce.orders.model import Order
from commerce.orders.payment import Provider, RefundStatus
from commerce.orders.service import Orders, orders
from commerce.orders.status import Status
from commerce.payments.disputes import Disputes
from commerce.payments.fulfilment import Fulfilment
from commerce.payments.initiation import PaymentInitiation
from commerce.payments.providers.model import Subject
from commerce.payments.providers.registry import gateway
from commerce.payments.refunds import Refunds
from commerce.payments.settlement import Settlement


class Payments:
    """All use cases of payments, by what they do: `initiation`, `settlement`, `refunds`, `disputes`; and
    `fulfilment`, since a cancelled part gives its money back."""

    def __init__(
        self,
        orders: Orders,
        initiation: PaymentInitiation,
        settlement: Settlement,
        refunds: Refunds,
        disputes: Disputes,
        fulfilment: Fulfilment,
    ) -> None:
        self._orders = orders
        self.fulfilment = fulfilment
        self.initiation = initiation
        self.settlement = settlement
        self.refunds = refunds
        self.disputes = disputes

    def process_webhook(self, message: Mapping[str, Any]) -> None:
        """Do what a webhook is about that was put into the queue: ask its provider what happened, and apply that.

        Raises NotFound (it is about nothing of ours), ProviderTrouble, Busy: it then has to come again.
        """
        notice = message.get("notice")
        subject_id = str(message.get("subject_id", ""))
        match Subject(message.get("subject", Subject.PAYMENT)):
            case Subject.PAYMENT:
                self.settlement.settle(message["order_id"], message["reference"], notice)
            case Subject.REFUND:
                self.refunds.fetch_status(message["order_id"], message["reference"], subject_id)
            case Subject.DISPUTE:
                self.disputes.fetch_status(Provider(message["notice"]["provider"]), subject_id, message["reference"])
            case Subject.TRANSFER:
                self._orders.keep_transfer_notice(subject_id, message["notice"])

    def move(self, caller: Principal, order_id: int, target: Status, seller_id: int | None = None) -> Order:
        """Staff moves an order, or the part of a seller; an order that it confirms unpaid counts as paid offline, what
        it cancels paid is refunded.

        Parts that are cancelled stay so while others go on; the same status again changes nothing. Raises Forbidden,
        NotFound (for a seller who has no part in it too), TransitionRefused, OrderClosed, Busy.
        """
        caller.require_staff()
        return self.fulfilment.move(caller, order_id, target, seller_id).order

    def visit(self, order_id: int) -> None:
        """Do what is due about an order: ask about its attempts, end its hold, carry its refunds out.

        What a provider does not answer is due again later. Raises NotFound, Busy.
        """
        order = self._orders.by_id(order_id)
        is_due = 0 < order.due_at <= clock.now_ms()
        if is_due:
            self._do_what_is_due(order_id)

        def visited(order: Order) -> Order:
            # Nothing was due yet: the visit itself was early, and the next one is when something is.
            now = clock.now_ms()
            is_over = 0 < order.visit_at <= now and order.visit_at != order.due_at
            return order.changed(now) if is_over or (order.due_at and not order.visit_at) else order

        # Most visits are early, and the one read of the order is all that they cost.
        self._orders.change(order_id if is_due else order, visited)

    def _do_what_is_due(self, order_id: int) -> None:
        self.settlement.expire(order_id)
        order, now = self._orders.by_id(order_id), clock.now_ms()
        for attempt in order.attempts:
            if attempt.is_watched and 0 < attempt.check_at <= now:
                self.settlement.ask_again(order_id, attempt.reference)
        for refund in self._orders.by_id(order_id).refunds:
            if refund.status is RefundStatus.REQUESTED and refund.try_at <= now:
                self.refunds.execute(order_id, refund.id)


def _email_of(user_id: int) -> str:
    from commerce.accounts.service import accounts  # What settles and refunds never needs it.

    return accounts().user(user_id).email


@cache
def payments() -> Payments:
    """The service over the table that the environment names."""
    return Payments(
        orders(),
        PaymentInitiation(
            orders(),
            _email_of,
            gateway,
            settings.integer("RESERVATION_MINUTES", 30),
            settings.text("BANK_ACCOUNT", "our bank account"),
        ),
        Settlement(orders(), gateway, audit()),
        Refunds(orders(), gateway, audit()),
        Disputes(orders(), gateway),
        Fulfilment(orders(), audit()),
    )
