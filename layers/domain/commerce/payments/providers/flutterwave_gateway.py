"""Flutterwave v3: hosted card page and Ghanaian mobile money. Its units are in flutterwave_units.

Facts from Flutterwave's reference: payments, charges?type=mobile_money_ghana, transactions/verify_by_reference,
transactions/{id}/refund, refunds. Its webhooks carry either `verif-hash`, a static secret, or `flutterwave-signature`,
the base64 HMAC-SHA256 of the raw body under that secret. The static one proves little, which is why no webhook is
believed further than that it names a payment to ask about.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from commerce.kit import clock
from commerce.orders.payment import Attempt, Method, Provider, Refund
from commerce.payments.providers import client, mobile_money, modes
from commerce.payments.providers.flutterwave_units import UNITS
from commerce.payments.providers.model import (
    DisputeReport,
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

# The names that Flutterwave's own SDK lets through; its guide has TIGO and Telecel beside them.
_NETWORKS = {"mtn": "MTN", "vodafone": "VODAFONE", "telecel": "VODAFONE", "airteltigo": "AIRTELTIGO"}
_STATES = {
    "successful": ReportedState.SUCCEEDED,
    "failed": ReportedState.FAILED,
    "cancelled": ReportedState.FAILED,
}
# A page lives for a day at most, and is unknown there as long as nobody has tried to pay on it.
_PAGE_MINUTES = 1440
_PAGE_MS = _PAGE_MINUTES * 60 * 1000
# What it says when it does not say what is wrong, which has to be asked again.
_UNNAMED = ("an error occurred", "please contact support", "insufficient")
_SUBJECTS = {
    "transfer": Subject.TRANSFER,
    "refund": Subject.REFUND,
    "chargeback": Subject.DISPUTE,
    "dispute": Subject.DISPUTE,
}


class Flutterwave:
    """Gateway of api.flutterwave.com."""

    def __init__(self, url: str) -> None:
        self._url = url

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        amount = UNITS.to_major(request.amount_minor, request.currency)
        common = {"tx_ref": request.reference, "amount": amount, "currency": request.currency}
        if request.method is Method.MOBILE_MONEY:
            return self._charge(request, common)
        page: dict[str, Any] = {
            **common,
            "redirect_url": request.return_url,
            "customer": {"email": request.email},
            "meta": {"order_id": request.order_id},
        }
        if request.expires_at:
            page["session_duration"] = _minutes_until(request.expires_at)
        answer = self.answer("POST", "/v3/payments", json=page)
        with client.parsing(Provider.FLUTTERWAVE):
            return InitiatedPayment(request.reference, answer["data"]["link"])

    def _charge(self, request: PaymentRequest, common: dict[str, Any]) -> InitiatedPayment:
        network, phone = mobile_money.wallet(request, _NETWORKS)
        charge = {**common, "email": request.email, "phone_number": phone, "network": network}
        query = {"type": "mobile_money_ghana"}
        answer = self.answer("POST", "/v3/charges", charges=True, params=query, json=charge)
        authorization = client.subobject(client.subobject(answer, "meta"), "authorization")
        redirect = str(authorization.get("redirect") or "")
        return InitiatedPayment(request.reference, redirect, instructions="Approve the payment on your phone.")

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        raise MethodRefused("Flutterwave asks for codes on its own page.")

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        try:
            with client.missing_key_as_trouble(Provider.FLUTTERWAVE):
                query = {"tx_ref": attempt.reference}
                answer = self.answer("GET", "/v3/transactions/verify_by_reference", repeatable=True, params=query)
        except ProviderRefused as refusal:
            if "no transaction" not in refusal.words.lower():
                # Our question is at fault, and says nothing of the payment.
                raise ProviderTrouble(Provider.FLUTTERWAVE) from None
            if attempt.method is Method.MOBILE_MONEY:
                return client.unknown_there(attempt)
            return client.unknown_there(attempt, _PAGE_MS)
        with client.parsing(Provider.FLUTTERWAVE):
            data = answer["data"]
            if data["tx_ref"] != attempt.reference:
                raise ValueError("an answer about another payment")
            currency = str(data.get("currency") or "")
            amount = data.get("amount") or 0
            # What the buyer was charged beyond the amount is the part of the fee that the buyer pays.
            by_buyer = UNITS.from_major(data.get("charged_amount") or amount, currency)
            amount_minor = UNITS.from_major(amount, currency)
            fee_minor = UNITS.fee_from_major(data.get("app_fee") or 0, currency) - max(0, by_buyer - amount_minor)
            report = ProviderReport(
                state=_STATES.get(str(data["status"]), ReportedState.PENDING),
                amount_minor=amount_minor,
                currency=currency,
                transaction=str(data.get("id") or ""),
                fee_minor=max(0, fee_minor),
                # A key of the one mode never sees the payments of the other.
                is_live=modes.mode_of(Provider.FLUTTERWAVE) == "live",
            )
            return client.validated(report)

    def cancel(self, attempt: Attempt) -> None:
        """A no-op: a page ends by the duration that it was given, and Flutterwave ends none before."""

    def refund(self, refund: Refund) -> RefundReport:
        return client.refund_reported(lambda: self._refund(refund))

    def _refund(self, refund: Refund) -> RefundReport:
        # Flutterwave v3 knows no idempotency key: what an unanswered call may have done is found by our comment.
        made = self._made(refund) if refund.tries else None
        if made is None:
            body = {"amount": UNITS.to_major(refund.amount_minor, refund.currency), "comments": refund.id}
            path = f"/v3/transactions/{refund.transaction}/refund"
            try:
                made = client.subobject(self.answer("POST", path, json=body), "data")
            except ProviderRefused as refusal:
                if any(words in refusal.words.lower() for words in _UNNAMED):
                    raise ProviderTrouble(Provider.FLUTTERWAVE) from None
                raise
        return _refund_report(made)

    def fetch_refund(self, refund: Refund) -> RefundReport:
        return _refund_report(self._made(refund) or {})

    def _made(self, refund: Refund) -> dict[str, Any] | None:
        try:
            with client.missing_key_as_trouble(Provider.FLUTTERWAVE):
                answer = self.answer("GET", "/v3/refunds", repeatable=True, params={"id": refund.transaction})
        except ProviderRefused:
            raise ProviderTrouble(Provider.FLUTTERWAVE) from None
        with client.parsing(Provider.FLUTTERWAVE):
            rows: list[dict[str, Any]] = answer["data"]
            return next((row for row in rows if refund.id in (row.get("comment"), row.get("comments"))), None)

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        raise MethodRefused("Flutterwave's chargebacks are answered in its dashboard.")

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
        kind = str(event.get("event") or event.get("type") or event.get("event.type") or "")
        subject = next((found for word, found in _SUBJECTS.items() if word in kind.lower()), Subject.PAYMENT)
        reference = str(data.get("tx_ref") or data.get("reference") or "")
        name = data.get("id") or reference
        subject_id = ""
        if subject is Subject.TRANSFER:
            reference, subject_id = "", reference or str(name)
        elif subject is Subject.REFUND:
            subject_id = str(data.get("comment") or data.get("comments") or "")
        elif subject is Subject.DISPUTE:
            subject_id = str(name)
        # The same transaction may be told of again when its status has changed.
        event_id = f"{kind}:{name}:{data.get('status')}"
        return Notice(Provider.FLUTTERWAVE, event_id, kind, reference, subject, subject_id)

    def answer(
        self, method: str, path: str, *, repeatable: bool = False, charges: bool = False, **options: Any
    ) -> dict[str, Any]:
        """The body of an answer with which it agreed. Raises ProviderRefused, ProviderTrouble, OutcomeUnknown where the
        call `charges`, MethodRefused (no key)."""
        headers = {"Authorization": f"Bearer {client.key(Provider.FLUTTERWAVE, 'flutterwave_secret_key')}"}
        url, who = self._url + path, Provider.FLUTTERWAVE
        answer = client.send(who, method, url, repeatable=repeatable, charges=charges, headers=headers, **options)
        return client.require_success(who, answer, is_good=answer.body.get("status") == "success", charges=charges)


def _minutes_until(at_ms: int) -> int:
    return min(_PAGE_MINUTES, max(1, -(-(at_ms - clock.now_ms()) // 60_000)))


def _refund_report(made: Mapping[str, Any]) -> RefundReport:
    """A word for each way that the money takes: completed-momo, completed-mpgs, pending-momo, failed … Plain
    `completed` says only that it was begun, and what became of it stands in `meta`."""
    status = str(made.get("status") or "").lower()
    meta = made.get("meta")
    if isinstance(meta, str):
        try:
            meta = json.loads(meta)
        except ValueError:
            meta = None
    outcome = str(meta.get("disburse_status") or "").lower() if isinstance(meta, dict) else ""
    if status.startswith("failed") or outcome == "failed":
        return RefundReport(RefundState.REFUSED, "Flutterwave could not pay the refund out.")
    is_done = status.startswith("completed-") or status == "successful" or outcome in ("successful", "success")
    return RefundReport(RefundState.DONE if is_done else RefundState.PENDING)
