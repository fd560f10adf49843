"""Stripe, by its SDK: a Checkout page, or a PaymentIntent that the client confirms itself. Amounts in the minor unit.

The only module that imports stripe. Every create carries an idempotency key made of our reference.
"""

import json
from collections.abc import Mapping
from typing import Any

import stripe

from commerce.kit import clock
from commerce.payments.gateway import keys
from commerce.payments.model import (
    Attempt,
    Fact,
    FactState,
    Intent,
    Notice,
    Provider,
    ProviderRefused,
    ProviderTrouble,
    Refund,
    SignatureRefused,
    Started,
)

TOLERANCE_SECONDS = 300


class Stripe:
    """Gateway of api.stripe.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self, intent: Intent) -> Started:
        metadata = {"reference": intent.reference, "order_id": str(intent.order_id)}
        options = {"idempotency_key": intent.reference}
        if not intent.return_url:
            made = self._do(
                lambda client: client.v1.payment_intents.create(
                    {
                        "amount": intent.amount_minor,
                        "currency": intent.currency.lower(),
                        "metadata": metadata,
                        "receipt_email": intent.email,
                        "automatic_payment_methods": {"enabled": True},
                    },
                    options,
                )
            )
            return Started(made.id, access_code=made.client_secret or "")
        item = {
            "quantity": 1,
            "price_data": {
                "currency": intent.currency.lower(),
                "unit_amount": intent.amount_minor,
                "product_data": {"name": f"Order {intent.order_id}"},
            },
        }
        page = self._do(
            lambda client: client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": intent.reference,
                    "customer_email": intent.email,
                    "line_items": [item],
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata},
                    "success_url": intent.return_url,
                    "cancel_url": intent.return_url,
                },
                options,
            )
        )
        return Started(page.id, page.url or "")

    def look(self, attempt: Attempt) -> Fact:
        name = attempt.provider_reference
        if name.startswith("cs_"):
            page = self._do(lambda client: client.v1.checkout.sessions.retrieve(name))
            if not page.payment_intent:
                return Fact(FactState.FAILED if page.status == "expired" else FactState.PENDING)
            name = str(page.payment_intent)
        made = self._do(lambda client: client.v1.payment_intents.retrieve(name))
        # A card that was declined leaves the intent open for another card: only `canceled` is the end of it.
        states = {"succeeded": FactState.SUCCEEDED, "canceled": FactState.FAILED}
        return Fact(
            state=states.get(made.status, FactState.PENDING),
            amount_minor=made.amount_received,
            currency=made.currency.upper(),
            transaction=made.id,
            is_live=made.livemode,
        )

    def refund(self, refund: Refund) -> bool:
        made = self._do(
            lambda client: client.v1.refunds.create(
                {
                    "payment_intent": refund.transaction,
                    "amount": refund.amount_minor,
                    "metadata": {"refund_id": refund.id},
                },
                {"idempotency_key": refund.id},
            )
        )
        if made.status in ("failed", "canceled"):
            raise ProviderRefused(Provider.STRIPE, str(made.failure_reason or made.status))
        return made.status == "succeeded"

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        signature = headers.get("stripe-signature", "")
        try:
            # The SDK raises TypeError for letters beyond ASCII, and accepts time stamps of the future.
            if not signature.isascii() or _stamp(signature) > clock.now() + TOLERANCE_SECONDS:
                raise SignatureRefused
            stripe.WebhookSignature.verify_header(
                body.decode(), signature, keys()["stripe_webhook_secret"], TOLERANCE_SECONDS
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            raise SignatureRefused from None
        event = stripe.Event.construct_from(json.loads(body), None)
        thing: Any = event.data.object
        metadata = thing.get("metadata") or {}
        return Notice(Provider.STRIPE, str(event.id), str(event.type), str(metadata.get("reference", "")))

    def _do(self, action: Any) -> Any:
        client = stripe.StripeClient(
            keys()["stripe_secret_key"],
            base_addresses={"api": self._url},
            max_network_retries=1,
            http_client=_http(),
        )
        try:
            return action(client)
        except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError):
            raise ProviderTrouble(Provider.STRIPE) from None
        except stripe.StripeError as error:
            if (error.http_status or 500) >= 500:
                raise ProviderTrouble(Provider.STRIPE) from None
            raise ProviderRefused(Provider.STRIPE, str(error.user_message or error)[:200]) from None


def _http() -> stripe.HTTPXClient:
    return stripe.HTTPXClient(timeout=8.0, allow_sync_methods=True)


def _stamp(signature: str) -> int:
    for part in signature.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "t" and value.isdigit() and len(value) <= 12:
            return int(value)
    raise SignatureRefused
