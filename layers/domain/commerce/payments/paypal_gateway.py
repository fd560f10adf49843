"""PayPal Orders v2: the buyer approves at PayPal, we capture. Amounts in the major unit.

Facts from PayPal's reference: oauth2/token, checkout/orders (create, show, capture), payments/captures/{id}/refund,
notifications/verify-webhook-signature. PayPal-Request-Id makes a create, capture or refund safe to repeat.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from commerce.kit import money, settings, web
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

_SIGNED = ("auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time")


class PayPal:
    """Gateway of api-m.paypal.com."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token = ""
        self._token_ends = 0.0

    def start(self, intent: Intent) -> Started:
        unit = {
            "reference_id": intent.reference,
            "custom_id": intent.reference,
            "amount": {
                "currency_code": intent.currency,
                "value": money.text(intent.amount_minor, intent.currency),
            },
        }
        context = {"return_url": intent.return_url, "cancel_url": intent.return_url, "user_action": "PAY_NOW"}
        body = {
            "intent": "CAPTURE",
            "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}},
        }
        order = self._answer("POST", "/v2/checkout/orders", repeatable=True, request_id=intent.reference, json=body)
        links = {link["rel"]: link["href"] for link in order["links"]}
        return Started(order["id"], links.get("payer-action") or links.get("approve", ""))

    def look(self, attempt: Attempt) -> Fact:
        path = f"/v2/checkout/orders/{attempt.provider_reference}"
        order = self._answer("GET", path, repeatable=True)
        if order.get("status") == "APPROVED":
            order = self._answer(
                "POST", f"{path}/capture", repeatable=True, request_id=f"{attempt.reference}-capture", json={}
            )
        captures = [
            capture
            for unit in order.get("purchase_units", [])
            for capture in unit.get("payments", {}).get("captures", [])
        ]
        if not captures:
            return Fact(FactState.FAILED if order.get("status") == "VOIDED" else FactState.PENDING)
        capture = captures[-1]
        amount = capture.get("amount", {})
        currency = str(amount.get("currency_code", ""))
        fee = capture.get("seller_receivable_breakdown", {}).get("paypal_fee", {}).get("value", 0)
        taken = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
        failed = ("DECLINED", "FAILED")
        status = capture.get("status")
        return Fact(
            state=FactState.SUCCEEDED
            if status in taken
            else FactState.FAILED
            if status in failed
            else FactState.PENDING,
            amount_minor=money.from_major(amount.get("value", 0), currency),
            currency=currency,
            transaction=str(capture.get("id", "")),
            fee_minor=money.from_major(fee, currency),
            is_live=settings.payments_are_live(),
        )

    def refund(self, refund: Refund) -> bool:
        amount = {"currency_code": refund.currency, "value": money.text(refund.amount_minor, refund.currency)}
        path = f"/v2/payments/captures/{refund.transaction}/refund"
        body = {"amount": amount, "custom_id": refund.id}
        answer = self._answer("POST", path, repeatable=True, request_id=refund.id, json=body)
        return answer.get("status") == "COMPLETED"

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        fields = {name: headers.get(f"paypal-{name}", "") for name in _SIGNED}
        # A certificate from elsewhere would let anybody sign; nothing is asked of anybody about such a webhook.
        certificate = urlsplit(fields["cert-url"])
        host = certificate.hostname or ""
        ours = urlsplit(self._url).hostname or ""
        if not all(fields.values()) or not (
            (certificate.scheme == "https" and (host == "paypal.com" or host.endswith(".paypal.com")))
            or (settings.is_local() and host == ours)
        ):
            raise SignatureRefused
        event = json.loads(body)
        # The event goes in as its own bytes: parsed and written again, it would be another text than was signed.
        question = json.dumps({name.replace("-", "_"): value for name, value in fields.items()})
        webhook_id = json.dumps(keys()["paypal_webhook_id"])
        text = f'{question[:-1]}, "webhook_id": {webhook_id}, "webhook_event": {body.decode()}}}'
        answer = self._answer(
            "POST",
            "/v1/notifications/verify-webhook-signature",
            repeatable=True,
            content=text.encode(),
            headers={"Content-Type": "application/json"},
        )
        if answer.get("verification_status") != "SUCCESS":
            raise SignatureRefused
        resource = event.get("resource", {})
        units = resource.get("purchase_units") or [{}]
        reference = str(resource.get("custom_id") or units[0].get("custom_id", ""))
        kind = str(event.get("event_type", ""))
        return Notice(Provider.PAYPAL, str(event.get("id", "")), kind, reference)

    def _answer(
        self, method: str, path: str, *, repeatable: bool = False, request_id: str = "", **options: Any
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._access_token()}", **options.pop("headers", {})}
        if request_id:
            headers |= {"PayPal-Request-Id": request_id, "Prefer": "return=representation"}
        answer = self._send(method, path, repeatable=repeatable, headers=headers, **options)
        if not answer.is_ok:
            message = answer.body.get("message") or answer.body.get("name") or answer.status
            raise ProviderRefused(Provider.PAYPAL, str(message)[:200])
        return answer.body

    def _access_token(self) -> str:
        if time.monotonic() >= self._token_ends:
            held = keys()
            answer = self._send(
                "POST",
                "/v1/oauth2/token",
                repeatable=True,
                auth=(held["paypal_client_id"], held["paypal_secret"]),
                data={"grant_type": "client_credentials"},
            )
            if not answer.is_ok:
                raise ProviderTrouble(Provider.PAYPAL)
            self._token = str(answer.body["access_token"])
            self._token_ends = time.monotonic() + int(answer.body.get("expires_in", 300)) - 60
        return self._token

    def _send(self, method: str, path: str, *, repeatable: bool, **options: Any) -> web.WebAnswer:
        try:
            answer = web.call(method, self._url + path, repeatable=repeatable, **options)
        except web.NoAnswer:
            raise ProviderTrouble(Provider.PAYPAL) from None
        if answer.status >= 500 or answer.status == 429:
            raise ProviderTrouble(Provider.PAYPAL)
        return answer
