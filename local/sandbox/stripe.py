"""Stripe: PaymentIntents, Checkout Sessions, refunds, disputes, as its SDK calls them. Amounts in its own units."""

import hmac
import time
from typing import Any

from local.sandbox import faults, keys, stripe_objects, stripe_rules
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.messages import Reply, Request, answer
from local.sandbox.stripe_forms import IdempotencyKeys, NotStored, nested

NAME = "stripe"
DECLINED_CARDS = {"pm_card_chargeDeclined", "pm_card_visa_chargeDeclined"}
# What stands as an id in other things, and of which kind it is.
PARTS = {"payment_intent": "intent", "latest_charge": "charge", "balance_transaction": "balance", "charge": "charge"}
_FAILURE = answer(500, {"error": {"type": "api_error", "message": "An unknown error occurred"}})


class Stripe:
    """Speaks as api.stripe.com does."""

    title = "Stripe"
    refusals = tuple(stripe_rules.REFUSALS)

    def __init__(self, context: ProviderContext) -> None:
        self._context = context
        self._keys = IdempotencyKeys(context)

    def answer(self, request: Request) -> Reply:
        """The reply to a call of the API."""
        if request.headers.get("authorization") != f"Bearer {keys.STRIPE_SECRET_KEY}":
            raise stripe_rules.refusal(401, "Invalid API Key provided.", NotStored)
        if code := faults.refusal_code(request):
            status, words = stripe_rules.REFUSALS[code]
            raise stripe_rules.refusal(status, words, NotStored, code)
        return self._keys.once(request, lambda sent: faults.perform(sent, self._operation, _FAILURE))

    def _operation(self, request: Request) -> Reply:
        try:
            fields = nested(request.form if request.method == "POST" else request.arguments.items())
        except ValueError as error:
            raise stripe_rules.refusal(400, str(error), NotStored) from None
        match request.method, request.segments:
            case "POST", ["v1", "payment_intents"]:
                return answer(200, self._new_intent(fields))
            case "GET", ["v1", "payment_intents"]:
                return answer(200, stripe_objects.listing("/v1/payment_intents", self._all("intent", fields)))
            case "GET", ["v1", "payment_intents", name]:
                return answer(200, self._expanded(self._thing("intent", name), fields))
            case "POST", ["v1", "payment_intents", name, "confirm"]:
                return self._confirm(name, fields)
            case "POST", ["v1", "payment_intents", name, "cancel"]:
                return answer(200, self._cancel(name))
            case "POST", ["v1", "checkout", "sessions"]:
                return answer(200, self._new_session(fields))
            case "GET", ["v1", "checkout", "sessions"]:
                return answer(200, stripe_objects.listing("/v1/checkout/sessions", self._all("session", fields)))
            case "GET", ["v1", "checkout", "sessions", name]:
                return answer(200, self._expanded(self._thing("session", name), fields))
            case "POST", ["v1", "checkout", "sessions", name, "expire"]:
                return answer(200, self._expire(name))
            case "POST", ["v1", "refunds"]:
                return answer(200, self._refund(fields))
            case "GET", ["v1", "refunds"]:
                rows = self._context.store.of("stripe.refund", str(fields.get("payment_intent", "")))
                return answer(200, stripe_objects.listing("/v1/refunds", rows[::-1]))
            case "GET", ["v1", "refunds", name]:
                return answer(200, self._thing("refund", name))
            case "GET", ["v1", "disputes", name]:
                return answer(200, self._expanded(self._thing("dispute", name), fields))
            case _:
                raise stripe_rules.refusal(
                    404, f"Unrecognized request URL ({request.method}: {request.path}).", NotStored
                )

    def _new_intent(self, fields: dict[str, Any]) -> dict[str, Any]:
        stripe_rules.require_known(fields, stripe_rules.INTENT_FIELDS)
        currency = stripe_rules.currency(fields.get("currency"))
        amount = stripe_rules.amount(fields.get("amount"), currency)
        more = {
            "metadata": fields.get("metadata", {}),
            "receipt_email": fields.get("receipt_email"),
            "description": fields.get("description"),
        }
        made = stripe_objects.intent(amount, currency, **more)
        self._keep("intent", made)
        # In life the buyer's browser confirms it with Stripe's own form; here its secret is the name of a page.
        self._page("intent", made, amount, made["client_secret"])
        return made

    def _new_session(self, fields: dict[str, Any]) -> dict[str, Any]:
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
            if not stripe_rules.SHORTEST_PAGE <= ends - now_ms() // 1000 <= stripe_rules.LONGEST_PAGE:
                words = "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation."
                raise stripe_rules.refusal(400, words, NotStored)
            more["expires_at"] = ends
        made = stripe_objects.session(amount, currency, **more)
        made["url"] = self._context.page_url(self._page("session", made, amount))
        self._keep("session", made)
        metadata = (fields.get("payment_intent_data") or {}).get("metadata", {})
        self._context.store.put("stripe.later", made["id"], {"metadata": metadata})
        return made

    def _page(self, kind: str, thing: dict[str, Any], amount: int, token: str = "") -> str:
        reference = thing.get("client_reference_id") or thing["metadata"].get("reference") or thing["id"]
        name = f"{kind}/{thing['id']}"
        minor = self._minor(amount, thing["currency"])
        return self._context.open_page(
            NAME, name, amount_minor=minor, currency=thing["currency"], reference=reference, token=token
        )

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """The buyer's card is charged or declined, and they go on to the success or the cancel URL."""
        kind, _, name = page["thing"].partition("/")
        if kind == "intent":
            self._charge(self._thing("intent", name), is_success)
            return ""
        session = self._thing("session", name)
        if session["status"] == "open" and session["expires_at"] <= now_ms() // 1000:
            session = self._expire(name)
        if session["status"] != "open":
            return str(session["cancel_url"] or "")
        intent = stripe_objects.intent(
            session["amount_total"], session["currency"], **(self._context.store.get("stripe.later", name) or {})
        )
        session["payment_intent"] = intent["id"]
        self._charge(intent, is_success)
        if is_success:
            session |= {"status": "complete", "payment_status": "paid"}
            self._tell("checkout.session.completed", session)
        self._keep("session", session)
        onward = session["success_url"] if is_success else session["cancel_url"]
        return str(onward or "").replace("{CHECKOUT_SESSION_ID}", name)

    def _confirm(self, name: str, fields: dict[str, Any]) -> Reply:
        intent = self._thing("intent", name)
        is_success = fields.get("payment_method") not in DECLINED_CARDS
        if not self._charge(intent, is_success):
            raise stripe_rules.refusal(400, f"This PaymentIntent's status is {intent['status']}.")
        if is_success:
            return answer(200, intent)
        return answer(402, {"error": stripe_objects.DECLINE | {"payment_intent": intent}})

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

    def _cancel(self, name: str) -> dict[str, Any]:
        intent = self._thing("intent", name)
        if intent["status"] == "succeeded":
            raise stripe_rules.refusal(400, "You cannot cancel this PaymentIntent: its status is succeeded.")
        intent |= {"status": "canceled", "canceled_at": now_ms() // 1000}
        self._keep("intent", intent)
        return intent

    def _expire(self, name: str) -> dict[str, Any]:
        session = self._thing("session", name)
        if session["status"] != "open":
            raise stripe_rules.refusal(400, "Only Checkout Sessions with a status in [open] can be expired.")
        session |= {"status": "expired", "url": None}
        self._keep("session", session)
        self._tell("checkout.session.expired", session)
        return session

    def _refund(self, fields: dict[str, Any]) -> dict[str, Any]:
        stripe_rules.require_known(fields, stripe_rules.REFUND_FIELDS)
        intent = self._thing("intent", str(fields.get("payment_intent", "")))
        if intent["status"] != "succeeded":
            raise stripe_rules.refusal(
                400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            )
        charge = self._thing("charge", intent["latest_charge"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = stripe_rules.amount(fields["amount"], charge["currency"]) if "amount" in fields else left
        if left <= 0:
            words = f"Charge {charge['id']} has already been refunded."
            raise stripe_rules.refusal(400, words, code="charge_already_refunded")
        if amount > left:
            raise stripe_rules.refusal(
                400, f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            )
        made = stripe_objects.refund(charge, amount, fields.get("metadata", {}), fields.get("reason"))
        is_done = self._context.settings.refund_outcome == "done"
        if not is_done:
            made |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            made["failure_balance_transaction"] = stripe_objects.new_id("txn")
        self._context.store.put("stripe.refund", made["id"], made, intent["id"])
        if is_done:
            self._given_back(intent, charge, made)
            self._tell("charge.refunded", charge)
        else:
            self._tell("refund.failed", made)
        return made | {"status": "pending"} if self._context.settings.slow_refunds else made

    def _given_back(self, intent: dict[str, Any], charge: dict[str, Any], made: dict[str, Any]) -> None:
        given = charge["amount_refunded"] + made["amount"]
        charge |= {"amount_refunded": given, "refunded": given == charge["amount"]}
        self._keep("charge", charge)
        self._context.store.refund(
            provider=NAME,
            reference=intent["metadata"].get("reference", ""),
            transaction=intent["id"],
            refund=made["id"],
            note=str(made["metadata"].get("refund_id", "")),
            amount_minor=self._minor(made["amount"], intent["currency"]),
            currency=intent["currency"].upper(),
            at=now_ms(),
        )

    def dispute(self, reference: str, state: str) -> str:
        """The buyer's bank disputes the charge of that reference, or has decided; the merchant is told."""
        rows = [row for row in self._context.store.book()["captures"] if row["reference"] == reference]
        if not rows:
            raise stripe_rules.refusal(404, "No such charge.", code="resource_missing")
        charge = self._thing("charge", self._thing("intent", rows[-1]["transaction"])["latest_charge"])
        made = stripe_objects.dispute(charge, state)
        link = self._context.store.get("stripe.disputed", reference) or {"id": made["id"]}
        made["id"] = link["id"]
        self._context.store.put("stripe.disputed", reference, link)
        self._keep("dispute", made)
        self._keep("charge", charge | {"disputed": True})
        self._tell("charge.dispute.created" if state == "open" else "charge.dispute.closed", made)
        return str(made["id"])

    def _expanded(self, thing: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        """The thing with those of its parts in full that `expand` names, at most as deep as they go."""
        wanted = fields.get("expand", [])
        for path in wanted if isinstance(wanted, list) else []:
            thing = self._with_part(thing, str(path).split("."))
        return thing

    def _with_part(self, thing: dict[str, Any], path: list[str]) -> dict[str, Any]:
        name, *deeper = path
        if name not in PARTS:
            raise stripe_rules.refusal(400, f"This property cannot be expanded ({name}).", NotStored)
        part = thing.get(name)
        if part is None:
            return thing
        inner = part if isinstance(part, dict) else self._thing(PARTS[name], part)
        return thing | {name: self._with_part(inner, deeper) if deeper else inner}

    def _tell(self, kind: str, thing: dict[str, Any]) -> None:
        self._context.notify(self, NAME, kind, stripe_objects.event(kind, thing))

    def sign(self, body: bytes) -> dict[str, str]:
        """The time of sending, and the HMAC-SHA256 of time and body under the endpoint's secret."""
        at = int(time.time())
        digest = hmac.new(keys.STRIPE_WEBHOOK_SECRET.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
        return {"stripe-signature": f"t={at},v1={digest}"}

    def _minor(self, units: int, currency: str) -> int:
        return stripe_rules.CURRENCIES.minor(units, currency.upper())

    def _keep(self, kind: str, thing: dict[str, Any]) -> None:
        self._context.store.put(f"stripe.{kind}", thing["id"], thing)

    def _thing(self, kind: str, name: str) -> dict[str, Any]:
        thing = self._context.store.get(f"stripe.{kind}", name)
        if thing is None:
            raise stripe_rules.refusal(404, f"No such {kind}: '{name}'", code="resource_missing")
        return thing

    def _all(self, kind: str, fields: dict[str, Any]) -> list[dict[str, Any]]:
        rows = sorted(self._context.store.of(f"stripe.{kind}", ""), key=lambda row: -row["created"])
        return rows[: int(fields.get("limit", 10))]
