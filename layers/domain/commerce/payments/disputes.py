"""Disputes: what a buyer's bank wants back is a state of the payment, an entry of the ledger, and work for a person."""

from collections.abc import Callable
from dataclasses import replace

from commerce.kit import clock, logs
from commerce.kit.errors import NotFound
from commerce.ledger import model as ledger
from commerce.orders.model import Order
from commerce.orders.payment import Dispute, DisputeStatus, Provider
from commerce.orders.service import Orders
from commerce.payments.model import order_of
from commerce.payments.providers.gateway import Gateway


class Disputes:
    """Disputes as providers report them. `gateway_of` answers the gateway of a provider."""

    def __init__(self, orders: Orders, gateway_of: Callable[[Provider], Gateway]) -> None:
        self._orders = orders
        self._gateway_of = gateway_of

    def fetch_status(self, provider: Provider, dispute_id: str, reference: str) -> None:
        """Ask the provider about a dispute that a webhook named, and enter what it says, once.

        `reference` is ours of the payment, if the webhook has it. Raises NotFound for a payment that is not ours,
        ProviderTrouble, ProviderRefused, MethodRefused, Busy.
        """
        report = self._gateway_of(provider).fetch_dispute(dispute_id)
        reference = report.reference or reference
        order_id = order_of(reference)
        if order_id is None:
            raise NotFound("Payment")
        now = clock.now_ms()
        found = Dispute(
            id=dispute_id,
            reference=reference,
            provider=provider,
            amount_minor=report.amount_minor,
            currency=report.currency,
            status=DisputeStatus(report.state),
            opened_at=now,
            reason=report.reason[:200],
            fee_minor=report.fee_minor,
        )

        def entered(order: Order) -> Order:
            order.attempt(reference)
            before = next((one for one in order.disputes if one.id == dispute_id), None)
            after = replace(found, opened_at=before.opened_at) if before else found
            if before == after:
                return order
            return order.with_dispute(after, ledger.disputed(before, after, now), now)

        if self._orders.change(order_id, entered).disputes_open:
            logs.warning("a payment is disputed and needs a person", order_id=order_id, dispute_id=dispute_id)
