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
from commerce.payments import answers
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
            return self._charge(intent, common)
        page = {**common, "redirect_url": intent.return_url, "customer": {"email": intent.email}}
        answer = self._answer("POST", "/v3/payments", json={**page, "meta": {"order_id": intent.order_id}})
        with answers.reading(Provider.FLUTTERWAVE):
            return Started(intent.reference, answer["data"]["link"])

    def _charge(self, intent: Intent, common: dict[str, Any]) -> Started:
        network = _NETWORKS.get(intent.network)
        if network is None:
            raise MethodRefused(f"Unknown mobile money network: {intent.network[:20]}.")
        charge = {**common, "email": intent.email, "phone_number": intent.phone, "network": network}
        answer = self._answer("POST", "/v3/charges", params={"type": "mobile_money_ghana"}, json=charge)
        authorization = answers.part(answers.part(answer, "meta"), "authorization")
        redirect = str(authorization.get("redirect") or "")
        return Started(intent.reference, redirect, instructions="Approve the payment on your phone.")

    def look(self, attempt: Attempt) -> Fact:
        try:
            query = {"tx_ref": attempt.reference}
            answer = self._answer("GET", "/v3/transactions/verify_by_reference", repeatable=True, params=query)
        except ProviderRefused:
            # No transaction exists there until the buyer has tried to pay.
            return Fact(FactState.PENDING)
        with answers.reading(Provider.FLUTTERWAVE):
            data = answer["data"]
            if data["tx_ref"] != attempt.reference:
                raise ValueError("an answer about another payment")
            currency = str(data.get("currency") or "")
            fact = Fact(
                state=_STATES.get(str(data["status"]), FactState.PENDING),
                amount_minor=money.from_major(data.get("amount") or 0, currency),
                currency=currency,
                transaction=str(data.get("id") or ""),
                fee_minor=money.from_major(data.get("app_fee") or 0, currency),
                # The keys decide on test or live, and a key of the one never sees the other's payments.
                is_live=settings.payments_are_live(),
            )
            return answers.sound(fact)

    def refund(self, refund: Refund) -> bool:
        # Flutterwave v3 knows no idempotency key: what an unanswered call may have done is found by our comment.
        made = self._made(refund) if refund.tries else None
        if made is None:
            body = {"amount": money.text(refund.amount_minor, refund.currency), "comments": refund.id}
            path = f"/v3/transactions/{refund.transaction}/refund"
            made = answers.part(self._answer("POST", path, json=body), "data")
        # A word for each way that the money takes: completed, completed-momo, pending-momo, failed, …
        status = str(made.get("status") or "")
        if status.startswith("failed"):
            raise ProviderRefused(Provider.FLUTTERWAVE, "The refund failed.")
        return status.startswith(("completed", "successful"))

    def _made(self, refund: Refund) -> dict[str, Any] | None:
        answer = self._answer("GET", "/v3/refunds", repeatable=True, params={"id": refund.transaction})
        with answers.reading(Provider.FLUTTERWAVE):
            rows: list[dict[str, Any]] = answer["data"]
            return next((row for row in rows if row.get("comment") == refund.id), None)

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        secret = answers.signing_key("flutterwave_hash")
        if signature := headers.get("flutterwave-signature"):
            digest = hmac.new(secret, body, hashlib.sha256).digest()
            is_genuine = hmac.compare_digest(base64.b64encode(digest), signature.encode())
        else:
            is_genuine = hmac.compare_digest(secret, headers.get("verif-hash", "").encode())
        if not is_genuine:
            raise SignatureRefused
        event = answers.event_of(body)
        data = answers.part(event, "data")
        kind = str(event.get("event") or event.get("type") or "")
        reference = str(data.get("tx_ref") or data.get("reference") or "")
        return Notice(Provider.FLUTTERWAVE, f"{kind}:{data.get('id') or reference}", kind, reference)

    def _answer(self, method: str, path: str, *, repeatable: bool = False, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {answers.key(Provider.FLUTTERWAVE, 'flutterwave_secret_key')}"}
        url = self._url + path
        answer = answers.ask(Provider.FLUTTERWAVE, method, url, repeatable=repeatable, headers=headers, **options)
        return answers.judged(Provider.FLUTTERWAVE, answer, is_good=answer.body.get("status") == "success")
