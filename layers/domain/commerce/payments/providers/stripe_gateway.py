"""Stripe, by its SDK: a Checkout page, or a PaymentIntent that the client confirms itself. Units: stripe_units.

The only module that imports stripe. Every create carries an idempotency key made of our reference.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import stripe  # noqa: TID251 (this is the module)

from commerce.kit import clock, logs
from commerce.orders.payment import Attempt, Provider, Refund
from commerce.payments.providers import client, stripe_pages
from commerce.payments.providers.model import (
    DisputeReport,
    DisputeState,
    InitiatedPayment,
    MethodRefused,
    Notice,
    PaymentRequest,
    ProviderRefused,
    ProviderReport,
    ProviderTrouble,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
    Subject,
)
from commerce.payments.providers.stripe_units import UNITS

TIMEOUT_SECONDS = 6.0
TOLERANCE_SECONDS = 300
_STATES = {"succeeded": ReportedState.SUCCEEDED, "canceled": ReportedState.FAILED}
_REFUNDS = {"succeeded": RefundState.DONE, "failed": RefundState.REFUSED, "canceled": RefundState.REFUSED}
# Said no, and may say yes when the balance has grown.
_REFUND_LATER = frozenset({"balance_insufficient", "insufficient_funds"})
_WON = frozenset({"won", "warning_closed", "prevented"})
_SUBJECTS = {
    "charge.dispute.": Subject.DISPUTE,
    "charge.refund": Subject.REFUND,
    "refund.": Subject.REFUND,
    "payout.": Subject.TRANSFER,
    "transfer.": Subject.TRANSFER,
}
_CHARGE = "latest_charge.balance_transaction"


class Stripe:
    """Gateway of api.stripe.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        amount = UNITS.to_units(request.amount_minor, request.currency)
        metadata = {"reference": request.reference, "order_id": str(request.order_id)}
        options: Any = {"idempotency_key": request.reference}
        if not request.return_url:
            wanted = stripe_pages.intent(request, amount, metadata)
            made = self.call(lambda api: api.v1.payment_intents.create(wanted, options))
            return InitiatedPayment(made.id, access_code=made.client_secret or "")
        for ends in stripe_pages.page_ends(request, clock.now()):
            page = stripe_pages.page(request, amount, metadata, ends)
            try:
                made = self.call(lambda api, page=page: api.v1.checkout.sessions.create(page, options))
            except _OtherParameters:
                # The same start came before, when another end was the right one: its page is the one that counts.
                continue
            return InitiatedPayment(made.id, made.url or "")
        raise ProviderTrouble(Provider.STRIPE)

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        raise MethodRefused("Stripe asks for codes on its own page.")

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        name = attempt.provider_reference
        if not name:
            # Whatever Stripe made of the start, nobody was ever told where to pay it.
            return ProviderReport(ReportedState.FAILED)
        try:
            with client.missing_key_as_trouble(Provider.STRIPE):
                page, made = self._paid_thing(name)
        except ProviderRefused as refusal:
            if refusal.reason == "resource_missing":
                return ProviderReport(ReportedState.FAILED)
            logs.warning("stripe refuses a question", reason=refusal.reason)
            raise ProviderTrouble(Provider.STRIPE) from None
        if made is None:
            return ProviderReport(ReportedState.FAILED if page.status == "expired" else ReportedState.PENDING)
        with client.parsing(Provider.STRIPE):
            return _report(made)

    def _paid_thing(self, name: str) -> tuple[Any, Any]:
        """The Checkout Session (if it is one) and its PaymentIntent (if there is one)."""
        if not name.startswith("cs_"):
            return None, self.call(lambda api: api.v1.payment_intents.retrieve(name, {"expand": [_CHARGE]}))
        wanted = {"expand": [f"payment_intent.{_CHARGE}"]}
        page = self.call(lambda api: api.v1.checkout.sessions.retrieve(name, wanted))
        return page, page.payment_intent or None

    def cancel(self, attempt: Attempt) -> None:
        name = attempt.provider_reference
        try:
            if name.startswith("cs_"):
                self.call(lambda api: api.v1.checkout.sessions.expire(name))
            elif name:
                self.call(lambda api: api.v1.payment_intents.cancel(name))
        except (ProviderRefused, ProviderTrouble, MethodRefused):
            # Over already, or not to be reached: it ends by itself, and money that comes after all is given back.
            logs.warning("an abandoned page was not ended", provider=Provider.STRIPE)

    def refund(self, refund: Refund) -> RefundReport:
        return client.refund_reported(lambda: self._refund(refund))

    def _refund(self, refund: Refund) -> RefundReport:
        made = self._made(refund) if refund.tries else None
        try:
            return _refund_report(made or self._give_back(refund))
        except ProviderRefused as refusal:
            if refusal.reason in _REFUND_LATER:
                raise ProviderTrouble(Provider.STRIPE) from None
            raise

    def _give_back(self, refund: Refund) -> Any:
        wanted: Any = {
            "payment_intent": refund.transaction,
            "amount": UNITS.to_units(refund.amount_minor, refund.currency),
            "metadata": {"refund_id": refund.id, "reference": refund.reference},
        }
        for again in ("", "-2", "-3"):
            options: Any = {"idempotency_key": f"{refund.id}{again}"}
            try:
                return self.call(lambda api, options=options: api.v1.refunds.create(wanted, options))
            except _FailedForGood:
                # This key will do nothing more than it did for a day. Whoever else tries takes the next one in turn.
                if made := self._made(refund):
                    return made
        raise ProviderTrouble(Provider.STRIPE)

    def fetch_refund(self, refund: Refund) -> RefundReport:
        made = self._made(refund)
        return _refund_report(made) if made else RefundReport(RefundState.PENDING)

    def _made(self, refund: Refund) -> Any:
        """The refund at Stripe, None when it has never been made."""
        query = {"payment_intent": refund.transaction, "limit": 100}
        try:
            with client.missing_key_as_trouble(Provider.STRIPE):
                rows = self.call(lambda api: api.v1.refunds.list(query)).data
        except ProviderRefused:
            raise ProviderTrouble(Provider.STRIPE) from None
        return next((row for row in rows if getattr(row.metadata, "refund_id", None) == refund.id), None)

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        made = self.call(lambda api: api.v1.disputes.retrieve(dispute_id, {"expand": ["payment_intent", "charge"]}))
        with client.parsing(Provider.STRIPE):
            currency = made.currency.upper()
            paid = made.payment_intent or made.charge
            fees = sum(entry.fee for entry in made.balance_transactions if entry.currency == made.currency)
            state = DisputeState.WON if made.status in _WON else DisputeState.OPEN
            return DisputeReport(
                id=made.id,
                reference=str(getattr(paid.metadata, "reference", "") or ""),
                amount_minor=UNITS.from_units(made.amount, currency),
                currency=currency,
                state=DisputeState.LOST if made.status == "lost" else state,
                reason=str(made.reason or ""),
                fee_minor=UNITS.fee_from_units(fees, currency),
            )

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
        metadata = client.subobject(thing, "metadata")
        kind, reference = str(event.get("type") or ""), str(metadata.get("reference") or "")
        subject = next((found for start, found in _SUBJECTS.items() if kind.startswith(start)), Subject.PAYMENT)
        subject_id = ""
        if subject is Subject.REFUND:
            subject_id = str(metadata.get("refund_id") or "")
        elif subject is Subject.DISPUTE:
            subject_id = str(thing.get("id") or "")
        elif subject is Subject.TRANSFER:
            reference, subject_id = "", reference or str(thing.get("id") or "")
        return Notice(Provider.STRIPE, str(event.get("id") or ""), kind, reference, subject, subject_id)

    def call(self, action: Callable[..., Any]) -> Any:
        """What `action` makes of Stripe's client. Raises ProviderRefused, ProviderTrouble, MethodRefused (no key)."""
        api = _client(self._url, client.key(Provider.STRIPE, "stripe_secret_key"))
        try:
            return action(api)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            words = str(error.user_message or error)[:200]
            raise ProviderRefused(Provider.STRIPE, words, str(error.code or "")) from None
        except stripe.IdempotencyError:
            raise _OtherParameters(Provider.STRIPE) from None
        except stripe.StripeError as error:
            if isinstance(error, stripe.AuthenticationError):
                logs.warning("a payment provider does not take our key", provider=Provider.STRIPE)
            if (error.http_status or 0) >= 500 and (error.headers or {}).get("idempotent-replayed") == "true":
                raise _FailedForGood(Provider.STRIPE) from None
            raise ProviderTrouble(Provider.STRIPE) from None


