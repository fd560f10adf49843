"""Stripe, by its SDK: a Checkout page, or a PaymentIntent that the client confirms itself. Amounts in the minor unit.

The only module that imports stripe. Every create carries an idempotency key made of our reference.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import stripe  # noqa: TID251 (this is the module)

from commerce.kit import clock, logs
from commerce.orders.payment import Attempt, Provider, Refund
from commerce.payments.providers import client
from commerce.payments.providers.model import (
    InitiatedPayment,
    Notice,
    PaymentRequest,
    ProviderRefused,
    ProviderReport,
    ProviderTrouble,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
)

TIMEOUT_SECONDS = 6.0
TOLERANCE_SECONDS = 300
_STATES = {"succeeded": ReportedState.SUCCEEDED, "canceled": ReportedState.FAILED}
_CHARGE = "latest_charge.balance_transaction"


class Stripe:
    """Gateway of api.stripe.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        metadata = {"reference": request.reference, "order_id": str(request.order_id)}
        options = {"idempotency_key": request.reference}
        if not request.return_url:
            made = self._do(lambda api: api.v1.payment_intents.create(_wanted(request, metadata), options))
            return InitiatedPayment(made.id, access_code=made.client_secret or "")
        page = self._do(lambda api: api.v1.checkout.sessions.create(_page(request, metadata), options))
        return InitiatedPayment(page.id, page.url or "")

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        name = attempt.provider_reference
        if not name:
            # Whatever Stripe made of the start, nobody was ever told where to pay it.
            return ProviderReport(ReportedState.FAILED)
        if name.startswith("cs_"):
            wanted = {"expand": [f"payment_intent.{_CHARGE}"]}
            page = self._do(lambda api: api.v1.checkout.sessions.retrieve(name, wanted))
            if not page.payment_intent:
                return ProviderReport(ReportedState.FAILED if page.status == "expired" else ReportedState.PENDING)
            made = page.payment_intent
        else:
            made = self._do(lambda api: api.v1.payment_intents.retrieve(name, {"expand": [_CHARGE]}))
        with client.parsing(Provider.STRIPE):
            return _report(made)

    def refund(self, refund: Refund) -> RefundReport:
        made = (self._made(refund) if refund.tries else None) or self._give_back(refund)
        if made.status in ("failed", "canceled"):
            raise ProviderRefused(Provider.STRIPE, str(made.failure_reason or made.status))
        return RefundReport(RefundState.DONE if made.status == "succeeded" else RefundState.PENDING)

    def _give_back(self, refund: Refund) -> Any:
        wanted: Any = {
            "payment_intent": refund.transaction,
            "amount": refund.amount_minor,
            "metadata": {"refund_id": refund.id},
        }
        for again in ("", "-2", "-3"):
            options: Any = {"idempotency_key": f"{refund.id}{again}"}
            try:
                return self._do(lambda api, options=options: api.v1.refunds.create(wanted, options))
            except _FailedForGood:
                # This key will do nothing more than it did for a day. Whoever else tries takes the next one in turn.
                if made := self._made(refund):
                    return made
        raise ProviderTrouble(Provider.STRIPE)

    def _made(self, refund: Refund) -> Any:
        """The refund at Stripe, None when it has never been made."""
        query = {"payment_intent": refund.transaction, "limit": 100}
        rows = self._do(lambda api: api.v1.refunds.list(query)).data
        return next((row for row in rows if getattr(row.metadata, "refund_id", None) == refund.id), None)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        signature = headers.get("stripe-signature", "")
        secret = client.signing_key("stripe_webhook_secret").decode()
        try:
            # The SDK raises TypeError for letters beyond ASCII, and accepts time stamps of the future.
            if not signature.isascii() or _stamp(signature) > clock.now() + TOLERANCE_SECONDS:
                raise SignatureRefused
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            raise SignatureRefused from None
        event = client.parse_event(body)
        thing = client.subobject(client.subobject(event, "data"), "object")
        reference = str(client.subobject(thing, "metadata").get("reference") or "")
        return Notice(Provider.STRIPE, str(event.get("id") or ""), str(event.get("type") or ""), reference)

    def _do(self, action: Callable[..., Any]) -> Any:
        api = _client(self._url, client.key(Provider.STRIPE, "stripe_secret_key"))
        try:
            return action(api)
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


def _wanted(request: PaymentRequest, metadata: dict[str, str]) -> Any:
    return {
        "amount": request.amount_minor,
        "currency": request.currency.lower(),
        "metadata": metadata,
        "receipt_email": request.email,
        "automatic_payment_methods": {"enabled": True},
    }


def _page(request: PaymentRequest, metadata: dict[str, str]) -> Any:
    price = {
        "currency": request.currency.lower(),
        "unit_amount": request.amount_minor,
        "product_data": {"name": f"Order {request.order_id}"},
    }
    return {
        "mode": "payment",
        "client_reference_id": request.reference,
        "customer_email": request.email,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.return_url,
        "cancel_url": request.return_url,
    }


def _report(made: Any) -> ProviderReport:
    """What a PaymentIntent with its charge says. Raises what `client.parsing` knows."""
    state = _STATES.get(made.status, ReportedState.PENDING)
    charge = made.latest_charge
    if made.status == "requires_payment_method" and made.last_payment_error:
        # Declined. The page takes another card, and then reports success after all.
        state = ReportedState.FAILED
    elif state is ReportedState.SUCCEEDED and charge and charge.refunded:
        state = ReportedState.FAILED
    balance = charge.balance_transaction if charge else None
    report = ProviderReport(
        state=state,
        amount_minor=made.amount_received,
        currency=made.currency.upper(),
        transaction=made.id,
        fee_minor=balance.fee if balance and balance.currency == made.currency else 0,
        is_live=made.livemode,
    )
    return client.validated(report)


def _stamp(signature: str) -> int:
    for part in signature.split(","):
        name, _, value = part.partition("=")
        if name == "t" and value.isdigit() and len(value) <= 12:
            return int(value)
    raise SignatureRefused
