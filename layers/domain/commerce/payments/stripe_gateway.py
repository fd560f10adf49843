"""Stripe, by its SDK: a Checkout page, or a PaymentIntent that the client confirms itself. Amounts in the minor unit.

The only module that imports stripe. Every create carries an idempotency key made of our reference.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import stripe  # noqa: TID251 (this is the module)

from commerce.kit import clock, logs
from commerce.payments import answers
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

TIMEOUT_SECONDS = 6.0
TOLERANCE_SECONDS = 300
_STATES = {"succeeded": FactState.SUCCEEDED, "canceled": FactState.FAILED}
_CHARGE = "latest_charge.balance_transaction"


class Stripe:
    """Gateway of api.stripe.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self, intent: Intent) -> Started:
        metadata = {"reference": intent.reference, "order_id": str(intent.order_id)}
        options = {"idempotency_key": intent.reference}
        if not intent.return_url:
            made = self._do(lambda client: client.v1.payment_intents.create(_wanted(intent, metadata), options))
            return Started(made.id, access_code=made.client_secret or "")
        page = self._do(lambda client: client.v1.checkout.sessions.create(_page(intent, metadata), options))
        return Started(page.id, page.url or "")

    def look(self, attempt: Attempt) -> Fact:
        name = attempt.provider_reference
        if not name:
            # Whatever Stripe made of the start, nobody was ever told where to pay it.
            return Fact(FactState.FAILED)
        if name.startswith("cs_"):
            wanted = {"expand": [f"payment_intent.{_CHARGE}"]}
            page = self._do(lambda client: client.v1.checkout.sessions.retrieve(name, wanted))
            if not page.payment_intent:
                return Fact(FactState.FAILED if page.status == "expired" else FactState.PENDING)
            made = page.payment_intent
        else:
            made = self._do(lambda client: client.v1.payment_intents.retrieve(name, {"expand": [_CHARGE]}))
        with answers.reading(Provider.STRIPE):
            return _fact(made)

    def refund(self, refund: Refund) -> bool:
        made = (self._made(refund) if refund.tries else None) or self._give_back(refund)
        if made.status in ("failed", "canceled"):
            raise ProviderRefused(Provider.STRIPE, str(made.failure_reason or made.status))
        return bool(made.status == "succeeded")

    def _give_back(self, refund: Refund) -> Any:
        wanted: Any = {
            "payment_intent": refund.transaction,
            "amount": refund.amount_minor,
            "metadata": {"refund_id": refund.id},
        }
        for again in ("", "-2", "-3"):
            options: Any = {"idempotency_key": f"{refund.id}{again}"}
            try:
                return self._do(lambda client, options=options: client.v1.refunds.create(wanted, options))
            except _FailedForGood:
                # This key will do nothing more than it did for a day. Whoever else tries takes the next one in turn.
                if made := self._made(refund):
                    return made
        raise ProviderTrouble(Provider.STRIPE)

    def _made(self, refund: Refund) -> Any:
        """The refund at Stripe, None when it has never been made."""
        query = {"payment_intent": refund.transaction, "limit": 100}
        rows = self._do(lambda client: client.v1.refunds.list(query)).data
        return next((row for row in rows if getattr(row.metadata, "refund_id", None) == refund.id), None)

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        signature = headers.get("stripe-signature", "")
        secret = answers.signing_key("stripe_webhook_secret").decode()
        try:
            # The SDK raises TypeError for letters beyond ASCII, and accepts time stamps of the future.
            if not signature.isascii() or _stamp(signature) > clock.now() + TOLERANCE_SECONDS:
                raise SignatureRefused
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            raise SignatureRefused from None
        event = answers.event_of(body)
        thing = answers.part(answers.part(event, "data"), "object")
        reference = str(answers.part(thing, "metadata").get("reference") or "")
        return Notice(Provider.STRIPE, str(event.get("id") or ""), str(event.get("type") or ""), reference)

    def _do(self, action: Callable[..., Any]) -> Any:
        client = _client(self._url, answers.key(Provider.STRIPE, "stripe_secret_key"))
        try:
            return action(client)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise ProviderRefused(Provider.STRIPE, str(error.user_message or error)[:200]) from None
        except stripe.StripeError as error:
            if isinstance(error, stripe.AuthenticationError):
                logs.warning("a payment provider does not take our key", provider=Provider.STRIPE)
            if (error.http_status or 0) >= 500 and (error.headers or {}).get("idempotent-replayed") == "true":
                raise _FailedForGood(Provider.STRIPE) from None
            raise ProviderTrouble(Provider.STRIPE) from None


class _FailedForGood(ProviderTrouble):
    """An error that Stripe answered before and goes on answering to this idempotency key."""


@cache
def _client(url: str, key: str) -> stripe.StripeClient:
    http = stripe.HTTPXClient(timeout=TIMEOUT_SECONDS, allow_sync_methods=True)
    return stripe.StripeClient(key, base_addresses={"api": url}, max_network_retries=1, http_client=http)


def _wanted(intent: Intent, metadata: dict[str, str]) -> Any:
    return {
        "amount": intent.amount_minor,
        "currency": intent.currency.lower(),
        "metadata": metadata,
        "receipt_email": intent.email,
        "automatic_payment_methods": {"enabled": True},
    }


def _page(intent: Intent, metadata: dict[str, str]) -> Any:
    price = {
        "currency": intent.currency.lower(),
        "unit_amount": intent.amount_minor,
        "product_data": {"name": f"Order {intent.order_id}"},
    }
    return {
        "mode": "payment",
        "client_reference_id": intent.reference,
        "customer_email": intent.email,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": intent.return_url,
        "cancel_url": intent.return_url,
    }


def _fact(made: Any) -> Fact:
    """What a PaymentIntent with its charge says. Raises what `answers.reading` knows."""
    state = _STATES.get(made.status, FactState.PENDING)
    charge = made.latest_charge
    if made.status == "requires_payment_method" and made.last_payment_error:
        # Declined. The page takes another card, and then reports success after all.
        state = FactState.FAILED
    elif state is FactState.SUCCEEDED and charge and charge.refunded:
        state = FactState.FAILED
    balance = charge.balance_transaction if charge else None
    fact = Fact(
        state=state,
        amount_minor=made.amount_received,
        currency=made.currency.upper(),
        transaction=made.id,
        fee_minor=balance.fee if balance and balance.currency == made.currency else 0,
        is_live=made.livemode,
    )
    return answers.sound(fact)


def _stamp(signature: str) -> int:
    for part in signature.split(","):
        name, _, value = part.partition("=")
        if name == "t" and value.isdigit() and len(value) <= 12:
            return int(value)
    raise SignatureRefused
