"""Paystack: transactions by reference, mobile money by the charge API, refunds. Amounts in the minor unit."""

import hashlib
import hmac
from typing import Any

from local.sandbox import faults, keys, money
from local.sandbox.desk import Desk, iso, now_ms
from local.sandbox.messages import Refusal, Reply, Request, answer, with_query

NAME = "paystack"
CURRENCIES = {"NGN", "GHS", "ZAR", "KES", "USD", "XOF"}
NETWORKS = {"mtn", "vod", "atl"}
FEE_BASIS_POINTS = 195
_FAILURE = answer(500, {"status": False, "message": "An unexpected error occurred"})


class Paystack:
    """Speaks as api.paystack.co does."""

    title = "Paystack"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request) -> Reply:
        """The reply to a call of the API."""
        if request.headers.get("authorization") != f"Bearer {keys.PAYSTACK_SECRET_KEY}":
            raise _refusal(401, "Invalid key", "invalid_Key")
        return faults.perform(request, self._operation, _FAILURE)

    def _operation(self, request: Request) -> Reply:
        match request.method, request.segments:
            case "POST", ["transaction", "initialize"]:
                return self._initialize(_body(request))
            case "GET", ["transaction", "verify", reference]:
                return _good("Verification successful", self._view(self._known(reference)))
            case "POST", ["charge"]:
                return self._charge(_body(request))
            case "POST", ["refund"]:
                return self._refund(_body(request))
            case "GET", ["refund"]:
                rows = self._desk.store.of("paystack.refund", request.arguments.get("transaction", ""))
                return _good("Refunds retrieved", rows[::-1])
            case _:
                raise _refusal(404, "Not found", "route_not_found")

    def _initialize(self, body: dict[str, Any]) -> Reply:
        transaction = self._open(body, "card", "abandoned")
        token = transaction["access_code"]
        data = {
            "authorization_url": self._desk.page_url(token),
            "access_code": token,
            "reference": transaction["reference"],
        }
        return _good("Authorization URL created", data)

    def _charge(self, body: dict[str, Any]) -> Reply:
        wallet = body.get("mobile_money")
        if not isinstance(wallet, dict) or wallet.get("provider") not in NETWORKS or not wallet.get("phone"):
            raise _refusal(400, "Please provide a mobile money object with phone and provider", "invalid_params")
        transaction = self._open(body, "mobile_money", "ongoing", f"Mobile money of {wallet['phone']}")
        data = {
            "reference": transaction["reference"],
            "status": "pay_offline",
            "display_text": "Please complete authorisation process on your mobile phone",
            "url": self._desk.page_url(transaction["access_code"]),
        }
        return _good("Charge attempted", data)

    def _open(self, body: dict[str, Any], channel: str, status: str, prompt: str = "") -> dict[str, Any]:
        store = self._desk.store
        number = store.serial()
        reference = str(body.get("reference") or f"T{number}")
        currency = str(body.get("currency") or "NGN")
        if not body.get("email"):
            raise _refusal(400, "Invalid Email Address Passed", "invalid_email_address")
        try:
            amount = int(body.get("amount", ""))
        except (TypeError, ValueError):
            amount = 0
        if amount <= 0:
            raise _refusal(400, "Invalid Amount Sent", "invalid_amount")
        if currency not in CURRENCIES:
            raise _refusal(403, "Currency not supported by merchant", "unsupported_currency")
        if store.get(NAME, reference):
            raise _refusal(400, "Duplicate Transaction Reference", "duplicate_reference")
        transaction = {
            "id": number,
            "reference": reference,
            "amount": amount,
            "currency": currency,
            "email": body["email"],
            "metadata": body.get("metadata", ""),
            "callback_url": body.get("callback_url", ""),
            "channel": channel,
            "status": status,
            "created_at": now_ms(),
            "paid_at": None,
            "fees": None,
        }
        transaction["access_code"] = self._desk.open_page(
            NAME,
            reference,
            amount_minor=amount,
            currency=currency,
            reference=reference,
            return_url=transaction["callback_url"],
            prompt=prompt,
        )
        self._keep(transaction)
        return transaction

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """Captures or declines, tells the merchant, and sends the buyer to the callback URL."""
        transaction = self._known(page["thing"])
        transaction["status"] = "success" if is_success else "failed"
        if is_success:
            transaction |= {"paid_at": now_ms(), "fees": money.share(transaction["amount"], FEE_BASIS_POINTS)}
            self._desk.store.capture(
                provider=NAME,
                reference=transaction["reference"],
                transaction=str(transaction["id"]),
                amount_minor=transaction["amount"],
                currency=transaction["currency"],
                at=transaction["paid_at"],
            )
        self._keep(transaction)
        kind = "charge.success" if is_success else "charge.failed"
        self._desk.notify(self, NAME, kind, {"event": kind, "data": self._view(transaction)})
        reference = transaction["reference"]
        callback = transaction["callback_url"]
        return with_query(callback, trxref=reference, reference=reference) if callback else ""

    def _refund(self, body: dict[str, Any]) -> Reply:
        store = self._desk.store
        transaction = self._found(str(body.get("transaction", "")))
        if transaction["status"] not in ("success", "reversed"):
            raise _refusal(400, "Transaction has not been paid for", "transaction_not_paid")
        left = transaction["amount"] - store.refunded(NAME, str(transaction["id"]))
        if left <= 0:
            raise _refusal(400, "Transaction has been fully reversed", "transaction_reversed")
        amount = body.get("amount", left)
        if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
            raise _refusal(400, "Amount must be an integer", "invalid_amount")
        if amount > left:
            raise _refusal(400, "Refund amount cannot be more than the amount left", "invalid_amount")
        number, at = store.serial(), now_ms()
        refund = {
            "integration": 100_000,
            "transaction": transaction["id"],
            "dispute": None,
            "settlement": None,
            "id": number,
            "domain": "test",
            "currency": transaction["currency"],
            "amount": amount,
            "status": "processed",
            "refunded_by": "merchant@example.com",
            "customer_note": body.get("customer_note", ""),
            "merchant_note": body.get("merchant_note", ""),
            "deducted_amount": amount,
            "fully_deducted": True,
            "createdAt": iso(at),
        }
        store.put("paystack.refund", str(number), refund, str(transaction["id"]))
        store.refund(
            provider=NAME,
            reference=transaction["reference"],
            transaction=str(transaction["id"]),
            refund=str(number),
            note=str(refund["merchant_note"]),
            amount_minor=amount,
            currency=transaction["currency"],
            at=at,
        )
        if amount == left:
            self._keep(transaction | {"status": "reversed"})
        self._tell_of_refund(transaction, refund)
        status = "pending" if self._desk.settings.slow_refunds else "processed"
        return _good("Refund has been queued for processing", refund | {"status": status})

    def _tell_of_refund(self, transaction: dict[str, Any], refund: dict[str, Any]) -> None:
        data = {
            "status": "processed",
            "transaction_reference": transaction["reference"],
            "refund_reference": str(refund["id"]),
            "amount": refund["amount"],
            "currency": refund["currency"],
            "customer": {"first_name": None, "last_name": None, "email": transaction["email"]},
            "integration": refund["integration"],
            "domain": "test",
        }
        self._desk.notify(self, NAME, "refund.processed", {"event": "refund.processed", "data": data})

    def sign(self, body: bytes) -> dict[str, str]:
        """The HMAC-SHA512 of the body under the secret key."""
        digest = hmac.new(keys.PAYSTACK_SECRET_KEY.encode(), body, hashlib.sha512).hexdigest()
        return {"x-paystack-signature": digest}

    def _keep(self, transaction: dict[str, Any]) -> None:
        self._desk.store.put(NAME, transaction["reference"], transaction, str(transaction["id"]))

    def _known(self, reference: str) -> dict[str, Any]:
        transaction = self._desk.store.get(NAME, reference)
        if transaction is None:
            raise _refusal(400, "Transaction reference not found.", "transaction_not_found")
        return transaction

    def _found(self, name: str) -> dict[str, Any]:
        """By id or reference."""
        by_id = self._desk.store.of(NAME, name) if name else []
        return by_id[0] if by_id else self._known(name)

    def _view(self, transaction: dict[str, Any]) -> dict[str, Any]:
        is_paid = transaction["paid_at"] is not None
        paid_at = iso(transaction["paid_at"]) if is_paid else None
        created_at = iso(transaction["created_at"])
        answers = {
            "success": "Successful",
            "reversed": "Successful",
            "failed": "Declined",
            "ongoing": "Payment is being processed",
            "abandoned": "The transaction was not completed",
        }
        return {
            "id": transaction["id"],
            "domain": "test",
            "status": transaction["status"],
            "reference": transaction["reference"],
            "receipt_number": None,
            "amount": transaction["amount"],
            "message": None,
            "gateway_response": answers[transaction["status"]],
            "paid_at": paid_at,
            "created_at": created_at,
            "channel": transaction["channel"],
            "currency": transaction["currency"],
            "ip_address": "127.0.0.1",
            "metadata": transaction["metadata"],
            "log": None,
            "fees": transaction["fees"],
            "fees_split": None,
            "authorization": {"authorization_code": f"AUTH_{transaction['id']}", "reusable": False} if is_paid else {},
            "customer": {"id": 1, "first_name": None, "last_name": None, "email": transaction["email"]},
            "plan": None,
            "split": {},
            "order_id": None,
            "paidAt": paid_at,
            "createdAt": created_at,
            "requested_amount": transaction["amount"],
            "transaction_date": created_at,
        }


def _body(request: Request) -> dict[str, Any]:
    try:
        return request.json()
    except ValueError:
        raise _refusal(400, "Invalid JSON body", "invalid_params") from None


def _good(message: str, data: Any) -> Reply:
    return answer(200, {"status": True, "message": message, "data": data})


def _refusal(status: int, message: str, code: str) -> Refusal:
    body = {"status": False, "message": message, "type": "validation_error", "code": code}
    return Refusal(answer(status, body))
