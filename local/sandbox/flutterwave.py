"""Flutterwave v3: the hosted page, Ghanaian mobile money, refunds. Amounts in the major unit.

A transaction exists when the buyer has tried to pay; one reference may have several, of which one succeeds or none.
"""

import base64
import hashlib
import hmac
from typing import Any

from local.sandbox import faults, keys, money
from local.sandbox.desk import Desk, iso, now_ms
from local.sandbox.messages import Refusal, Reply, Request, answer, with_query

NAME = "flutterwave"
NETWORKS = {"MTN", "VODAFONE", "TIGO"}
FEE_BASIS_POINTS = 140
_FAILURE = answer(500, {"status": "error", "message": "An error occurred", "data": None})


class Flutterwave:
    """Speaks as api.flutterwave.com does."""

    title = "Flutterwave"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request) -> Reply:
        """The reply to a call of the API."""
        if request.headers.get("authorization") != f"Bearer {keys.FLUTTERWAVE_SECRET_KEY}":
            raise _refusal(401, "Invalid authorization key")
        return faults.perform(request, self._operation, _FAILURE)

    def _operation(self, request: Request) -> Reply:
        match request.method, request.segments:
            case "POST", ["v3", "payments"]:
                return self._payments(_body(request))
            case "POST", ["v3", "charges"] if request.arguments.get("type") == "mobile_money_ghana":
                return self._charges(_body(request))
            case "GET", ["v3", "transactions", "verify_by_reference"]:
                found = self._by_reference(request.arguments.get("tx_ref", ""))
                return _good("Transaction fetched successfully", data=_view(found))
            case "POST", ["v3", "transactions", number, "refund"]:
                return self._refund(number, _body(request))
            case "GET", ["v3", "refunds"]:
                rows = self._desk.store.of("flutterwave.refund", request.arguments.get("id", ""))
                page = {"total": len(rows), "current_page": 1, "total_pages": 1, "page_size": len(rows)}
                return _good("Transaction refunds fetched", meta={"page_info": page}, data=rows[::-1])
            case _:
                raise _refusal(404, "Cannot find this route")

    def _payments(self, body: dict[str, Any]) -> Reply:
        amount, currency, reference = _wanted(body)
        customer = body.get("customer")
        if not isinstance(customer, dict) or not customer.get("email") or not body.get("redirect_url"):
            raise _refusal(400, "customer email and redirect_url are required")
        token = self._desk.open_page(
            NAME,
            "",
            amount_minor=amount,
            currency=currency,
            reference=reference,
            return_url=str(body["redirect_url"]),
            payer=str(customer["email"]),
        )
        return _good("Hosted Link", data={"link": self._desk.page_url(token)})

    def _charges(self, body: dict[str, Any]) -> Reply:
        amount, currency, reference = _wanted(body)
        if body.get("network") not in NETWORKS or not body.get("phone_number") or not body.get("email"):
            raise _refusal(400, "network, phone_number and email are required")
        transaction = self._new(reference, amount, currency, str(body["email"]), "mobilemoneygh")
        token = self._desk.open_page(
            NAME,
            str(transaction["id"]),
            amount_minor=amount,
            currency=currency,
            reference=reference,
            prompt=f"Mobile money of {body['phone_number']}",
        )
        authorization = {"redirect": self._desk.page_url(token), "mode": "redirect"}
        return _good("Charge initiated", meta={"authorization": authorization})

    def _new(self, reference: str, amount: int, currency: str, email: str, kind: str) -> dict[str, Any]:
        number = self._desk.store.serial()
        transaction = {
            "id": number,
            "tx_ref": reference,
            "flw_ref": f"FLW-MOCK-{number}",
            "amount_minor": amount,
            "currency": currency,
            "email": email,
            "payment_type": kind,
            "status": "pending",
            "created_at": now_ms(),
        }
        self._keep(transaction)
        return transaction

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """Captures or declines, tells the merchant, and sends the buyer to the redirect URL."""
        transaction = self._desk.store.get(NAME, page["thing"]) or self._new(
            page["reference"], page["amount_minor"], page["currency"], page["payer"], "card"
        )
        transaction["status"] = "successful" if is_success else "failed"
        self._keep(transaction)
        if is_success:
            self._desk.store.capture(
                provider=NAME,
                reference=transaction["tx_ref"],
                transaction=str(transaction["id"]),
                amount_minor=transaction["amount_minor"],
                currency=transaction["currency"],
                at=now_ms(),
            )
        event_type = "MOBILEMONEYGH_TRANSACTION" if page["prompt"] else "CARD_TRANSACTION"
        event = {"event": "charge.completed", "data": _view(transaction), "event.type": event_type}
        self._desk.notify(self, NAME, "charge.completed", event)
        if not page["return_url"]:
            return ""
        return with_query(
            page["return_url"],
            status=transaction["status"],
            tx_ref=transaction["tx_ref"],
            transaction_id=str(transaction["id"]),
        )

    def _refund(self, number: str, body: dict[str, Any]) -> Reply:
        store = self._desk.store
        transaction = store.get(NAME, number)
        if transaction is None or transaction["status"] != "successful":
            raise _refusal(400, "No transaction was found for this id")
        currency = transaction["currency"]
        left = transaction["amount_minor"] - store.refunded(NAME, number)
        try:
            amount = money.minor(body["amount"], currency) if "amount" in body else left
        except ValueError:
            raise _refusal(400, "amount is invalid") from None
        if amount > left or left <= 0:
            raise _refusal(400, "Refund amount is more than the amount left of the transaction")
        serial, at = store.serial(), now_ms()
        refund = {
            "id": serial,
            "amount_refunded": money.number(amount, currency),
            "status": "completed",
            "flw_ref": f"URF_{serial}",
            "comment": body.get("comments", ""),
            "settlement_id": "NEW",
            "meta": '{"source":"availablebalance"}',
            "created_at": iso(at),
            "account_id": 100_000,
            "transaction_id": transaction["id"],
        }
        store.put("flutterwave.refund", str(serial), refund, number)
        store.refund(
            provider=NAME,
            reference=transaction["tx_ref"],
            transaction=number,
            refund=str(serial),
            note=str(refund["comment"]),
            amount_minor=amount,
            currency=currency,
            at=at,
        )
        data = {
            "id": serial,
            "account_id": refund["account_id"],
            "tx_id": transaction["id"],
            "flw_ref": refund["flw_ref"],
            "wallet_id": 1,
            "amount_refunded": refund["amount_refunded"],
            "status": "pending" if self._desk.settings.slow_refunds else "completed",
            "destination": "payment_source",
            "meta": {"source": "availablebalance"},
            "created_at": refund["created_at"],
        }
        return _good("Transaction refund initiated", data=data)

    def sign(self, body: bytes) -> dict[str, str]:
        """The static hash, or the base64 HMAC-SHA256 of the body under it, as the settings say."""
        if self._desk.settings.signature == "verif-hash":
            return {"verif-hash": keys.FLUTTERWAVE_HASH}
        digest = hmac.new(keys.FLUTTERWAVE_HASH.encode(), body, hashlib.sha256).digest()
        return {"flutterwave-signature": base64.b64encode(digest).decode()}

    def _keep(self, transaction: dict[str, Any]) -> None:
        self._desk.store.put(NAME, str(transaction["id"]), transaction, transaction["tx_ref"])

    def _by_reference(self, reference: str) -> dict[str, Any]:
        tries = self._desk.store.of(NAME, reference) if reference else []
        if not tries:
            raise _refusal(400, "No transaction was found for this id")
        return next((found for found in tries if found["status"] == "successful"), tries[-1])


