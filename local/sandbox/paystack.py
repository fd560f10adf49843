"""Paystack: transactions by reference, mobile money by the charge API, refunds, disputes.

Amounts are hundredths of the major unit for every currency, francs without centimes included.
"""

import hashlib
import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import faults, keys, paystack_objects
from local.sandbox import paystack_rules as rules
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.http import Operation, unknown_fields, with_query
from local.sandbox.money import share
from local.sandbox.paystack_transfers import PaystackTransfers

NAME = "paystack"
_FAILURE = JSONResponse({"status": False, "message": "An unexpected error occurred", "type": "api_error"}, 500)
_REFUND_STATUS = {"done": "processed", "failed": "failed", "attention": "needs-attention"}
_DISPUTES = {
    "open": ("create", "awaiting-merchant-feedback", None),
    "won": ("resolve", "resolved", "declined"),
    "lost": ("resolve", "resolved", "merchant-accepted"),
}


class Paystack:
    """Simulates api.paystack.co."""

    title = "Paystack"
    refusals = (*rules.REFUSALS, *rules.OUTCOMES)

    def __init__(self, context: ProviderContext) -> None:
        self._context = context
        self._transfers = PaystackTransfers(context, lambda kind, event: context.notify(self, NAME, kind, event))
        self.give_back = self._transfers.give_back

    def operations(self) -> dict[tuple[str, str], Operation]:
        """The API."""
        return {
            ("POST", "/transaction/initialize"): self._initialize,
            ("GET", "/transaction/verify/{reference}"): self._verify,
            ("POST", "/charge"): self._charge,
            ("POST", "/charge/submit_otp"): self._submit_otp,
            ("GET", "/charge/{reference}"): self._check_charge,
            ("POST", "/refund"): self._refund,
            ("GET", "/refund"): self._list_refunds,
            ("GET", "/refund/{refund_id}"): self._fetch_refund,
            ("GET", "/dispute/{dispute_id}"): self._fetch_dispute,
            **self._transfers.operations(),
        }

    def unknown(self, request: Request) -> Response:
        """Refuses."""
        raise rules.refusal("not_found", 404, "Not found")

    def respond(self, request: Request, operation: Operation) -> Response:
        """The operation's response for callers with the secret key."""
        if request.headers.get("authorization") != f"Bearer {keys.PAYSTACK_SECRET_KEY}":
            raise rules.refusal("invalid_Key")
        code = faults.refusal_code(request)
        if code in rules.REFUSALS:
            raise rules.refusal(code)
        return faults.at_provider(request, operation, _FAILURE)

    def _verify(self, request: Request) -> Response:
        stored = self._known(request.path_params["reference"])
        return rules.success("Verification successful", paystack_objects.transaction(stored))

    def _check_charge(self, request: Request) -> Response:
        stored = self._known(request.path_params["reference"])
        shown = {"reference": stored["reference"], "status": stored["status"]}
        return rules.success("Reference check successful", shown)

    def _fetch_refund(self, request: Request) -> Response:
        refund = self._context.store.get("paystack.refund", request.path_params["refund_id"])
        if refund is None:
            return self.unknown(request)
        shown = paystack_objects.listed_refund(refund, self._found(str(refund["transaction"])))
        return rules.success("Refund retrieved", shown)

    def _fetch_dispute(self, request: Request) -> Response:
        dispute = self._context.store.get("paystack.dispute", request.path_params["dispute_id"])
        return rules.success("Dispute retrieved", dispute) if dispute else self.unknown(request)

    def _initialize(self, request: Request) -> Response:
        stored = self._open(rules.body(request, rules.INITIALIZE_FIELDS), "card", "abandoned")
        data = {
            "authorization_url": self._context.page_url(stored["access_code"]),
            "access_code": stored["access_code"],
            "reference": stored["reference"],
        }
        return rules.success("Authorization URL created", data)

    def _charge(self, request: Request) -> Response:
        body, outcome = rules.body(request, rules.CHARGE_FIELDS), _outcome(request)
        wallet = body.get("mobile_money")
        if not isinstance(wallet, dict) or unknown_fields(wallet, ("phone", "provider")):
            message = "Please provide a mobile money object with phone and provider"
            raise rules.refusal("invalid_params", message=message)
        network = wallet.get("provider")
        if network not in rules.NETWORKS or not rules.PHONE.fullmatch(str(wallet.get("phone", ""))):
            raise rules.refusal("invalid_params", message="Invalid mobile money provider or phone number")
        is_otp = network == "vod"
        prompt = f"{rules.NETWORKS[network]} mobile money of {wallet['phone']}"
        stored = self._open(body, "mobile_money", "pending", prompt, rules.VOUCHER if is_otp and not outcome else "")
        if outcome:
            return self._end(stored, outcome)
        page = self._context.page_url(stored["access_code"])
        if is_otp:
            message = f"Please dial *110# to generate a voucher code. Then input the voucher. ({page} is that phone.)"
            data = {"reference": stored["reference"], "status": "send_otp"}
            return rules.success("Charge attempted", data | rules.display_text(message))
        self._keep(stored | {"status": "ongoing"})
        data = {"reference": stored["reference"], "status": "pay_offline", "url": page}
        message = "Please complete authorisation process on your mobile phone"
        return rules.success("Charge attempted", data | rules.display_text(message))

    def _submit_otp(self, request: Request) -> Response:
        body, outcome = rules.body(request, ("otp", "reference")), _outcome(request)
        stored = self._known(str(body.get("reference", "")), message="Transaction reference is invalid")
        if stored["channel"] != "mobile_money" or stored["status"] != "pending":
            raise rules.refusal("invalid_params", message="Charge is not awaiting an OTP")
        if outcome or body.get("otp") != rules.VOUCHER:
            return self._end(stored, outcome or "failed")
        self._settle(stored, is_success=True)
        shown = paystack_objects.transaction(self._known(stored["reference"]))
        return rules.success("Charge attempted", shown | {"redirect_url": ""})

    def _end(self, stored: dict[str, Any], outcome: str) -> Response:
        self._keep(stored | {"status": outcome})
        message = "Transaction timed out" if outcome == "timeout" else "Declined"
        data = {"reference": stored["reference"], "status": outcome, "message": message}
        return rules.success("Charge attempted", data)

    def _open(self, body: dict[str, Any], channel: str, status: str, prompt: str = "", otp: str = "") -> dict[str, Any]:
        store = self._context.store
        number = store.serial()
        reference, currency = str(body.get("reference") or f"T{number}"), str(body.get("currency") or "NGN")
        if not body.get("email"):
            raise rules.refusal("invalid_email_address")
        if currency not in rules.CURRENCIES:
            raise rules.refusal("unsupported_currency")
        requested = rules.amount(body.get("amount"))
        try:
            rules.CURRENCIES.minor(requested, currency)
        except ValueError:
            raise rules.refusal("invalid_amount") from None
        if store.get(NAME, reference):
            raise rules.refusal("duplicate_reference")
        amount = requested
        if self._context.settings.buyer_pays_fee:
            amount += share(requested, rules.FEE_BASIS_POINTS)
        stored = {
            "id": number,
            "reference": reference,
            "requested": requested,
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
            "access_code": paystack_objects.code("", 15),
        }
        self._context.open_page(
            NAME,
            reference,
            amount_minor=self._minor(amount, currency),
            currency=currency,
            reference=reference,
            return_url=stored["callback_url"],
            prompt=prompt,
            token=stored["access_code"],
            otp=otp,
        )
        self._keep(stored)
        return stored

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """Captures or declines, tells the merchant, and sends the buyer to the callback URL."""
        stored = self._known(page["object_id"])
        if stored["status"] in ("abandoned", "ongoing", "pending"):
            self._settle(stored, is_success)
        reference, callback = stored["reference"], stored["callback_url"]
        return with_query(callback, trxref=reference, reference=reference) if callback else ""

    def _settle(self, stored: dict[str, Any], is_success: bool) -> None:
        stored["status"] = "success" if is_success else "failed"
        if is_success:
            stored |= {"paid_at": now_ms(), "fees": share(stored["requested"], rules.FEE_BASIS_POINTS)}
            self._context.store.capture(
                provider=NAME,
                reference=stored["reference"],
                transaction=str(stored["id"]),
                amount_minor=self._minor(stored["requested"], stored["currency"]),
                currency=stored["currency"],
                at=stored["paid_at"],
            )
        self._keep(stored)
        if is_success:
            # Nothing is sent of what failed.
            event = {"event": "charge.success", "data": paystack_objects.transaction(stored)}
            self._context.notify(self, NAME, "charge.success", event)

    def _refund(self, request: Request) -> Response:
        body, store = rules.body(request, rules.REFUND_FIELDS), self._context.store
        stored = self._found(str(body.get("transaction", "")))
        if stored["status"] not in ("success", "reversed"):
            raise rules.refusal("transaction_not_paid")
        given = sum(row["amount"] for row in self._refunds_of(stored) if row["status"] in ("processed", "pending"))
        left = stored["amount"] - given
        if left <= 0:
            raise rules.refusal("transaction_reversed")
        amount = rules.amount(body.get("amount", left))
        if amount > left:
            raise rules.refusal("invalid_amount", message="Refund amount cannot be more than the amount left")
        notes = {name: str(body.get(name, "")) for name in ("customer_note", "merchant_note")}
        refund = paystack_objects.refund(store.serial(), stored, amount, notes, now_ms())
        shown = paystack_objects.new_refund(refund, stored)
        # It is queued, and carried out by the time that one looks again.
        refund["status"] = _REFUND_STATUS[self._context.settings.refund_outcome]
        store.put("paystack.refund", str(refund["id"]), refund, str(stored["id"]))
        if refund["status"] == "processed":
            store.refund(
                provider=NAME,
                reference=stored["reference"],
                transaction=str(stored["id"]),
                refund=str(refund["id"]),
                note=refund["merchant_note"],
                amount_minor=self._minor(amount, stored["currency"]),
                currency=stored["currency"],
                at=refund["created_at"],
            )
            if amount == left:
                self._keep(stored | {"status": "reversed"})
        for status in ("pending", refund["status"]):
            event = paystack_objects.refund_event(refund, stored, status)
            self._context.notify(self, NAME, event["event"], event)
        return rules.success("Refund has been queued for processing", shown)

    def _list_refunds(self, request: Request) -> Response:
        name = request.query_params.get("transaction", "")
        stored = self._found(name) if name else None
        rows = [paystack_objects.listed_refund(row, stored) for row in self._refunds_of(stored)][::-1] if stored else []
        page = {"total": len(rows), "skipped": 0, "perPage": "50", "page": 1, "pageCount": 1, "failedRefundCount": 0}
        return JSONResponse({"status": True, "message": "Refunds retrieved", "data": rows, "meta": page})

    def _refunds_of(self, stored: dict[str, Any]) -> list[dict[str, Any]]:
        return self._context.store.of("paystack.refund", str(stored["id"]))

    def dispute(self, reference: str, state: str) -> str:
        """The buyer's bank disputes the payment, or has decided; the merchant is told. Raises Refusal."""
        stored, store = self._known(reference), self._context.store
        link = store.get("paystack.disputed", reference) or {"id": store.serial()}
        event, status, resolution = _DISPUTES[state]
        dispute = paystack_objects.dispute(stored, link["id"], status, resolution, now_ms())
        store.put("paystack.disputed", reference, link)
        store.put("paystack.dispute", str(link["id"]), dispute)
        event_type = f"charge.dispute.{event}"
        self._context.notify(self, NAME, event_type, {"event": event_type, "data": dispute})
        return str(link["id"])

    def sign(self, body: bytes) -> dict[str, str]:
        """The HMAC-SHA512 of the body under the secret key."""
        digest = hmac.new(keys.PAYSTACK_SECRET_KEY.encode(), body, hashlib.sha512).hexdigest()
        return {"x-paystack-signature": digest}

    def _minor(self, units: int, currency: str) -> int:
        """Whole minor units; a fee that the buyer pays may be a fraction of them, and is cut."""
        step = 100 if currency in ("RWF", "XOF") else 1
        return rules.CURRENCIES.minor(units - units % step, currency)

    def _keep(self, stored: dict[str, Any]) -> None:
        self._context.store.put(NAME, stored["reference"], stored, str(stored["id"]))

    def _known(self, reference: str, message: str = "") -> dict[str, Any]:
        stored = self._context.store.get(NAME, reference)
        if stored is None:
            raise rules.refusal("transaction_not_found", message=message)
        return stored

    def _found(self, name: str) -> dict[str, Any]:
        """By id or reference."""
        by_id = self._context.store.of(NAME, name) if name else []
        return by_id[0] if by_id else self._known(name)


def _outcome(request: Request) -> str:
    """How a charge is to end that is neither refused nor successful, "" for others."""
    return rules.OUTCOMES.get(faults.refusal_code(request), "")
