"""PayPal Orders v2: the buyer approves at PayPal, we capture. Amounts in the major unit.

Facts from PayPal's reference: oauth2/token, checkout/orders (create, show, capture), payments/captures/{id}/refund,
notifications/verify-webhook-signature. PayPal-Request-Id makes a create, capture or refund safe to repeat.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from commerce.kit import money, settings, web
from commerce.orders.payment import Attempt, Provider, Refund
from commerce.payments.providers import client
from commerce.payments.providers.model import (
    InitiatedPayment,
    Notice,
    PaymentRequest,
    ProviderRefused,
    ProviderReport,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
)

_SIGNED = ("auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time")
# The buyer approved, and his bank then said no. He may approve again with another card.
_DECLINED = frozenset({"INSTRUMENT_DECLINED", "PAYER_CANNOT_PAY", "TRANSACTION_REFUSED"})
_STATES = {
    "COMPLETED": ReportedState.SUCCEEDED,
    "PARTIALLY_REFUNDED": ReportedState.SUCCEEDED,
    "REFUNDED": ReportedState.FAILED,
    "DECLINED": ReportedState.FAILED,
    "FAILED": ReportedState.FAILED,
}


class PayPal:
    """Gateway of api-m.paypal.com."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token = ""
        self._token_ends = 0.0

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        unit = {
            "reference_id": request.reference,
            "custom_id": request.reference,
            "amount": _amount(request.amount_minor, request.currency),
        }
        context = {"return_url": request.return_url, "cancel_url": request.return_url, "user_action": "PAY_NOW"}
        body = {
            "request": "CAPTURE",
            "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}},
        }
        order = self._answer("POST", "/v2/checkout/orders", request_id=request.reference, json=body)
        with client.parsing(Provider.PAYPAL):
            links = {link["rel"]: link["href"] for link in order["links"]}
            return InitiatedPayment(order["id"], links.get("payer-action") or links["approve"])

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        if not attempt.provider_reference:
            # Whatever PayPal made of the start, nobody was ever told where to approve it.
            return ProviderReport(ReportedState.FAILED)
        path = f"/v2/checkout/orders/{quote(attempt.provider_reference, safe='')}"
        order = self._answer("GET", path)
        if order.get("status") == "APPROVED":
            answer = self._ask("POST", f"{path}/capture", request_id=f"{attempt.reference}-capture", json={})
            match _issue(answer):
                case "ORDER_ALREADY_CAPTURED":
                    order = self._answer("GET", path)
                case issue if issue in _DECLINED:
                    return ProviderReport(ReportedState.FAILED)
                case _:
                    order = client.require_success(Provider.PAYPAL, answer)
        with client.parsing(Provider.PAYPAL):
            return _report(order)

    def refund(self, refund: Refund) -> RefundReport:
        path = f"/v2/payments/captures/{quote(refund.transaction, safe='')}/refund"
        amount = _amount(refund.amount_minor, refund.currency)
        body = {"amount": amount, "custom_id": refund.reference, "invoice_id": refund.id}
        status = self._answer("POST", path, request_id=refund.id, json=body).get("status")
        if status in ("FAILED", "CANCELLED"):
            raise ProviderRefused(Provider.PAYPAL, f"The refund is {str(status).lower()}.")
        return RefundReport(RefundState.DONE if status == "COMPLETED" else RefundState.PENDING)

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
        answer = self._answer(
            "POST",
            "/v1/notifications/verify-webhook-signature",
            content=text.encode(),
            headers={"Content-Type": "application/json"},
        )
        if answer.get("verification_status") != "SUCCESS":
            raise SignatureRefused
        resource = client.subobject(event, "resource")
        units = resource.get("purchase_units")
        unit = units[0] if isinstance(units, list) and units and isinstance(units[0], dict) else {}
        reference = str(resource.get("custom_id") or unit.get("custom_id") or "")
        return Notice(Provider.PAYPAL, str(event.get("id") or ""), str(event.get("event_type") or ""), reference)

    def _answer(self, method: str, path: str, *, request_id: str = "", **options: Any) -> dict[str, Any]:
        return client.require_success(Provider.PAYPAL, self._ask(method, path, request_id=request_id, **options))

    def _ask(self, method: str, path: str, *, request_id: str = "", **options: Any) -> web.WebAnswer:
        """Every call is repeatable: it changes nothing, or it has a request id."""
        more = options.pop("headers", {})
        if request_id:
            more |= {"PayPal-Request-Id": request_id, "Prefer": "return=representation"}
        for is_last in (False, True):
            headers = {"Authorization": f"Bearer {self._access_token()}", **more}
            url = self._url + path
            answer = client.send(Provider.PAYPAL, method, url, repeatable=True, headers=headers, **options)
            if answer.status != 401 or is_last:
                return answer
            # The token ended before its time.
            self._token_ends = 0.0
        raise AssertionError("the last answer is returned")

    def _access_token(self) -> str:
        if time.monotonic() >= self._token_ends:
            held = (client.key(Provider.PAYPAL, "paypal_client_id"), client.key(Provider.PAYPAL, "paypal_secret"))
            url, form = f"{self._url}/v1/oauth2/token", {"grant_type": "client_credentials"}
            answer = client.send(Provider.PAYPAL, "POST", url, repeatable=True, auth=held, data=form)
            body = client.require_success(Provider.PAYPAL, answer)
            with client.parsing(Provider.PAYPAL):
                self._token = str(body["access_token"])
                self._token_ends = time.monotonic() + int(body.get("expires_in", 300)) - 60
        return self._token


def _report(order: dict[str, Any]) -> ProviderReport:
    """What an order says of its payment. Raises what `client.parsing` knows."""
    captures = [
        capture
        for unit in order["purchase_units"]
        for capture in client.subobject(unit, "payments").get("captures", [])
    ]
    if not captures:
        return ProviderReport(ReportedState.FAILED if order["status"] == "VOIDED" else ReportedState.PENDING)
    capture = captures[-1]
    currency = str(capture["amount"]["currency_code"])
    fee = client.subobject(client.subobject(capture, "seller_receivable_breakdown"), "paypal_fee").get("value", 0)
    report = ProviderReport(
        state=_STATES.get(str(capture["status"]), ReportedState.PENDING),
        amount_minor=money.from_major(capture["amount"]["value"], currency),
        currency=currency,
        transaction=str(capture["id"]),
        fee_minor=money.from_major(fee, currency),
        is_live=settings.payments_are_live(),
    )
    return client.validated(report)


def _amount(minor: int, currency: str) -> dict[str, str]:
    return {"currency_code": currency, "value": money.text(minor, currency)}


def _issue(answer: web.WebAnswer) -> str:
    """Why PayPal refused, by its own name for it."""
    details = answer.body.get("details")
    first = details[0] if isinstance(details, list) and details else None
    return str(first.get("issue") or "") if isinstance(first, dict) and not answer.is_ok else ""


def _is_paypals(url: str) -> bool:
    try:
        certificate = urlsplit(url)
        host = certificate.hostname or ""
    except ValueError:
        return False
    return certificate.scheme == "https" and (host == "paypal.com" or host.endswith(".paypal.com"))
