"""Flutterwave v3: the hosted page, Ghanaian mobile money, refunds. Amounts in the major unit.

A transaction exists when the buyer has tried to pay; one reference may have several, of which one succeeds or none.
"""

import base64
import hashlib
import hmac
from typing import Any

from local.sandbox import faults, keys
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.flutterwave_objects import CURRENCIES, listed_refund, new_refund, page_info, transaction
from local.sandbox.messages import Refusal, Reply, Request, answer, names, unknown_fields, with_query

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
_FAILURE = answer(500, {"status": "error", "message": "An error occurred", "data": None})
# After 28 seconds; whether the call was carried out has to be asked.
_TIMEOUT = answer(503, {"status": "error", "message": "An error occurred. Please contact support", "data": None})
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
    """Speaks as api.flutterwave.com does."""

    title = "Flutterwave"
    refusals = tuple(REFUSALS)

    def __init__(self, context: ProviderContext) -> None:
        self._context = context

    def answer(self, request: Request) -> Reply:
        """The reply to a call of the API."""
        if request.headers.get("authorization") != f"Bearer {keys.FLUTTERWAVE_SECRET_KEY}":
            raise _refusal("unauthorized")
        if code := faults.refusal_code(request):
            raise _refusal(code)
        return faults.perform(request, self._operation, _FAILURE, _TIMEOUT)

    def _operation(self, request: Request) -> Reply:
        match request.method, request.segments:
            case "POST", ["v3", "payments"]:
                return self._payments(_body(request, PAYMENT_FIELDS))
            case "POST", ["v3", "charges"] if request.arguments.get("type") == "mobile_money_ghana":
                return self._charges(_body(request, CHARGE_FIELDS))
            case "GET", ["v3", "transactions", "verify_by_reference"]:
                found = self._by_reference(request.arguments.get("tx_ref", ""))
                return _good("Transaction fetched successfully", data=transaction(found))
            case "GET", ["v3", "transactions", number, "verify"]:
                if held := self._context.store.get(NAME, number):
                    return _good("Transaction fetched successfully", data=transaction(held))
                raise _refusal("not_found")
            case "POST", ["v3", "transactions", number, "refund"]:
                return self._refund(number, _body(request, ("amount", "comments")))
            case "GET", ["v3", "refunds"]:
                rows = self._refunds(request.arguments.get("id", ""))
                return _good("Transaction refunds fetched", meta=page_info(len(rows)), data=rows[::-1])
        raise _refusal("", 404, "Cannot find this route")

    def _payments(self, body: dict[str, Any]) -> Reply:
        amount, currency, reference = _wanted(body)
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
        return _good("Hosted Link", data={"link": self._context.page_url(token)})

    def _charges(self, body: dict[str, Any]) -> Reply:
        amount, currency, reference = _wanted(body)
        phone = str(body.get("phone_number") or "")
        if body.get("network") not in NETWORKS:
            raise _refusal("invalid_network")
        if not phone.removeprefix("+").isdigit() or not body.get("email"):
            raise _refusal("", 400, "phone_number and email are required")
        held = self._new(reference, amount, currency, str(body["email"]), "mobilemoneygh", phone)
        token = self._context.open_page(
            NAME,
            str(held["id"]),
            amount_minor=amount,
            currency=currency,
            reference=reference,
            prompt=f"Mobile money of {phone}",
        )
        authorization = {"redirect": self._context.page_url(token), "mode": "redirect"}
        return _good("Charge initiated", meta={"authorization": authorization})

    def _new(
        self, reference: str, amount: int, currency: str, email: str, kind: str, phone: str = "N/A"
    ) -> dict[str, Any]:
        number = self._context.store.serial()
        held = {
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
        self._keep(held)
        return held

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """Captures or declines, tells the merchant, and sends the buyer to the redirect URL."""
        session = self._context.store.get("flutterwave.session", page["token"])
        if session and session["ends"] < now_ms():
            return with_query(page["return_url"], status="cancelled", tx_ref=page["reference"])
        held = self._context.store.get(NAME, page["thing"]) or self._new(
            page["reference"], page["amount_minor"], page["currency"], page["payer"], "card"
        )
        held["status"] = "successful" if is_success else "failed"
        self._keep(held)
        if is_success:
            self._context.store.capture(
                provider=NAME,
                reference=held["tx_ref"],
                transaction=str(held["id"]),
                amount_minor=held["amount_minor"],
                currency=held["currency"],
                at=now_ms(),
            )
        event_type = "MOBILEMONEYGH_TRANSACTION" if page["prompt"] else "CARD_TRANSACTION"
        event = {"event": "charge.completed", "data": transaction(held), "event.type": event_type}
        self._context.notify(self, NAME, "charge.completed", event)
        if not page["return_url"]:
            return ""
        return with_query(
            page["return_url"], status=held["status"], tx_ref=held["tx_ref"], transaction_id=str(held["id"])
        )

    def _refund(self, number: str, body: dict[str, Any]) -> Reply:
        store = self._context.store
        held = store.get(NAME, number)
        if held is None or held["status"] != "successful":
            raise _refusal("not_found")
        currency = held["currency"]
        left = held["amount_minor"] - store.refunded(NAME, number)
        try:
            amount = CURRENCIES.minor_of_major(body["amount"], currency) if "amount" in body else left
        except ValueError:
            raise _refusal("", 400, "amount is invalid") from None
        if amount > left or left <= 0:
            raise _refusal("refund_exceeds")
        serial, at = store.serial(), now_ms()
        is_done = self._context.settings.refund_outcome == "done"
        way = "completed-momo" if held["payment_type"] == "mobilemoneygh" else "completed-mpgs"
        made = {
            "id": serial,
            "transaction_id": held["id"],
            "amount_minor": amount,
            "flw_ref": f"URF_{at}_{serial}",
            "comment": body.get("comments", ""),
            # Begun; by the time that one looks again it was paid out, or was not.
            "status": way if is_done else "completed",
            "meta": _META % ("successful" if is_done else "failed"),
            "created_at": at,
        }
        store.put("flutterwave.refund", str(serial), made, number)
        if is_done:
            store.refund(
                provider=NAME,
                reference=held["tx_ref"],
                transaction=number,
                refund=str(serial),
                note=str(made["comment"]),
                amount_minor=amount,
                currency=currency,
                at=at,
            )
        return _good("Transaction refund initiated", data=new_refund(made, currency))

    def _refunds(self, number: str) -> list[dict[str, Any]]:
        held = self._context.store.get(NAME, number)
        rows = self._context.store.of("flutterwave.refund", number) if held else []
        return [listed_refund(row, held["currency"]) for row in rows if held]

    def dispute(self, reference: str, state: str) -> str:
        """Its chargebacks are answered in its dashboard; nothing of them is imitated."""
        raise _refusal("", 404, "Cannot find this route")

    def sign(self, body: bytes) -> dict[str, str]:
        """The static hash, or the base64 HMAC-SHA256 of the body under it, as the settings say."""
        if self._context.settings.signature == "verif-hash":
            return {"verif-hash": keys.FLUTTERWAVE_HASH}
        digest = hmac.new(keys.FLUTTERWAVE_HASH.encode(), body, hashlib.sha256).digest()
        return {"flutterwave-signature": base64.b64encode(digest).decode()}

    def _keep(self, held: dict[str, Any]) -> None:
        self._context.store.put(NAME, str(held["id"]), held, held["tx_ref"])

    def _by_reference(self, reference: str) -> dict[str, Any]:
        tries = self._context.store.of(NAME, reference) if reference else []
        if not tries:
            raise _refusal("not_found")
        return next((found for found in tries if found["status"] == "successful"), tries[-1])


def _wanted(body: dict[str, Any]) -> tuple[int, str, str]:
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
        body = request.json()
    except ValueError:
        raise _refusal("", 400, "Invalid JSON body") from None
    if strange := unknown_fields(body, known):
        raise _refusal("", 400, f'"{strange[0]}" is not allowed')
    return body


def _good(message: str, **parts: Any) -> Reply:
    return answer(200, {"status": "success", "message": message, **parts})


def _refusal(code: str, status: int = 400, words: str = "") -> Refusal:
    known_status, known_words = REFUSALS.get(code, (status, words))
    return Refusal(answer(known_status, {"status": "error", "message": known_words, "data": None}))
