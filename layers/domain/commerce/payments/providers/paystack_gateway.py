"""Paystack: cards, and mobile money in Ghana by the charge API. Amounts in the minor unit (kobo, pesewas).

Facts from Paystack's reference: transaction/initialize, transaction/verify, charge, refund; webhooks carry
x-paystack-signature, the HMAC-SHA512 of the raw body under the secret key.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from commerce.orders.payment import Attempt, Method, Provider, Refund
from commerce.payments.providers import client
from commerce.payments.providers.model import (
    InitiatedPayment,
    MethodRefused,
    Notice,
    PaymentRequest,
    ProviderRefused,
    ProviderReport,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
)

_NETWORKS = {"mtn": "mtn", "vodafone": "vod", "telecel": "vod", "airteltigo": "atl"}
_STATES = {"success": ReportedState.SUCCEEDED, "failed": ReportedState.FAILED, "reversed": ReportedState.FAILED}


class Paystack:
    """Gateway of api.paystack.co."""

    def __init__(self, url: str) -> None:
        self._url = url

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        metadata = {"order_id": request.order_id, "reference": request.reference}
        common = {
            "email": request.email,
            "amount": request.amount_minor,
            "currency": request.currency,
            "reference": request.reference,
            "metadata": metadata,
        }
        if request.method is Method.MOBILE_MONEY:
            return self._charge(request, common)
        answer = self._answer("POST", "/transaction/initialize", json={**common, "callback_url": request.return_url})
        with client.parsing(Provider.PAYSTACK):
            data = answer["data"]
            return InitiatedPayment(data["reference"], data["authorization_url"], data["access_code"])

    def _charge(self, request: PaymentRequest, common: dict[str, Any]) -> InitiatedPayment:
        network = _NETWORKS.get(request.network)
        if network is None:
            raise MethodRefused(f"Unknown mobile money network: {request.network[:20]}.")
        wallet = {"phone": request.phone, "provider": network}
        data = client.subobject(self._answer("POST", "/charge", json={**common, "mobile_money": wallet}), "data")
        if data.get("status") == "failed":
            raise ProviderRefused(Provider.PAYSTACK, str(data.get("message") or "The charge failed.")[:200])
        return InitiatedPayment(
            request.reference,
            authorization_url=str(data.get("url") or ""),
            instructions=str(data.get("display_text") or "Approve the payment on your phone."),
        )

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        try:
            path = f"/transaction/verify/{quote(attempt.reference, safe='')}"
            answer = self._answer("GET", path, repeatable=True)
        except ProviderRefused:
            # The reference is unknown there: the call that should have made it known never arrived.
            return ProviderReport(ReportedState.PENDING)
        with client.parsing(Provider.PAYSTACK):
            data = answer["data"]
            if data["reference"] != attempt.reference:
                raise ValueError("an answer about another payment")
            report = ProviderReport(
                state=_STATES.get(str(data["status"]), ReportedState.PENDING),
                amount_minor=int(data.get("amount") or 0),
                currency=str(data.get("currency") or ""),
                transaction=str(data.get("id") or ""),
                fee_minor=int(data.get("fees") or 0),
                is_live=data.get("domain") == "live",
            )
            return client.validated(report)

    def refund(self, refund: Refund) -> RefundReport:
        # Paystack knows no idempotency key: what an unanswered call may have done is found by our note.
        made = self._made(refund) if refund.tries else None
        if made is None:
            body = {"transaction": refund.transaction, "amount": refund.amount_minor, "merchant_note": refund.id}
            made = client.subobject(self._answer("POST", "/refund", json=body), "data")
        if made.get("status") == "failed":
            raise ProviderRefused(Provider.PAYSTACK, "The refund failed.")
        return RefundReport(RefundState.DONE if made.get("status") == "processed" else RefundState.PENDING)

    def _made(self, refund: Refund) -> dict[str, Any] | None:
        query = {"transaction": refund.transaction, "perPage": "100"}
        answer = self._answer("GET", "/refund", repeatable=True, params=query)
        with client.parsing(Provider.PAYSTACK):
            rows: list[dict[str, Any]] = answer["data"]
            return next((row for row in rows if row.get("merchant_note") == refund.id), None)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        expected = hmac.new(client.signing_key("paystack_secret_key"), body, hashlib.sha512).hexdigest()
        if not hmac.compare_digest(expected.encode(), headers.get("x-paystack-signature", "").encode()):
            raise SignatureRefused
        event = client.parse_event(body)
        data = client.subobject(event, "data")
        kind = str(event.get("event") or "")
        reference = str(data.get("transaction_reference") or data.get("reference") or "")
        # Webhooks of refunds have no id of their own, only the refund's.
        name = data.get("refund_reference") or data.get("id") or reference
        return Notice(Provider.PAYSTACK, f"{kind}:{name}", kind, reference)

    def _answer(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {client.key(Provider.PAYSTACK, 'paystack_secret_key')}"}
        url = self._url + path
        answer = client.send(Provider.PAYSTACK, method, url, repeatable=repeatable, headers=headers, **options)
        return client.require_success(Provider.PAYSTACK, answer, is_good=answer.body.get("status") is True)
