"""Paystack: transactions by reference, mobile money by the charge API, refunds, disputes.

Amounts are hundredths of the major unit for every currency, francs without centimes included.
"""

import hashlib
import hmac
from typing import Any

from local.sandbox import faults, keys, paystack_objects
from local.sandbox import paystack_rules as rules
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.messages import Reply, Request, answer, unknown_fields, with_query
from local.sandbox.money import share

NAME = "paystack"
_FAILURE = answer(500, {"status": False, "message": "An unexpected error occurred", "type": "api_error"})
_REFUND_STATUS = {"done": "processed", "failed": "failed", "attention": "needs-attention"}
_DISPUTES = {
    "open": ("create", "awaiting-merchant-feedback", None),
    "won": ("resolve", "resolved", "declined"),
    "lost": ("resolve", "resolved", "merchant-accepted"),
}


class Paystack:
    """Speaks as api.paystack.co does."""

    title = "Paystack"
    refusals = (*rules.REFUSALS, *rules.ENDINGS)

    def __init__(self, context: ProviderContext) -> None:
        self._context = context

    def answer(self, request: Request) -> Reply:
        """The reply to a call of the API."""
        if request.headers.get("authorization") != f"Bearer {keys.PAYSTACK_SECRET_KEY}":
            raise rules.refusal("invalid_Key")
        code = faults.refusal_code(request)
        if code in rules.REFUSALS:
            raise rules.refusal(code)
        return faults.perform(request, lambda sent: self._operation(sent, rules.ENDINGS.get(code, "")), _FAILURE)

    def _operation(self, request: Request, ending: str) -> Reply:
        match request.method, request.segments:
            case "POST", ["transaction", "initialize"]:
                return self._initialize(rules.body(request, rules.INITIALIZE_FIELDS))
            case "GET", ["transaction", "verify", reference]:
                return rules.good("Verification successful", paystack_objects.transaction(self._known(reference)))
            case "POST", ["charge"]:
                return self._charge(rules.body(request, rules.CHARGE_FIELDS), ending)
            case "POST", ["charge", "submit_otp"]:
                return self._submit_otp(rules.body(request, ("otp", "reference")), ending)
            case "GET", ["charge", reference]:
                held = self._known(reference)
                return rules.good("Reference check successful", {"reference": reference, "status": held["status"]})
            case "POST", ["refund"]:
                return self._refund(rules.body(request, rules.REFUND_FIELDS))
            case "GET", ["refund"]:
                return self._refunds(request.arguments.get("transaction", ""))
            case "GET", ["refund", number]:
                made = self._context.store.get("paystack.refund", number)
                if made:
                    shown = paystack_objects.listed_refund(made, self._found(str(made["transaction"])))
                    return rules.good("Refund retrieved", shown)
            case "GET", ["dispute", number]:
                if found := self._context.store.get("paystack.dispute", number):
                    return rules.good("Dispute retrieved", found)
        raise rules.refusal("not_found", 404, "Not found")

    def _initialize(self, body: dict[str, Any]) -> Reply:
        held = self._open(body, "card", "abandoned")
        data = {
            "authorization_url": self._context.page_url(held["access_code"]),
            "access_code": held["access_code"],
            "reference": held["reference"],
        }
        return rules.good("Authorization URL created", data)

    def _charge(self, body: dict[str, Any], ending: str) -> Reply:
        wallet = body.get("mobile_money")
        if not isinstance(wallet, dict) or unknown_fields(wallet, ("phone", "provider")):
            raise rules.refusal("invalid_params", words="Please provide a mobile money object with phone and provider")
        network = wallet.get("provider")
        if network not in rules.NETWORKS or not rules.PHONE.fullmatch(str(wallet.get("phone", ""))):
            raise rules.refusal("invalid_params", words="Invalid mobile money provider or phone number")
        is_otp = network == "vod"
        prompt = f"{rules.NETWORKS[network]} mobile money of {wallet['phone']}"
        held = self._open(body, "mobile_money", "pending", prompt, rules.VOUCHER if is_otp and not ending else "")
        if ending:
            return self._end(held, ending)
        page = self._context.page_url(held["access_code"])
        if is_otp:
            words = f"Please dial *110# to generate a voucher code. Then input the voucher. ({page} is that phone.)"
            data = {"reference": held["reference"], "status": "send_otp"}
            return rules.good("Charge attempted", data | rules.text(words))
        self._keep(held | {"status": "ongoing"})
        data = {"reference": held["reference"], "status": "pay_offline", "url": page}
        words = "Please complete authorisation process on your mobile phone"
        return rules.good("Charge attempted", data | rules.text(words))

    def _submit_otp(self, body: dict[str, Any], ending: str) -> Reply:
        held = self._known(str(body.get("reference", "")), words="Transaction reference is invalid")
        if held["channel"] != "mobile_money" or held["status"] != "pending":
            raise rules.refusal("invalid_params", words="Charge is not awaiting an OTP")
        if ending or body.get("otp") != rules.VOUCHER:
            return self._end(held, ending or "failed")
        self._settle(held, is_success=True)
        shown = paystack_objects.transaction(self._known(held["reference"]))
        return rules.good("Charge attempted", shown | {"redirect_url": ""})

    def _end(self, held: dict[str, Any], ending: str) -> Reply:
        self._keep(held | {"status": ending})
        words = "Transaction timed out" if ending == "timeout" else "Declined"
        return rules.good("Charge attempted", {"reference": held["reference"], "status": ending, "message": words})

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
        held = {
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
            return_url=held["callback_url"],
            prompt=prompt,
            token=held["access_code"],
            otp=otp,
        )
        self._keep(held)
        return held

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """Captures or declines, tells the merchant, and sends the buyer to the callback URL."""
        held = self._known(page["thing"])
        if held["status"] in ("abandoned", "ongoing", "pending"):
            self._settle(held, is_success)
        reference, callback = held["reference"], held["callback_url"]
        return with_query(callback, trxref=reference, reference=reference) if callback else ""

    def _settle(self, held: dict[str, Any], is_success: bool) -> None:
        held["status"] = "success" if is_success else "failed"
        if is_success:
            held |= {"paid_at": now_ms(), "fees": share(held["requested"], rules.FEE_BASIS_POINTS)}
            self._context.store.capture(
                provider=NAME,
                reference=held["reference"],
                transaction=str(held["id"]),
                amount_minor=self._minor(held["requested"], held["currency"]),
                currency=held["currency"],
                at=held["paid_at"],
            )
        self._keep(held)
        if is_success:
            # Nothing is sent of what failed.
            event = {"event": "charge.success", "data": paystack_objects.transaction(held)}
            self._context.notify(self, NAME, "charge.success", event)

    def _refund(self, body: dict[str, Any]) -> Reply:
        store = self._context.store
        held = self._found(str(body.get("transaction", "")))
        if held["status"] not in ("success", "reversed"):
            raise rules.refusal("transaction_not_paid")
        given = sum(row["amount"] for row in self._made(held) if row["status"] in ("processed", "pending"))
        left = held["amount"] - given
        if left <= 0:
            raise rules.refusal("transaction_reversed")
        amount = rules.amount(body.get("amount", left))
        if amount > left:
            raise rules.refusal("invalid_amount", words="Refund amount cannot be more than the amount left")
        notes = {name: str(body.get(name, "")) for name in ("customer_note", "merchant_note")}
        made = paystack_objects.refund(store.serial(), held, amount, notes, now_ms())
        shown = paystack_objects.new_refund(made, held)
        # It is queued, and carried out by the time that one looks again.
        made["status"] = _REFUND_STATUS[self._context.settings.refund_outcome]
        store.put("paystack.refund", str(made["id"]), made, str(held["id"]))
        if made["status"] == "processed":
            store.refund(
                provider=NAME,
                reference=held["reference"],
                transaction=str(held["id"]),
                refund=str(made["id"]),
                note=made["merchant_note"],
                amount_minor=self._minor(amount, held["currency"]),
                currency=held["currency"],
                at=made["created_at"],
            )
            if amount == left:
                self._keep(held | {"status": "reversed"})
        for status in ("pending", made["status"]):
            event = paystack_objects.refund_event(made, held, status)
            self._context.notify(self, NAME, event["event"], event)
        return rules.good("Refund has been queued for processing", shown)

    def _refunds(self, name: str) -> Reply:
        held = self._found(name) if name else None
        rows = [paystack_objects.listed_refund(row, held) for row in self._made(held)][::-1] if held else []
        page = {"total": len(rows), "skipped": 0, "perPage": "50", "page": 1, "pageCount": 1, "failedRefundCount": 0}
        return answer(200, {"status": True, "message": "Refunds retrieved", "data": rows, "meta": page})

    def _made(self, held: dict[str, Any]) -> list[dict[str, Any]]:
        return self._context.store.of("paystack.refund", str(held["id"]))

    def dispute(self, reference: str, state: str) -> str:
        """The buyer's bank disputes the payment, or has decided; the merchant is told. Raises Refusal."""
        held, store = self._known(reference), self._context.store
        link = store.get("paystack.disputed", reference) or {"id": store.serial()}
        event, status, resolution = _DISPUTES[state]
        made = paystack_objects.dispute(held, link["id"], status, resolution, now_ms())
        store.put("paystack.disputed", reference, link)
        store.put("paystack.dispute", str(link["id"]), made)
        self._context.notify(self, NAME, f"charge.dispute.{event}", {"event": f"charge.dispute.{event}", "data": made})
        return str(link["id"])

    def sign(self, body: bytes) -> dict[str, str]:
        """The HMAC-SHA512 of the body under the secret key."""
        digest = hmac.new(keys.PAYSTACK_SECRET_KEY.encode(), body, hashlib.sha512).hexdigest()
        return {"x-paystack-signature": digest}

    def _minor(self, units: int, currency: str) -> int:
        """Whole minor units; a fee that the buyer pays may be a fraction of them, and is cut."""
        step = 100 if currency in ("RWF", "XOF") else 1
        return rules.CURRENCIES.minor(units - units % step, currency)

    def _keep(self, held: dict[str, Any]) -> None:
        self._context.store.put(NAME, held["reference"], held, str(held["id"]))

    def _known(self, reference: str, words: str = "") -> dict[str, Any]:
        held = self._context.store.get(NAME, reference)
        if held is None:
            raise rules.refusal("transaction_not_found", words=words)
        return held

    def _found(self, name: str) -> dict[str, Any]:
        """By id or reference."""
        by_id = self._context.store.of(NAME, name) if name else []
        return by_id[0] if by_id else self._known(name)