def _view(transaction: dict[str, Any]) -> dict[str, Any]:
    currency, amount = transaction["currency"], transaction["amount_minor"]
    fee = money.share(amount, FEE_BASIS_POINTS)
    answers = {"successful": "Approved", "failed": "Declined", "pending": "Transaction in progress"}
    return {
        "id": transaction["id"],
        "tx_ref": transaction["tx_ref"],
        "flw_ref": transaction["flw_ref"],
        "device_fingerprint": "N/A",
        "amount": money.number(amount, currency),
        "currency": currency,
        "charged_amount": money.number(amount, currency),
        "app_fee": money.number(fee, currency),
        "merchant_fee": 0,
        "processor_response": answers[transaction["status"]],
        "auth_model": "noauth",
        "ip": "127.0.0.1",
        "narration": "Bazaar",
        "status": transaction["status"],
        "payment_type": transaction["payment_type"],
        "created_at": iso(transaction["created_at"]),
        "account_id": 100_000,
        "amount_settled": money.number(amount - fee, currency),
        "customer": {"id": 1, "name": "Anonymous customer", "phone_number": None, "email": transaction["email"]},
    }


def _wanted(body: dict[str, Any]) -> tuple[int, str, str]:
    """(amount, currency, reference) of a payment."""
    currency, reference = str(body.get("currency") or "NGN"), body.get("tx_ref")
    if not reference or not isinstance(reference, str):
        raise _refusal(400, "tx_ref is required")
    try:
        return money.minor(body.get("amount"), currency), currency, reference
    except ValueError:
        raise _refusal(400, "amount is required") from None


def _body(request: Request) -> dict[str, Any]:
    try:
        return request.json()
    except ValueError:
        raise _refusal(400, "Invalid JSON body") from None


def _good(message: str, **parts: Any) -> Reply:
    return answer(200, {"status": "success", "message": message, **parts})


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(answer(status, {"status": "error", "message": message, "data": None}))
