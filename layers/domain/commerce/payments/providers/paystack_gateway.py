"""Paystack: cards, and mobile money in Ghana by the charge API. Its units are in paystack_units.

Facts from Paystack's reference: transaction/initialize, transaction/verify, charge, charge/submit_otp, refund, dispute;
webhooks carry x-paystack-signature, the HMAC-SHA512 of the raw body under the secret key.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from commerce.orders.payment import Attempt, Method, Provider, Refund
from commerce.payments.providers import client, mobile_money
from commerce.payments.providers.model import (
    DisputeReport,
    DisputeState,
    InitiatedPayment,
    MethodRefused,
    Notice,
    OutcomeUnknown,
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
from commerce.payments.providers.paystack_units import UNITS

_NETWORKS = {"mtn": "mtn", "vodafone": "vod", "telecel": "vod", "airteltigo": "atl"}
_STATES = {
    "success": ReportedState.SUCCEEDED,
    "failed": ReportedState.FAILED,
    "reversed": ReportedState.FAILED,
    "timeout": ReportedState.FAILED,
}
_APPROVE = "Approve the payment on your phone."
# What a charge waits for: the phone, or a code that the buyer dials for.
_UNDER_WAY = frozenset({"success", "pending", "pay_offline", "open_url", "send_otp", "ongoing", "processing", "queued"})
_OTP = re.compile(r"[0-9A-Za-z]{3,12}")
_REFUNDS = {"processed": RefundState.DONE, "failed": RefundState.REFUSED, "needs-attention": RefundState.REFUSED}
_PROBLEMS = {
    "failed": "Paystack could not carry out the refund; the money is back in the balance there.",
    "needs-attention": "Paystack needs the buyer's bank account for this refund: retry it in the Paystack dashboard.",
}
# Said no, and may say yes tomorrow.
_REFUND_LATER = frozenset({"insufficient_balance", "insufficient_funds"})
_SUBJECTS = {"charge.dispute": Subject.DISPUTE, "refund": Subject.REFUND, "transfer": Subject.TRANSFER}


class Paystack:
    """Gateway of api.paystack.co."""

    def __init__(self, url: str) -> None:
        self._url = url

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        common = {
            "email": request.email,
            "amount": UNITS.to_units(request.amount_minor, request.currency),
            "currency": request.currency,
            "reference": request.reference,
            "metadata": {"order_id": request.order_id, "reference": request.reference},
        }
        if request.method is Method.MOBILE_MONEY:
            network, phone = mobile_money.wallet(request, _NETWORKS)
            charge = {**common, "mobile_money": {"phone": phone, "provider": network}}
            return self._charge("/charge", charge, request.reference)
        answer = self.answer("POST", "/transaction/initialize", json={**common, "callback_url": request.return_url})
        with client.parsing(Provider.PAYSTACK):
            data = answer["data"]
            return InitiatedPayment(data["reference"], data["authorization_url"], data["access_code"])

    def submit_otp(self, attempt: Attempt, otp: str) -> InitiatedPayment:
        if attempt.method is not Method.MOBILE_MONEY:
            raise MethodRefused("This payment asks for no code.")
        if not _OTP.fullmatch(otp):
            raise MethodRefused("Enter the code as it was sent to you.")
        return self._charge("/charge/submit_otp", {"otp": otp, "reference": attempt.reference}, attempt.reference)

    def _charge(self, path: str, body: dict[str, Any], reference: str) -> InitiatedPayment:
        try:
            answer = self.answer("POST", path, charges=True, json=body)
        except ProviderRefused as refusal:
            if refusal.reason == "duplicate_reference":
                # An earlier call of ours arrived although its answer did not.
                raise OutcomeUnknown(Provider.PAYSTACK) from None
            raise
        with client.parsing(Provider.PAYSTACK, charges=True):
            data = answer["data"]
            status = str(data["status"])
        words = str(data.get("message") or data.get("display_text") or "")[:200]
        if status in ("failed", "timeout"):
            raise ProviderRefused(Provider.PAYSTACK, words or f"The charge ended with {status}.", status)
        if status not in _UNDER_WAY:
            raise ProviderRefused(Provider.PAYSTACK, f"It asks for what we do not collect ({status[:40]}).", status)
        return InitiatedPayment(
            reference,
            authorization_url=str(data.get("url") or ""),
            instructions=str(data.get("display_text") or _APPROVE),
            next_step="otp" if status == "send_otp" else "",
        )

    def fetch_status(self, attempt: Attempt, *, may_capture: bool = True) -> ProviderReport:
        try:
            with client.missing_key_as_trouble(Provider.PAYSTACK):
                path = f"/transaction/verify/{quote(attempt.reference, safe='')}"
                answer = self.answer("GET", path, repeatable=True)
        except ProviderRefused as refusal:
            if "not found" not in refusal.words.lower():
                # Our question is at fault, and says nothing of the payment.
                raise ProviderTrouble(Provider.PAYSTACK) from None
            # A page is known from its start, a charge a little later.
            return client.unknown_there(attempt)
        with client.parsing(Provider.PAYSTACK):
            data = answer["data"]
            if data["reference"] != attempt.reference:
                raise ValueError("an answer about another payment")
            currency = str(data.get("currency") or "")
            taken = int(data.get("amount") or 0)
            # When the buyer pays the fee, more is taken than was asked for, and the order gets what was asked for.
            requested = min(taken, int(data.get("requested_amount") or taken))
            fee = max(0, int(data.get("fees") or 0) - (taken - requested))
            report = ProviderReport(
                state=_STATES.get(str(data["status"]), ReportedState.PENDING),
                amount_minor=UNITS.from_units(requested, currency),
                currency=currency,
                transaction=str(data.get("id") or ""),
                fee_minor=UNITS.fee_from_units(fee, currency),
                is_live=data.get("domain") == "live",
            )
            return client.validated(report)

    def cancel(self, attempt: Attempt) -> None:
        """A no-op: Paystack ends pages for a whole account only (its payment session time-out). What is paid on one
        after the hold is surplus, and given back."""

    def refund(self, refund: Refund) -> RefundReport:
        return client.refund_reported(lambda: self._refund(refund))

    def _refund(self, refund: Refund) -> RefundReport:
        # Paystack knows no idempotency key: what an unanswered call may have done is found by our note.
        made = self._made(refund) if refund.tries else None
        if made is None:
            amount = UNITS.to_units(refund.amount_minor, refund.currency)
            body = {"transaction": refund.transaction, "amount": amount, "merchant_note": refund.id}
            try:
                made = client.subobject(self.answer("POST", "/refund", json=body), "data")
            except ProviderRefused as refusal:
                if refusal.reason in _REFUND_LATER:
                    raise ProviderTrouble(Provider.PAYSTACK) from None
                raise
        return _refund_report(made)

    def fetch_refund(self, refund: Refund) -> RefundReport:
        return _refund_report(self._made(refund) or {})

    def _made(self, refund: Refund) -> dict[str, Any] | None:
        query = {"transaction": refund.transaction, "perPage": "100"}
        try:
            with client.missing_key_as_trouble(Provider.PAYSTACK):
                answer = self.answer("GET", "/refund", repeatable=True, params=query)
        except ProviderRefused:
            raise ProviderTrouble(Provider.PAYSTACK) from None
        with client.parsing(Provider.PAYSTACK):
            rows: list[dict[str, Any]] = answer["data"]
            return next((row for row in rows if row.get("merchant_note") == refund.id), None)

    def fetch_dispute(self, dispute_id: str) -> DisputeReport:
        answer = self.answer("GET", f"/dispute/{quote(dispute_id, safe='')}", repeatable=True)
        with client.parsing(Provider.PAYSTACK):
            data = answer["data"]
            transaction = data["transaction"]
            currency = str(data.get("currency") or transaction["currency"])
            amount = data.get("refund_amount") or transaction["amount"]
            return DisputeReport(
                id=str(data["id"]),
                reference=str(transaction["reference"]),
                amount_minor=UNITS.from_units(amount, currency),
                currency=currency,
                state=_dispute_state(str(data["status"]), str(data.get("resolution") or "")),
                reason=str(data.get("category") or ""),
            )

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> Notice:
        expected = hmac.new(client.signing_key("paystack_secret_key"), body, hashlib.sha512).hexdigest()
        if not hmac.compare_digest(expected.encode(), headers.get("x-paystack-signature", "").encode()):
            raise SignatureRefused
        event = client.parse_event(body)
        data = client.subobject(event, "data")
        kind = str(event.get("event") or "")
        subject = next((found for start, found in _SUBJECTS.items() if kind.startswith(start)), Subject.PAYMENT)
        reference = str(data.get("transaction_reference") or data.get("reference") or "")
        # Webhooks of refunds have no id of their own, only the refund's, and that only when it was sent on.
        name = data.get("refund_reference") or data.get("id") or f"{reference}:{data.get('amount')}"
        subject_id = ""
        if subject is Subject.REFUND:
            subject_id = str(data.get("merchant_note") or "")
        elif subject is Subject.DISPUTE:
            reference = str(client.subobject(data, "transaction").get("reference") or reference)
            subject_id = str(data.get("id") or "")
        elif subject is Subject.TRANSFER:
            reference, subject_id = "", str(data.get("reference") or data.get("transfer_code") or "")
        return Notice(Provider.PAYSTACK, f"{kind}:{name}", kind, reference, subject, subject_id)

    def answer(
        self, method: str, path: str, *, repeatable: bool = False, charges: bool = False, **options: Any
    ) -> dict[str, Any]:
        """The body of an answer with which it agreed. Raises ProviderRefused, ProviderTrouble, OutcomeUnknown where the
        call `charges`, MethodRefused (no key)."""
        headers = {"Authorization": f"Bearer {client.key(Provider.PAYSTACK, 'paystack_secret_key')}"}
        url, who = self._url + path, Provider.PAYSTACK
        answer = client.send(who, method, url, repeatable=repeatable, charges=charges, headers=headers, **options)
        return client.require_success(who, answer, is_good=answer.body.get("status") is True, charges=charges)


def _refund_report(made: Mapping[str, Any]) -> RefundReport:
    status = str(made.get("status") or "")
    return RefundReport(_REFUNDS.get(status, RefundState.PENDING), _PROBLEMS.get(status, ""))


def _dispute_state(status: str, resolution: str) -> DisputeState:
    """Accepted by us, or by time: lost. Declined with evidence, or archived without a resolution: kept."""
    if status not in ("resolved", "archived"):
        return DisputeState.OPEN
    return DisputeState.LOST if resolution in ("merchant-accepted", "auto-accepted") else DisputeState.WON
