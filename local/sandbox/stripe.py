"""Stripe: PaymentIntents, Checkout Sessions, refunds, disputes, as its SDK calls them. Amounts in its own units."""

import hmac
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import faults, keys, stripe_objects, stripe_rules
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.http import Operation, api_path
from local.sandbox.stripe_forms import IdempotencyKeys, NotStored
from local.sandbox.stripe_transfers import StripeTransfers

NAME = "stripe"
_FAILURE = JSONResponse({"error": {"type": "api_error", "message": "An unknown error occurred"}}, 500)


class Stripe:
    """Simulates api.stripe.com."""

    title = "Stripe"
    refusals = tuple(stripe_rules.REFUSALS)

    def __init__(self, context: ProviderContext) -> None:
        self._context = context
        self._keys = IdempotencyKeys(context)
        self._transfers = StripeTransfers(context, self._tell)
        self.give_back = self._transfers.give_back

    def operations(self) -> dict[tuple[str, str], Operation]:
        """The API."""
        return {
            ("POST", "/v1/payment_intents"): self._new_intent,
            ("GET", "/v1/payment_intents"): lambda request: self._list("intent", request),
            ("GET", "/v1/payment_intents/{id}"): lambda request: self._fetch("intent", request),
            ("POST", "/v1/payment_intents/{id}/confirm"): self._confirm,
            ("POST", "/v1/payment_intents/{id}/cancel"): self._cancel,
            ("POST", "/v1/checkout/sessions"): self._new_session,
            ("GET", "/v1/checkout/sessions"): lambda request: self._list("session", request),
            ("GET", "/v1/checkout/sessions/{id}"): lambda request: self._fetch("session", request),
            ("POST", "/v1/checkout/sessions/{id}/expire"): self._expire_on_request,
            ("POST", "/v1/refunds"): self._refund,
            ("GET", "/v1/refunds"): self._list_refunds,
            ("GET", "/v1/refunds/{id}"): lambda request: self._fetch("refund", request),
            ("GET", "/v1/disputes/{id}"): lambda request: self._fetch("dispute", request),
            **self._transfers.operations(),
        }

    def unknown(self, request: Request) -> Response:
        """Refuses."""
        message = f"Unrecognized request URL ({request.method}: {api_path(request)})."
        raise stripe_rules.refusal(404, message, NotStored)

    def respond(self, request: Request, operation: Operation) -> Response:
        """The operation's response for callers with the secret key, or the stored one of its idempotency key."""
        if request.headers.get("authorization") != f"Bearer {keys.STRIPE_SECRET_KEY}":
            raise stripe_rules.refusal(401, "Invalid API Key provided.", NotStored)
        if code := faults.refusal_code(request):
            status, message = stripe_rules.REFUSALS[code]
            raise stripe_rules.refusal(status, message, NotStored, code)
        return self._keys.once(request, lambda request: faults.at_provider(request, operation, _FAILURE))

    def _fetch(self, kind: str, request: Request) -> Response:
        return JSONResponse(self._expanded(self._object(kind, request.path_params["id"]), stripe_rules.fields(request)))

    def _list(self, kind: str, request: Request) -> Response:
        rows = sorted(self._context.store.of(f"stripe.{kind}", ""), key=lambda row: -row["created"])
        limit = int(stripe_rules.fields(request).get("limit", 10))
        return JSONResponse(stripe_objects.listing(api_path(request), rows[:limit]))

    def _list_refunds(self, request: Request) -> Response:
        rows = self._context.store.of("stripe.refund", str(stripe_rules.fields(request).get("payment_intent", "")))
        return JSONResponse(stripe_objects.listing(api_path(request), rows[::-1]))

    def _new_intent(self, request: Request) -> Response:
        fields = stripe_rules.fields(request)
        stripe_rules.require_known(fields, stripe_rules.INTENT_FIELDS)
        currency = stripe_rules.currency(fields.get("currency"))
        amount = stripe_rules.amount(fields.get("amount"), currency)
        more = {
            "metadata": fields.get("metadata", {}),
            "receipt_email": fields.get("receipt_email"),
            "description": fields.get("description"),
        }
        intent = stripe_objects.intent(amount, currency, **more)
        self._keep("intent", intent)
        # At Stripe the buyer's browser confirms it with Stripe's own form; here its secret is the token of a page.
        self._page("intent", intent, amount, intent["client_secret"])
        return JSONResponse(intent)

    def _new_session(self, request: Request) -> Response:
        fields = stripe_rules.fields(request)
        stripe_rules.require_known(fields, stripe_rules.SESSION_FIELDS)
        try:
            prices = [(item["price_data"], int(item.get("quantity", 1))) for item in fields["line_items"]]
            currency = stripe_rules.currency(prices[0][0]["currency"])
            amount = sum(stripe_rules.amount(price["unit_amount"], currency) * quantity for price, quantity in prices)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise stripe_rules.refusal(400, "Missing or invalid param: line_items.", NotStored) from None
        if fields.get("mode") != "payment" or not fields.get("success_url"):
            raise stripe_rules.refusal(400, "Missing required param: success_url, and mode=payment.", NotStored)
        plain = ("cancel_url", "client_reference_id", "customer_email", "metadata", "success_url")
        more = {name: fields[name] for name in plain if name in fields}
        if ends := stripe_rules.seconds(fields.get("expires_at", "0")):
            if not stripe_rules.MIN_PAGE <= ends - now_ms() // 1000 <= stripe_rules.MAX_PAGE:
                message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation."
                raise stripe_rules.refusal(400, message, NotStored)
            more["expires_at"] = ends
        session = stripe_objects.session(amount, currency, **more)
        session["url"] = self._context.page_url(self._page("session", session, amount))
        self._keep("session", session)
        metadata = (fields.get("payment_intent_data") or {}).get("metadata", {})
        self._context.store.put("stripe.intent_data", session["id"], {"metadata": metadata})
        return JSONResponse(session)

    def _page(self, kind: str, subject: dict[str, Any], amount: int, token: str = "") -> str:
        reference = subject.get("client_reference_id") or subject["metadata"].get("reference") or subject["id"]
        object_id = f"{kind}/{subject['id']}"
        minor = self._minor(amount, subject["currency"])
        return self._context.open_page(
            NAME, object_id, amount_minor=minor, currency=subject["currency"], reference=reference, token=token
        )

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """The buyer's card is charged or declined, and they go on to the success or the cancel URL."""
        kind, _, name = page["object_id"].partition("/")
        if kind == "intent":
            self._charge(self._object("intent", name), is_success)
            return ""
        session = self._object("session", name)
        if session["status"] == "open" and session["expires_at"] <= now_ms() // 1000:
            session = self._expire(name)
        if session["status"] != "open":
            return str(session["cancel_url"] or "")
        intent = stripe_objects.intent(
            session["amount_total"], session["currency"], **(self._context.store.get("stripe.intent_data", name) or {})
        )
        session["payment_intent"] = intent["id"]
        self._charge(intent, is_success)
        if is_success:
            session |= {"status": "complete", "payment_status": "paid"}
            self._tell("checkout.session.completed", session)
        self._keep("session", session)
        onward = session["success_url"] if is_success else session["cancel_url"]
        return str(onward or "").replace("{CHECKOUT_SESSION_ID}", name)

    def _confirm(self, request: Request) -> Response:
        intent = self._object("intent", request.path_params["id"])
        is_success = stripe_rules.fields(request).get("payment_method") not in stripe_rules.DECLINED_CARDS
        if not self._charge(intent, is_success):
            raise stripe_rules.refusal(400, f"This PaymentIntent's status is {intent['status']}.")
        if is_success:
            return JSONResponse(intent)
        return JSONResponse({"error": stripe_objects.DECLINE | {"payment_intent": intent}}, 402)

    def _charge(self, intent: dict[str, Any], is_success: bool) -> bool:
        """Charges the buyer's card, unless the intent is over already."""
        if intent["status"] != "requires_payment_method":
            return False
        balance = stripe_objects.balance(intent) if is_success else None
        made = stripe_objects.charge(intent, balance["id"] if balance else None)
        intent["latest_charge"] = made["id"]
        if balance:
            self._keep("balance", balance)
            intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
            self._context.store.capture(
                provider=NAME,
                reference=intent["metadata"].get("reference", ""),
                transaction=intent["id"],
                amount_minor=self._minor(intent["amount"], intent["currency"]),
                currency=intent["currency"].upper(),
                at=now_ms(),
            )
        else:
            intent["last_payment_error"] = stripe_objects.DECLINE
        self._keep("charge", made)
        self._keep("intent", intent)
        self._tell("payment_intent.succeeded" if is_success else "payment_intent.payment_failed", intent)
        return True

    def _cancel(self, request: Request) -> Response:
        intent = self._object("intent", request.path_params["id"])
        if intent["status"] == "succeeded":
            raise stripe_rules.refusal(400, "You cannot cancel this PaymentIntent: its status is succeeded.")
        intent |= {"status": "canceled", "canceled_at": now_ms() // 1000}
        self._keep("intent", intent)
        return JSONResponse(intent)

    def _expire_on_request(self, request: Request) -> Response:
        return JSONResponse(self._expire(request.path_params["id"]))

    def _expire(self, name: str) -> dict[str, Any]:
        session = self._object("session", name)
        if session["status"] != "open":
            raise stripe_rules.refusal(400, "Only Checkout Sessions with a status in [open] can be expired.")
        session |= {"status": "expired", "url": None}
        self._keep("session", session)
        self._tell("checkout.session.expired", session)
        return session

    def _refund(self, request: Request) -> Response:
        fields = stripe_rules.fields(request)
        stripe_rules.require_known(fields, stripe_rules.REFUND_FIELDS)
        intent = self._object("intent", str(fields.get("payment_intent", "")))
        if intent["status"] != "succeeded":
            raise stripe_rules.refusal(
                400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            )
        charge = self._object("charge", intent["latest_charge"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = stripe_rules.amount(fields["amount"], charge["currency"]) if "amount" in fields else left
        if left <= 0:
            message = f"Charge {charge['id']} has already been refunded."
            raise stripe_rules.refusal(400, message, code="charge_already_refunded")
        if amount > left:
            raise stripe_rules.refusal(
                400, f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            )
        refund = stripe_objects.refund(charge, amount, fields.get("metadata", {}), fields.get("reason"))
        is_done = self._context.settings.refund_outcome == "done"
        if not is_done:
            refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            refund["failure_balance_transaction"] = stripe_objects.new_id("txn")
        self._context.store.put("stripe.refund", refund["id"], refund, intent["id"])
        if is_done:
            self._record_refund(intent, charge, refund)
            self._tell("charge.refunded", charge)
        else:
            self._tell("refund.failed", refund)
        return JSONResponse(refund | {"status": "pending"} if self._context.settings.slow_refunds else refund)

    def _record_refund(self, intent: dict[str, Any], charge: dict[str, Any], refund: dict[str, Any]) -> None:
        given = charge["amount_refunded"] + refund["amount"]
        charge |= {"amount_refunded": given, "refunded": given == charge["amount"]}
        self._keep("charge", charge)
        self._context.store.refund(
            provider=NAME,
            reference=intent["metadata"].get("reference", ""),
            transaction=intent["id"],
            refund=refund["id"],
            note=str(refund["metadata"].get("refund_id", "")),
            amount_minor=self._minor(refund["amount"], intent["currency"]),
            currency=intent["currency"].upper(),
            at=now_ms(),
        )

    def dispute(self, reference: str, state: str) -> str:
        """The buyer's bank disputes the charge of that reference, or has decided; the merchant is told."""
        rows = [row for row in self._context.store.book()["captures"] if row["reference"] == reference]
        if not rows:
            raise stripe_rules.refusal(404, "No such charge.", code="resource_missing")
        charge = self._object("charge", self._object("intent", rows[-1]["transaction"])["latest_charge"])
        dispute = stripe_objects.dispute(charge, state)
        link = self._context.store.get("stripe.disputed", reference) or {"id": dispute["id"]}
        dispute["id"] = link["id"]
        self._context.store.put("stripe.disputed", reference, link)
        self._keep("dispute", dispute)
        self._keep("charge", charge | {"disputed": True})
        self._tell("charge.dispute.created" if state == "open" else "charge.dispute.closed", dispute)
        return str(dispute["id"])

    def _expanded(self, subject: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        """The object with the members in full that `expand` names."""
        wanted = fields.get("expand", [])
        for path in wanted if isinstance(wanted, list) else []:
            subject = self._with_member(subject, str(path).split("."))
        return subject

    def _with_member(self, subject: dict[str, Any], path: list[str]) -> dict[str, Any]:
        name, *deeper = path
        if name not in stripe_rules.EXPANDABLE:
            raise stripe_rules.refusal(400, f"This property cannot be expanded ({name}).", NotStored)
        member = subject.get(name)
        if member is None:
            return subject
        inner = member if isinstance(member, dict) else self._object(stripe_rules.EXPANDABLE[name], member)
        return subject | {name: self._with_member(inner, deeper) if deeper else inner}

    def _tell(self, event_type: str, subject: dict[str, Any]) -> None:
        self._context.notify(self, NAME, event_type, stripe_objects.event(event_type, subject))

    def sign(self, body: bytes) -> dict[str, str]:
        """The time of sending, and the HMAC-SHA256 of time and body under the endpoint's secret."""
        at = int(time.time())
        digest = hmac.new(keys.STRIPE_WEBHOOK_SECRET.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
        return {"stripe-signature": f"t={at},v1={digest}"}

    def _minor(self, units: int, currency: str) -> int:
        return stripe_rules.CURRENCIES.minor(units, currency.upper())

    def _keep(self, kind: str, subject: dict[str, Any]) -> None:
        self._context.store.put(f"stripe.{kind}", subject["id"], subject)

    def _object(self, kind: str, object_id: str) -> dict[str, Any]:
        found = self._context.store.get(f"stripe.{kind}", object_id)
        if found is None:
            raise stripe_rules.refusal(404, f"No such {kind}: '{object_id}'", code="resource_missing")
        return found
