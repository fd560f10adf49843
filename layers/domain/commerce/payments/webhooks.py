"""Webhooks of providers: recognised, verified and queued. Nothing is applied here; the queue keeps them until it is."""

from collections.abc import Callable, Mapping
from functools import cache

from commerce.kit import clock, settings
from commerce.kit.errors import NotFound
from commerce.orders.payment import Provider
from commerce.payments.model import order_of
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import SignatureRefused, Subject
from commerce.payments.providers.registry import gateway
from commerce.payments.sqs_gateway import SettlementQueue

# Known by an id of their own, and not always by the payment's reference.
_BY_ID = frozenset({Subject.DISPUTE, Subject.TRANSFER})
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

    def __init__(self, queue: SettlementQueue, gateway_of: Callable[[Provider], Gateway]) -> None:
        self._queue = queue
        self._gateway_of = gateway_of

    def receive(self, named: str | None, headers: Mapping[str, str], body: bytes) -> None:
        """Queue a genuine webhook; one about something that is not ours is accepted and forgotten.

        `named` is the provider in the path. Raises NotFound (no such provider), SignatureRefused (unsigned, signed by
        several, by another, or badly), and whatever the queue raises: the provider then sends it again.
        """
        if named is not None and named not in set(_HEADERS.values()):
            raise NotFound("Provider")
        signers = {provider for header, provider in _HEADERS.items() if header in headers}
        if len(signers) != 1 or (named is not None and named not in signers):
            raise SignatureRefused
        [provider] = signers
        try:
            notice = self._gateway_of(provider).verify_webhook(headers, body)
            _require_storable(notice.event_id, notice.kind, notice.subject_id)
        except (UnicodeError, AttributeError, LookupError, TypeError, ValueError):
            # Signed, but no event: whatever sent it cannot be asked to send it better.
            raise SignatureRefused from None
        order_id = order_of(notice.reference)
        is_ours = bool(notice.subject_id) if notice.subject in _BY_ID else order_id is not None
        if not is_ours:
            return
        self._queue.send(
            {
                "order_id": order_id,
                "reference": notice.reference,
                "subject": str(notice.subject),
                "subject_id": notice.subject_id,
                "notice": {
                    "provider": str(provider),
                    "event_id": notice.event_id,
                    "kind": notice.kind,
                    "reference": notice.reference,
                    "received_at": clock.now_ms(),
                },
            }
        )


def _require_storable(*texts: str) -> None:
    """Raises ValueError for what no provider calls an event or its kind: too long, or no text at all."""
    if any(len(text.encode()) > MAX_EVENT_TEXT for text in texts):
        raise ValueError("too long for an event")


@cache
def webhooks() -> Webhooks:
    """The receiver of webhooks over the queue that the environment names."""
    return Webhooks(SettlementQueue(settings.text("SETTLEMENT_QUEUE_URL")), gateway)
