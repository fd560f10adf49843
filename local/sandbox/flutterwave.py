"""Flutterwave v3: the hosted page, Ghanaian mobile money, refunds. Amounts in the major unit.

A transaction exists when the buyer has tried to pay; one reference may have several, of which one succeeds or none.
"""

import base64
import hashlib
import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import faults, keys
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.flutterwave_objects import CURRENCIES, listed_refund, new_refund, page_info, transaction
from local.sandbox.flutterwave_transfers import FlutterwaveTransfers
from local.sandbox.http import Operation, Refusal, json_object, names, unknown_fields, with_query

NAME = "flutterwave"
NETWORKS = {"MTN", "VODAFONE", "AIRTELTIGO"}
LONGEST_SESSION = 1440
PAYMENT_FIELDS = names(
    "tx_ref amount currency redirect_url customer session_duration max_retry_attempt customizations meta"
    " payment_options payment_plan subaccounts link_expiration"
)
CHARGE_FIELDS = names(
    "tx_ref amount currency email phone_number network voucher country order_id fullname client_ip meta"
    " device_fingerprint redirect_url"
)
_FAILURE = JSONResponse({"status": "error", "message": "An error occurred", "data": None}, 500)
# After 28 seconds; the caller has to ask whether the call was carried out.
_TIMEOUT = JSONResponse({"status": "error", "message": "An error occurred. Please contact support", "data": None}, 503)
REFUSALS = {
    "not_found": (400, "No transaction was found for this id"),
    "unnamed": (400, "An error occurred. Please contact support"),
    "insufficient_funds": (400, "Insufficient funds in your balance to process this refund"),
    "refund_exceeds": (400, "Refund amount is more than the amount left of the transaction"),
    "invalid_network": (400, "network is invalid"),
    "unauthorized": (401, "Invalid authorization key"),
    "rate_limited": (429, "Too many requests"),
}
_META = '{"source":"availablebalance","disburse_status":"%s"}'


