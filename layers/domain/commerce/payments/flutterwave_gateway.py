"""Flutterwave v3: hosted card page and Ghanaian mobile money. Amounts in the major unit.

Facts from Flutterwave's reference: payments, charges?type=mobile_money_ghana, transactions/verify_by_reference,
transactions/{id}/refund. Its webhooks carry either `verif-hash`, a static secret, or `flutterwave-signature`, the
base64 HMAC-SHA256 of the raw body under that secret. The static one proves little, which is why no webhook is believed
further than that it names a payment to ask about.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from commerce.kit import money, settings, web
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

_NETWORKS = {"mtn": "MTN", "vodafone": "VODAFONE", "telecel": "VODAFONE", "airteltigo": "TIGO"}
_STATES = {"successful": FactState.SUCCEEDED, "failed": FactState.FAILED}


class Flutterwave:
    """Gateway of api.flutterwave.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self, intent: Intent) -> Started:
        amount = money.text(intent.amount_minor, intent.currency)
        common = {"tx_ref": intent.reference, "amount": amount, "currency": intent.currency}
        if intent.method is Method.MOBILE_MONEY:
            network = _NETWORKS.get(intent.network)
            if network is None:
                raise MethodRefused(f"Unknown mobile money network: {intent.network[:20]}.")
            charge = {**common, "email": intent.email, "phone_number": intent.phone, "network": network}
            answer = self._answer("POST", "/v3/charges?type=mobile_money_ghana", json=charge)
            redirect = answer.get("meta", {}).get("authorization", {}).get("redirect", "")
            return Started(intent.reference, redirect, instructions="Approve the payment on your phone.")
        page = {**common, "redirect_url": intent.return_url, "customer": {"email": intent.email}}
        answer = self._answer("POST", "/v3/payments", json={**page, "meta": {"order_id": intent.order_id}})
        return Started(intent.reference, answer["data"]["link"])

    def look(self, attempt: Attempt) -> Fact:
        try:
            answer = self._answer(
                "GET",
                "/v3/transactions/verify_by_reference",
                repeatable=True,
                params={"tx_ref": attempt.reference},
            )
        except ProviderRefused:
            # No transaction exists there until the buyer has tried to pay.
            return Fact(FactState.PENDING)
        data = answer.get("data") or {}
        currency = str(data.get("currency", ""))
        return Fact(
            state=_STATES.get(str(data.get("status")), FactState.PENDING),
            amount_minor=money.from_major(data.get("amount", 0), currency),
            currency=currency,
            transaction=str(data.get("id", "")),
            fee_minor=money.from_major(data.get("app_fee") or 0, currency),
            # The keys decide on test or live, and a key of the one never sees the other's payments.
            is_live=settings.payments_are_live(),
        )

    def refund(self, refund: Refund) -> bool:
        if refund.tries:
            rows = (
                self._answer("GET", "/v3/refunds", repeatable=True, params={"id": refund.transaction}).get("data") or []
            )
            if any(row.get("comment") == refund.id for row in rows):
                return True
        body = {"amount": money.text(refund.amount_minor, refund.currency), "comments": refund.id}
        self._answer(
            "POST",
            f"/v3/transactions/{refund.transaction}/refund",
            json=body,
            headers={"Idempotency-Key": refund.id},
        )
        return True

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        secret = keys()["flutterwave_hash"]
        if signature := headers.get("flutterwave-signature"):
            digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
            is_genuine = hmac.compare_digest(base64.b64encode(digest), signature.encode())
        else:
            is_genuine = hmac.compare_digest(secret.encode(), headers.get("verif-hash", "").encode())
        if not is_genuine:
            raise SignatureRefused
        event = json.loads(body)
        data = event.get("data", {})
        kind = str(event.get("event") or event.get("type", ""))
        reference = str(data.get("tx_ref") or data.get("reference", ""))
        return Notice(Provider.FLUTTERWAVE, f"{kind}:{data.get('id', reference)}", kind, reference)

    def _answer(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {keys()['flutterwave_secret_key']}", **options.pop("headers", {})}
        try:
            answer = web.call(method, self._url + path, repeatable=repeatable, headers=headers, **options)
        except web.NoAnswer:
            raise ProviderTrouble(Provider.FLUTTERWAVE) from None
        if answer.status >= 500 or answer.status == 429:
            raise ProviderTrouble(Provider.FLUTTERWAVE)
        if not answer.is_ok or answer.body.get("status") != "success":
            raise ProviderRefused(Provider.FLUTTERWAVE, str(answer.body.get("message", answer.status))[:200])
        return answer.body
