"""Paystack: cards, and mobile money in Ghana by the charge API. Amounts in the minor unit (kobo, pesewas).

Facts from Paystack's reference: transaction/initialize, transaction/verify, charge, refund; webhooks carry
x-paystack-signature, the HMAC-SHA512 of the raw body under the secret key.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from commerce.kit import web
from commerce.payments.gateway import keys
from commerce.payments.model import (
    Attempt,
    Fact,
    FactState,
    Intent,
    Method,
    MethodRefused,
    Notice,
    Provider,
    ProviderRefused,
    ProviderTrouble,
    Refund,
    SignatureRefused,
    Started,
)

_NETWORKS = {"mtn": "mtn", "vodafone": "vod", "telecel": "vod", "airteltigo": "atl"}
_STATES = {"success": FactState.SUCCEEDED, "failed": FactState.FAILED, "reversed": FactState.FAILED}


class Paystack:
    """Gateway of api.paystack.co."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self, intent: Intent) -> Started:
        metadata = {"order_id": intent.order_id, "reference": intent.reference}
        common = {
            "email": intent.email,
            "amount": intent.amount_minor,
            "currency": intent.currency,
            "reference": intent.reference,
            "metadata": metadata,
        }
        if intent.method is Method.MOBILE_MONEY:
            network = _NETWORKS.get(intent.network)
            if network is None:
                raise MethodRefused(f"Unknown mobile money network: {intent.network[:20]}.")
            common["mobile_money"] = {"phone": intent.phone, "provider": network}
            data = self._call("POST", "/charge", json=common)
            return Started(
                intent.reference,
                authorization_url=data.get("url", ""),
                instructions=data.get("display_text", "Approve the payment on your phone."),
            )
        data = self._call("POST", "/transaction/initialize", json={**common, "callback_url": intent.return_url})
        return Started(data["reference"], data["authorization_url"], data["access_code"])

    def look(self, attempt: Attempt) -> Fact:
        try:
            data = self._call("GET", f"/transaction/verify/{quote(attempt.reference, safe='')}", repeatable=True)
        except ProviderRefused:
            # The reference is unknown there until the buyer's page was opened for the first time.
            return Fact(FactState.PENDING)
        return Fact(
            state=_STATES.get(str(data.get("status")), FactState.PENDING),
            amount_minor=int(data.get("amount") or 0),
            currency=str(data.get("currency", "")),
            transaction=str(data.get("id", "")),
            fee_minor=int(data.get("fees") or 0),
            is_live=data.get("domain") == "live",
        )

    def refund(self, refund: Refund) -> bool:
        if refund.tries:
            # Paystack knows no idempotency key: what an unanswered call may have done is found by our note.
            rows = self._list("/refund", params={"reference": refund.transaction})
            if any(row.get("merchant_note") == refund.id for row in rows):
                return True
        body = {"transaction": refund.transaction, "amount": refund.amount_minor, "merchant_note": refund.id}
        self._call("POST", "/refund", json=body, headers={"Idempotency-Key": refund.id})
        return True

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        expected = hmac.new(keys()["paystack_secret_key"].encode(), body, hashlib.sha512).hexdigest()
        if not hmac.compare_digest(expected.encode(), headers.get("x-paystack-signature", "").encode()):
            raise SignatureRefused
        event = json.loads(body)
        data = event.get("data", {})
        reference = str(data.get("transaction_reference") or data.get("reference", ""))
        kind = str(event.get("event", ""))
        return Notice(Provider.PAYSTACK, f"{kind}:{data.get('id', reference)}", kind, reference)

    def _call(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> dict[str, Any]:
        return self._answer(method, path, repeatable=repeatable, **options).get("data") or {}

    def _list(self, path: str, **options: Any) -> list[dict[str, Any]]:
        return self._answer("GET", path, repeatable=True, **options).get("data") or []

    def _answer(self, method: str, path: str, *, repeatable: bool, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {keys()['paystack_secret_key']}", **options.pop("headers", {})}
        try:
            answer = web.call(method, self._url + path, repeatable=repeatable, headers=headers, **options)
        except web.NoAnswer:
            raise ProviderTrouble(Provider.PAYSTACK) from None
        if answer.status >= 500 or answer.status == 429:
            raise ProviderTrouble(Provider.PAYSTACK)
        if not answer.is_ok or not answer.body.get("status"):
            raise ProviderRefused(Provider.PAYSTACK, str(answer.body.get("message", answer.status))[:200])
        return answer.body