class Flutterwave:
    """Simulates api.flutterwave.com."""

    title = "Flutterwave"
    refusals = tuple(REFUSALS)

    def __init__(self, context: ProviderContext) -> None:
        self._context = context
        self._transfers = FlutterwaveTransfers(context, lambda kind, event: context.notify(self, NAME, kind, event))
        self.give_back = self._transfers.give_back

    def operations(self) -> dict[tuple[str, str], Operation]:
        """The API."""
        return {
            ("POST", "/v3/payments"): self._open_page,
            ("POST", "/v3/charges"): self._charge,
            ("GET", "/v3/transactions/verify_by_reference"): self._verify_by_reference,
            ("GET", "/v3/transactions/{transaction_id}/verify"): self._verify,
            ("POST", "/v3/transactions/{transaction_id}/refund"): self._refund,
            ("GET", "/v3/refunds"): self._list_refunds,
            **self._transfers.operations(),
        }

    def unknown(self, request: Request) -> Response:
        """Refuses."""
        raise _refusal("", 404, "Cannot find this route")

    def respond(self, request: Request, operation: Operation) -> Response:
        """The operation's response for callers with the secret key."""
        if request.headers.get("authorization") != f"Bearer {keys.FLUTTERWAVE_SECRET_KEY}":
            raise _refusal("unauthorized")
        if code := faults.refusal_code(request):
            raise _refusal(code)
        return faults.at_provider(request, operation, _FAILURE, _TIMEOUT)

    def _verify_by_reference(self, request: Request) -> Response:
        stored = self._by_reference(request.query_params.get("tx_ref", ""))
        return _success("Transaction fetched successfully", data=transaction(stored))

    def _verify(self, request: Request) -> Response:
        stored = self._context.store.get(NAME, request.path_params["transaction_id"])
        if stored is None:
            raise _refusal("not_found")
        return _success("Transaction fetched successfully", data=transaction(stored))

    def _list_refunds(self, request: Request) -> Response:
        rows = self._refunds(request.query_params.get("id", ""))
        return _success("Transaction refunds fetched", meta=page_info(len(rows)), data=rows[::-1])

    def _open_page(self, request: Request) -> Response:
        body = _body(request, PAYMENT_FIELDS)
        amount, currency, reference = _amount_currency_reference(body)
        customer, duration = body.get("customer"), body.get("session_duration", LONGEST_SESSION)
        if not isinstance(customer, dict) or not customer.get("email") or not body.get("redirect_url"):
            raise _refusal("", 400, "customer email and redirect_url are required")
        if isinstance(duration, bool) or not isinstance(duration, int) or not 1 <= duration <= LONGEST_SESSION:
            raise _refusal("", 400, "session_duration is a number of minutes up to 1440")
        token = self._context.open_page(
            NAME,
            "",
            amount_minor=amount,
            currency=currency,
            reference=reference,
            return_url=str(body["redirect_url"]),
            payer=str(customer["email"]),
        )
        self._context.store.put("flutterwave.session", token, {"ends": now_ms() + duration * 60_000})
        return _success("Hosted Link", data={"link": self._context.page_url(token)})

    def _charge(self, request: Request) -> Response:
        if request.query_params.get("type") != "mobile_money_ghana":
            return self.unknown(request)
        body = _body(request, CHARGE_FIELDS)
        amount, currency, reference = _amount_currency_reference(body)
        phone = str(body.get("phone_number") or "")
        if body.get("network") not in NETWORKS:
            raise _refusal("invalid_network")
        if not phone.removeprefix("+").isdigit() or not body.get("email"):
            raise _refusal("", 400, "phone_number and email are required")
        stored = self._new(reference, amount, currency, str(body["email"]), "mobilemoneygh", phone)
        token = self._context.open_page(
            NAME,
            str(stored["id"]),
            amount_minor=amount,
            currency=currency,
            reference=reference,
            prompt=f"Mobile money of {phone}",
        )
        authorization = {"redirect": self._context.page_url(token), "mode": "redirect"}
        return _success("Charge initiated", meta={"authorization": authorization})

    def _new(
        self, reference: str, amount: int, currency: str, email: str, kind: str, phone: str = "N/A"
    ) -> dict[str, Any]:
        number = self._context.store.serial()
        stored = {
            "id": number,
            "tx_ref": reference,
            "flw_ref": f"FLW-MOCK-{number:032x}",
            "amount_minor": amount,
            "currency": currency,
            "email": email,
            "phone": phone,
            "payment_type": kind,
            "status": "pending",
            "buyer_pays_fee": self._context.settings.buyer_pays_fee,
            "created_at": now_ms(),
        }
        self._keep(stored)
        return stored

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """Captures or declines, tells the merchant, and sends the buyer to the redirect URL."""
        session = self._context.store.get("flutterwave.session", page["token"])
        if session and session["ends"] < now_ms():
            return with_query(page["return_url"], status="cancelled", tx_ref=page["reference"])
        stored = self._context.store.get(NAME, page["object_id"]) or self._new(
            page["reference"], page["amount_minor"], page["currency"], page["payer"], "card"
        )
        stored["status"] = "successful" if is_success else "failed"
        self._keep(stored)
        if is_success:
            self._context.store.capture(
                provider=NAME,
                reference=stored["tx_ref"],
                transaction=str(stored["id"]),
                amount_minor=stored["amount_minor"],
                currency=stored["currency"],
                at=now_ms(),
            )
        event_type = "MOBILEMONEYGH_TRANSACTION" if page["prompt"] else "CARD_TRANSACTION"
        event = {"event": "charge.completed", "data": transaction(stored), "event.type": event_type}
        self._context.notify(self, NAME, "charge.completed", event)
        if not page["return_url"]:
            return ""
        return with_query(
            page["return_url"], status=stored["status"], tx_ref=stored["tx_ref"], transaction_id=str(stored["id"])
        )

    def _refund(self, request: Request) -> Response:
        number, body = request.path_params["transaction_id"], _body(request, ("amount", "comments"))
        store = self._context.store
        stored = store.get(NAME, number)
        if stored is None or stored["status"] != "successful":
            raise _refusal("not_found")
        currency = stored["currency"]
        left = stored["amount_minor"] - store.refunded(NAME, number)
        try:
            amount = CURRENCIES.minor_of_major(body["amount"], currency) if "amount" in body else left
        except ValueError:
            raise _refusal("", 400, "amount is invalid") from None
        if amount > left or left <= 0:
            raise _refusal("refund_exceeds")
        serial, at = store.serial(), now_ms()
        is_done = self._context.settings.refund_outcome == "done"
        paid_out = "completed-momo" if stored["payment_type"] == "mobilemoneygh" else "completed-mpgs"
        refund = {
            "id": serial,
            "transaction_id": stored["id"],
            "amount_minor": amount,
            "flw_ref": f"URF_{at}_{serial}",
            "comment": body.get("comments", ""),
            # Begun when created; the next look shows whether it was paid out.
            "status": paid_out if is_done else "completed",
            "meta": _META % ("successful" if is_done else "failed"),
            "created_at": at,
        }
        store.put("flutterwave.refund", str(serial), refund, number)
        if is_done:
            store.refund(
                provider=NAME,
                reference=stored["tx_ref"],
                transaction=number,
                refund=str(serial),
                note=str(refund["comment"]),
                amount_minor=amount,
                currency=currency,
                at=at,
            )
        return _success("Transaction refund initiated", data=new_refund(refund, currency))

    def _refunds(self, number: str) -> list[dict[str, Any]]:
        stored = self._context.store.get(NAME, number)
        rows = self._context.store.of("flutterwave.refund", number) if stored else []
        return [listed_refund(row, stored["currency"]) for row in rows if stored]

    def dispute(self, reference: str, state: str) -> str:
        """Its chargebacks are answered in its dashboard; nothing of them is simulated."""
        raise _refusal("", 404, "Cannot find this route")

    def sign(self, body: bytes) -> dict[str, str]:
        """The static hash, or the base64 HMAC-SHA256 of the body under it, as the settings say."""
        if self._context.settings.signature == "verif-hash":
            return {"verif-hash": keys.FLUTTERWAVE_HASH}
        digest = hmac.new(keys.FLUTTERWAVE_HASH.encode(), body, hashlib.sha256).digest()
        return {"flutterwave-signature": base64.b64encode(digest).decode()}

    def _keep(self, stored: dict[str, Any]) -> None:
        self._context.store.put(NAME, str(stored["id"]), stored, stored["tx_ref"])

    def _by_reference(self, reference: str) -> dict[str, Any]:
        tries = self._context.store.of(NAME, reference) if reference else []
        if not tries:
            raise _refusal("not_found")
        return next((found for found in tries if found["status"] == "successful"), tries[-1])


def _amount_currency_reference(body: dict[str, Any]) -> tuple[int, str, str]:
    """(amount, currency, reference) of a payment."""
    currency, reference = str(body.get("currency") or "NGN"), body.get("tx_ref")
    if not reference or not isinstance(reference, str):
        raise _refusal("", 400, "tx_ref is required")
    if currency not in CURRENCIES:
        raise _refusal("", 400, "currency is not supported")
    try:
        return CURRENCIES.minor_of_major(body.get("amount"), currency), currency, reference
    except ValueError:
        raise _refusal("", 400, "amount is required") from None


def _body(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    try:
        body = json_object(request)
    except ValueError:
        raise _refusal("", 400, "Invalid JSON body") from None
    if unknown := unknown_fields(body, known):
        raise _refusal("", 400, f'"{unknown[0]}" is not allowed')
    return body


def _success(message: str, **parts: Any) -> Response:
    return JSONResponse({"status": "success", "message": message, **parts})


def _refusal(code: str, status: int = 400, message: str = "") -> Refusal:
    known_status, known_message = REFUSALS.get(code, (status, message))
    return Refusal(JSONResponse({"status": "error", "message": known_message, "data": None}, known_status))
