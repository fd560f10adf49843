"""PayPal Orders v2: the buyer approves at PayPal, we capture. Its units are in paypal_units.

Facts from PayPal's reference: oauth2/token, checkout/orders (create, show, capture), payments/captures (show, refund),
customer/disputes, notifications/verify-webhook-signature. PayPal-Request-Id makes a create, capture or refund safe to
repeat; it is kept for hours (orders) or weeks (refunds), and repeats a refusal as faithfully as a success.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from commerce.kit import logs
from commerce.orders.payment import Attempt, Provider, Refund
from commerce.payments.providers import client, modes, paypal_refusals
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
from commerce.payments.providers.paypal_client import PayPalClient
from commerce.payments.providers.paypal_units import UNITS

_SIGNED = ("auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time")
_STATES = {
    "COMPLETED": ReportedState.SUCCEEDED,
    "PARTIALLY_REFUNDED": ReportedState.SUCCEEDED,
    "REFUNDED": ReportedState.FAILED,
    "DECLINED": ReportedState.FAILED,
    "FAILED": ReportedState.FAILED,
}
_REFUNDS = {"COMPLETED": RefundState.DONE, "FAILED": RefundState.REFUSED, "CANCELLED": RefundState.REFUSED}
_LOST = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED"})
_DISPUTE_FEES = frozenset({"DISPUTE_FEE", "DISPUTE_SETTLEMENT_FEE", "CHARGEBACK_FEE"})


class PayPal:
    """Gateway of api-m.paypal.com."""

    def __init__(self, url: str) -> None:
        self._client = PayPalClient(url)

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        unit = {
            "reference_id": request.reference,
            "custom_id": request.reference,
            "amount": _amount(request.amount_minor, request.currency),
        }
        context = {"return_url": request.return_url, "cancel_url": request.return_url, "user_action": "PAY_NOW"}
        body = {
            "intent": "CAPTURE",
            "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}},
        }
        order = self._client.body("POST", "/v2/checkout/orders", request_id=request.reference, json=body)
        with client.parsing(Provider.PAYPAL):
            links = {link["rel"]: link["href"] for link in order["links"]}
            return InitiatedPayment(order["id"], links.get("payer-action") or links["approve"])

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        raise MethodRefused("PayPal asks for codes on its own page.")

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        if not attempt.provider_reference:
            # Whatever PayPal made of the start, nobody was ever told where to approve it.
            return ProviderReport(ReportedState.FAILED)
        path = f"/v2/checkout/orders/{quote(attempt.provider_reference, safe='')}"
        with client.missing_key_as_trouble(Provider.PAYPAL):
            answer = self._client.send("GET", path)
            if answer.status == 404:
                # Forgotten: an order that nobody approved lives for some three hours.
                return ProviderReport(ReportedState.FAILED)
            order = _body(answer)
            if order.get("status") == "APPROVED":
                if not may_capture:
                    return ProviderReport(ReportedState.FAILED)
                captured = self._capture(attempt, path, order)
                if isinstance(captured, ProviderReport):
                    return captured
                order = captured
        with client.parsing(Provider.PAYPAL):
            return _report(order, is_live=modes.mode_of_host(self._client.url) == "live")

    def _capture(self, attempt: Attempt, path: str, order: dict[str, Any]) -> dict[str, Any] | ProviderReport:
        """The order after its capture, or what the refusal to capture means."""
        # A key for each approval: the key of the last one would repeat its refusal. No order is captured twice.
        approval = str(order.get("update_time") or f"check-{attempt.checks}")
        answer = self._client.send("POST", f"{path}/capture", request_id=f"{attempt.reference}-{approval}", json={})
        issue = paypal_refusals.issue(answer)
        if answer.is_ok:
            return answer.body
        if issue == paypal_refusals.CAPTURED_BEFORE:
            return _body(self._client.send("GET", path))
        if issue in paypal_refusals.PAYER_ACTION:
            return ProviderReport(ReportedState.PENDING)
        if answer.status in (400, 403, 404, 422):
            logs.warning("paypal refuses a capture", issue=issue[:60])
            return ProviderReport(ReportedState.FAILED)
        raise ProviderTrouble(Provider.PAYPAL)

    def cancel(self, attempt: Attempt) -> None:
        """A no-op: PayPal forgets what nobody approved, and what is approved is not taken unless we capture it."""

    def refund(self, refund: Refund) -> RefundReport:
        return client.refund_reported(lambda: self._refund(refund))

    def _refund(self, refund: Refund) -> RefundReport:
        answer = self._give_back(refund, refund.id)
        if refund.tries and paypal_refusals.issue(answer) in paypal_refusals.REFUND_LATER:
            # The key repeats what PayPal said the first time. Under another one it may do it now, unless it has.
            if made := self._made(refund):
                return _refund_report(made)
            answer = self._give_back(refund, f"{refund.id}-{refund.tries}")
        issue = paypal_refusals.issue(answer)
        if issue in paypal_refusals.REFUND_LATER:
            raise ProviderTrouble(Provider.PAYPAL)
        if issue in paypal_refusals.MADE_BEFORE and (made := self._made(refund)):
            return _refund_report(made)
        if issue and answer.status in (400, 403, 404, 422):
            raise ProviderRefused(Provider.PAYPAL, paypal_refusals.words(answer), issue)
        return _refund_report(client.require_success(Provider.PAYPAL, answer))

    def _give_back(self, refund: Refund, request_id: str) -> Any:
        path = f"/v2/payments/captures/{quote(refund.transaction, safe='')}/refund"
        amount = _amount(refund.amount_minor, refund.currency)
        body = {"amount": amount, "custom_id": refund.reference, "invoice_id": refund.id}
        return self._client.send("POST", path, request_id=request_id, json=body)

    def fetch_refund(self, refund: Refund) -> RefundReport:
        with client.missing_key_as_trouble(Provider.PAYPAL):
            return _refund_report(self._made(refund) or {})

    def _made(self, refund: Refund) -> dict[str, Any] | None:
        """The refund as its order lists it, found by our id; PayPal has no list of a capture's refunds. None also when
        the order is too old to be shown."""
        try:
            capture = self._client.body("GET", f"/v2/payments/captures/{quote(refund.transaction, safe='')}")
            order = self._client.body("GET", f"/v2/checkout/orders/{quote(_order_of(capture), safe='')}")
        except ProviderRefused as refusal:
            if refusal.reason == "RESOURCE_NOT_FOUND":
                return None
            raise ProviderTrouble(Provider.PAYPAL) from None
        with client.parsing(Provider.PAYPAL):
            rows = [row for unit in order["purchase_units"] for row in _payments(unit, "refunds")]
            return next((row for row in rows if row.get("invoice_id") == refund.id), None)

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        made = self._client.body("GET", f"/v1/customer/disputes/{quote(dispute_id, safe='')}")
        with client.parsing(Provider.PAYPAL):
            transaction = made["disputed_transactions"][0]
            amount = made["dispute_amount"]
            currency = str(amount["currency_code"])
            outcome = client.subobject(made, "dispute_outcome").get("outcome_code")
            moved = [move for move in made.get("money_movements") or [] if move.get("affected_party") == "SELLER"]
            fees = [move["amount"] for move in moved if move.get("reason") in _DISPUTE_FEES]
            over = DisputeState.LOST if outcome in _LOST else DisputeState.WON
            return DisputeReport(
                id=str(made["dispute_id"]),
                reference=str(transaction.get("custom") or ""),
                amount_minor=UNITS.from_major(amount["value"], currency),
                currency=currency,
                state=over if made["status"] == "RESOLVED" else DisputeState.OPEN,
                reason=str(made.get("reason") or ""),
                fee_minor=sum(
                    UNITS.fee_from_major(fee["value"], currency) for fee in fees if fee["currency_code"] == currency
                ),
            )

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        fields = {name: headers.get(f"paypal-{name}", "") for name in _SIGNED}
        # A certificate from elsewhere would let anybody sign; nothing is asked of anybody about such a webhook.
        if not all(fields.values()) or not _is_paypals(fields["cert-url"]):
            raise SignatureRefused
        event = client.parse_event(body)
        # The event goes in as its own bytes: parsed and written again, it would be another text than was signed.
        question = json.dumps({name.replace("-", "_"): value for name, value in fields.items()})
        webhook_id = json.dumps(client.signing_key("paypal_webhook_id").decode())
        text = f'{question[:-1]}, "webhook_id": {webhook_id}, "webhook_event": {body.decode()}}}'
        try:
            answer = self._client.body(
                "POST",
                "/v1/notifications/verify-webhook-signature",
                content=text.encode(),
                headers={"Content-Type": "application/json"},
            )
        except ProviderRefused:
            raise SignatureRefused from None
        if answer.get("verification_status") != "SUCCESS":
            raise SignatureRefused
        return _notice(event)


def _notice(event: dict[str, Any]) -> Notice:
    """What an event is about."""
    resource = client.subobject(event, "resource")
    kind, name = str(event.get("event_type") or ""), str(event.get("id") or "")
    if kind.startswith("CUSTOMER.DISPUTE"):
        about = _first(resource, "disputed_transactions")
        reference, dispute_id = str(about.get("custom") or ""), str(resource.get("dispute_id") or "")
        return Notice(Provider.PAYPAL, name, kind, reference, Subject.DISPUTE, dispute_id)
    if kind.startswith("PAYMENT.PAYOUT"):
        item = client.subobject(resource, "payout_item")
        subject_id = item.get("sender_item_id") or resource.get("payout_item_id") or ""
        return Notice(Provider.PAYPAL, name, kind, "", Subject.TRANSFER, str(subject_id))
    reference = str(resource.get("custom_id") or _first(resource, "purchase_units").get("custom_id") or "")
    if kind in ("PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED"):
        subject_id = str(resource.get("invoice_id") or "")
        return Notice(Provider.PAYPAL, name, kind, reference, Subject.REFUND, subject_id)
    return Notice(Provider.PAYPAL, name, kind, reference)


def _first(thing: dict[str, Any], name: str) -> dict[str, Any]:
    rows = thing.get(name)
    return rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}


def _order_of(capture: dict[str, Any]) -> str:
    """The order that a capture belongs to: named beside it, or by its link upwards."""
    related = client.subobject(client.subobject(capture, "supplementary_data"), "related_ids")
    links = capture.get("links") or []
    above = [str(link.get("href")) for link in links if isinstance(link, dict) and link.get("rel") == "up"]
    return str(related.get("order_id") or (above[0].rpartition("/")[2] if above else "unknown"))


def _payments(unit: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.subobject(unit, "payments").get(name) or []
    return rows


def _body(answer: Any) -> dict[str, Any]:
    """The body of a good answer to a question; a refusal that is no documented state is asked again."""
    try:
        return client.require_success(Provider.PAYPAL, answer)
    except ProviderRefused as refusal:
        logs.warning("paypal refuses a question", issue=refusal.reason[:60])
        raise ProviderTrouble(Provider.PAYPAL) from None


def _report(order: dict[str, Any], *, is_live: bool) -> ProviderReport:
    """What an order says of its payment. Raises what `client.parsing` knows."""
    captures = [capture for unit in order["purchase_units"] for capture in _payments(unit, "captures")]
    if not captures:
        return ProviderReport(ReportedState.FAILED if order["status"] == "VOIDED" else ReportedState.PENDING)
    capture = captures[-1]
    currency = str(capture["amount"]["currency_code"])
    fee = client.subobject(client.subobject(capture, "seller_receivable_breakdown"), "paypal_fee").get("value", 0)
    report = ProviderReport(
        state=_STATES.get(str(capture["status"]), ReportedState.PENDING),
        amount_minor=UNITS.from_major(capture["amount"]["value"], currency),
        currency=currency,
        transaction=str(capture["id"]),
        fee_minor=UNITS.fee_from_major(fee, currency),
        is_live=is_live,
    )
    return client.validated(report)


def _refund_report(made: Mapping[str, Any]) -> RefundReport:
    status = str(made.get("status") or "")
    state = _REFUNDS.get(status, RefundState.PENDING)
    return RefundReport(state, f"PayPal's refund is {status.lower()}." if state is RefundState.REFUSED else "")


def _amount(minor: int, currency: str) -> dict[str, str]:
    return {"currency_code": currency, "value": UNITS.to_major(minor, currency)}


def _is_paypals(url: str) -> bool:
    try:
        certificate = urlsplit(url)
        host = certificate.hostname or ""
    except ValueError:
        return False
    return certificate.scheme == "https" and (host == "paypal.com" or host.endswith(".paypal.com"))
