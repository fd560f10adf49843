"""Flutterwave v3: hosted card page and Ghanaian mobile money. Amounts in the major unit.

Facts from Flutterwave's reference: payments, charges?type=mobile_money_ghana, transactions/verify_by_reference,
transactions/{id}/refund, refunds. Its webhooks carry either `verif-hash`, a static secret, or `flutterwave-signature`,
the base64 HMAC-SHA256 of the raw body under that secret. The static one proves little, which is why no webhook is
believed further than that it names a payment to ask about.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from commerce.kit import money, settings
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

_NETWORKS = {"mtn": "MTN", "vodafone": "VODAFONE", "telecel": "VODAFONE", "airteltigo": "TIGO"}
_STATES = {"successful": ReportedState.SUCCEEDED, "failed": ReportedState.FAILED}


class Flutterwave:
    """Gateway of api.flutterwave.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        amount = money.text(request.amount_minor, request.currency)
        common = {"tx_ref": request.reference, "amount": amount, "currency": request.currency}
        if request.method is Method.MOBILE_MONEY:
            return self._charge(request, common)
        page = {**common, "redirect_url": request.return_url, "customer": {"email": request.email}}
        answer = self._answer("POST", "/v3/payments", json={**page, "meta": {"order_id": request.order_id}})
        with client.parsing(Provider.FLUTTERWAVE):
            return InitiatedPayment(request.reference, answer["data"]["link"])

    def _charge(self, request: PaymentRequest, common: dict[str, Any]) -> InitiatedPayment:
        network = _NETWORKS.get(request.network)
        if network is None:
            raise MethodRefused(f"Unknown mobile money network: {request.network[:20]}.")
        charge = {**common, "email": request.email, "phone_number": request.phone, "network": network}
        answer = self._answer("POST", "/v3/charges", params={"type": "mobile_money_ghana"}, json=charge)
        authorization = client.subobject(client.subobject(answer, "meta"), "authorization")
        redirect = str(authorization.get("redirect") or "")
        return InitiatedPayment(request.reference, redirect, instructions="Approve the payment on your phone.")

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        try:
            query = {"tx_ref": attempt.reference}
            answer = self._answer("GET", "/v3/transactions/verify_by_reference", repeatable=True, params=query)
        except ProviderRefused:
            # No transaction exists there until the buyer has tried to pay.
            return ProviderReport(ReportedState.PENDING)
        with client.parsing(Provider.FLUTTERWAVE):
            data = answer["data"]
            if data["tx_ref"] != attempt.reference:
                raise ValueError("an answer about another payment")
            currency = str(data.get("currency") or "")
            report = ProviderReport(
                state=_STATES.get(str(data["status"]), ReportedState.PENDING),
                amount_minor=money.from_major(data.get("amount") or 0, currency),
                currency=currency,
                transaction=str(data.get("id") or ""),
                fee_minor=money.from_major(data.get("app_fee") or 0, currency),
                # The keys decide on test or live, and a key of the one never sees the other's payments.
                is_live=settings.payments_are_live(),
            )
            return client.validated(report)

    def refund(self, refund: Refund) -> RefundReport:
        # Flutterwave v3 knows no idempotency key: what an unanswered call may have done is found by our comment.
        made = self._made(refund) if refund.tries else None
        if made is None:
            body = {"amount": money.text(refund.amount_minor, refund.currency), "comments": refund.id}
            path = f"/v3/transactions/{refund.transaction}/refund"
            made = client.subobject(self._answer("POST", path, json=body), "data")
        # A word for each way that the money takes: completed, completed-momo, pending-momo, failed, …
        status = str(made.get("status") or "")
        if status.startswith("failed"):
            raise ProviderRefused(Provider.FLUTTERWAVE, "The refund failed.")
        return RefundReport(RefundState.DONE if status.startswith(("completed", "successful")) else RefundState.PENDING)

    def _made(self, refund: Refund) -> dict[str, Any] | None:
        answer = self._answer("GET", "/v3/refunds", repeatable=True, params={"id": refund.transaction})
        with client.parsing(Provider.FLUTTERWAVE):
            rows: list[dict[str, Any]] = answer["data"]
            return next((row for row in rows if row.get("comment") == refund.id), None)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        secret = client.signing_key("flutterwave_hash")
        if signature := headers.get("flutterwave-signature"):
            digest = hmac.new(secret, body, hashlib.sha256).digest()
            is_genuine = hmac.compare_digest(base64.b64encode(digest), signature.encode())
        else:
            is_genuine = hmac.compare_digest(secret, headers.get("verif-hash", "").encode())
        if not is_genuine:
            raise SignatureRefused
        event = client.parse_event(body)
        data = client.subobject(event, "data")
        kind = str(event.get("event") or event.get("type") or "")
        reference = str(data.get("tx_ref") or data.get("reference") or "")
        return Notice(Provider.FLUTTERWAVE, f"{kind}:{data.get('id') or reference}", kind, reference)

    def _answer(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {client.key(Provider.FLUTTERWAVE, 'flutterwave_secret_key')}"}
        url = self._url + path
        answer = client.send(Provider.FLUTTERWAVE, method, url, repeatable=repeatable, headers=headers, **options)
        return client.require_success(Provider.FLUTTERWAVE, answer, is_good=answer.body.get("status") == "success")
