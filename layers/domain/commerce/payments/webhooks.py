"""Webhooks of providers: recognised, verified, kept and queued. Nothing is applied here."""

import json
from collections.abc import Callable, Mapping

from commerce.kit import clock
from commerce.kit.errors import NotFound
from commerce.payments.gateway import Gateway
from commerce.payments.model import Provider, SignatureRefused, order_of
from commerce.payments.sqs_gateway import SettlementQueue
from commerce.payments.store import PaymentStore

# In octets, of the names that providers give to events and their kinds.
MAX_EVENT_TEXT = 255
_HEADERS = {
    "stripe-signature": Provider.STRIPE,
    "x-paystack-signature": Provider.PAYSTACK,
    "verif-hash": Provider.FLUTTERWAVE,
    "flutterwave-signature": Provider.FLUTTERWAVE,
    "paypal-transmission-sig": Provider.PAYPAL,
}


class Webhooks:
    """What providers send. `gateway_of` answers the gateway of a provider."""

    def __init__(self, store: PaymentStore, queue: SettlementQueue, gateway_of: Callable[[Provider], Gateway]) -> None:
        self._store = store
        self._queue = queue
        self._gateway_of = gateway_of

    def receive(self, named: str | None, headers: Mapping[str, str], body: bytes) -> None:
        """Keep and queue a genuine webhook; one about something that is not ours is accepted and forgotten.

        `named` is the provider in the path. Raises NotFound (no such provider), SignatureRefused (unsigned, signed by
        several, by another, or badly), and whatever store or queue raise: the provider then sends it again.
        """
        if named is not None and named not in set(_HEADERS.values()):
            raise NotFound("Provider")
        signers = {provider for header, provider in _HEADERS.items() if header in headers}
        if len(signers) != 1 or (named is not None and named not in signers):
            raise SignatureRefused
        [provider] = signers
        try:
            notice = self._gateway_of(provider).verified(headers, body)
            _require_storable(notice.event_id, notice.kind)
        except (json.JSONDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError):
            # Signed, but no event: whatever sent it cannot be asked to send it better.
            raise SignatureRefused from None
        order_id = order_of(notice.reference)
        if order_id is None:
            return
        self._store.note(order_id, notice, clock.now_ms())
        self._queue.settle(order_id, notice.reference)


def _require_storable(*texts: str) -> None:
    """Raises ValueError for what no provider calls an event or its kind: too long, or no text at all."""
    if any(len(text.encode()) > MAX_EVENT_TEXT for text in texts):
        raise ValueError("too long for an event")