class _FailedForGood(ProviderTrouble):
    """An error that Stripe answered before and goes on answering to this idempotency key."""


class _OtherParameters(ProviderTrouble):
    """The idempotency key came before, with other parameters."""


@cache
def _client(url: str, key: str) -> stripe.StripeClient:
    http = stripe.HTTPXClient(timeout=TIMEOUT_SECONDS, allow_sync_methods=True)
    return stripe.StripeClient(key, base_addresses={"api": url}, max_network_retries=1, http_client=http)


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
    currency = made.currency.upper()
    report = ProviderReport(
        state=state,
        amount_minor=UNITS.from_units(made.amount_received, currency),
        currency=currency,
        transaction=made.id,
        fee_minor=(UNITS.fee_from_units(balance.fee, currency) if balance and balance.currency == made.currency else 0),
        is_live=made.livemode,
    )
    return client.validated(report)


def _refund_report(made: Any) -> RefundReport:
    """Pending and requires_action wait. A failed refund may be one that succeeded before: the bank sent it back."""
    state = _REFUNDS.get(str(made.status), RefundState.PENDING)
    if state is not RefundState.REFUSED:
        return RefundReport(state)
    return RefundReport(
        state, f"Stripe's refund {made.status}: {getattr(made, 'failure_reason', None) or 'no reason'}."
    )


def _stamp(signature: str) -> int:
    for part in signature.split(","):
        name, _, value = part.partition("=")
        if name == "t" and value.isdigit() and len(value) <= 12:
            return int(value)
    raise SignatureRefused
