"""PayPal: orders that the buyer approves and the merchant captures, refunds of captures, signed events.

A repeated PayPal-Request-Id finds what the first request made and never makes it again.
"""

import base64
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from local.sandbox import faults, keys, money
from local.sandbox.desk import Desk, iso, now_ms
from local.sandbox.messages import Refusal, Reply, Request, answer, with_query
from local.sandbox.paypal_signing import signature_headers, verify

NAME = "paypal"
CURRENCIES = "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD"
FEE_BASIS_POINTS = 349
FEE_FIXED = 49
TOKEN_SECONDS = 32_400
_FAILURE = answer(
    500, {"name": "INTERNAL_SERVER_ERROR", "message": "An internal server error occurred.", "debug_id": "f5d0"}
)
_TOKEN = "A21AA" + hmac.new(keys.PAYPAL_SECRET.encode(), keys.PAYPAL_CLIENT_ID.encode(), "sha256").hexdigest()


class PayPal:
    """Speaks as api-m.paypal.com does."""

    title = "PayPal"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request) -> Reply:
        """The reply to a call of the API."""
        if request.segments == ["v1", "oauth2", "token"]:
            return faults.perform(request, _token, _FAILURE)
        if request.headers.get("authorization") != f"Bearer {_TOKEN}":
            raise Refusal(answer(401, {"error": "invalid_token", "error_description": "Token signature failed"}))
        return faults.perform(request, self._operation, _FAILURE)

    def _operation(self, request: Request) -> Reply:
        match request.method, request.segments:
            case "POST", ["v2", "checkout", "orders"]:
                return self._once(request, self._create)
            case "GET", ["v2", "checkout", "orders", name]:
                return answer(200, self._order(name))
            case "POST", ["v2", "checkout", "orders", name, "capture"]:
                return self._once(request, lambda _: self._capture(name))
            case "POST", ["v2", "payments", "captures", name, "refund"]:
                return self._once(request, lambda sent: self._refund(name, sent))
            case "POST", ["v1", "notifications", "verify-webhook-signature"]:
                return answer(200, {"verification_status": "SUCCESS" if verify(request.body) else "FAILURE"})
            case _:
                raise _refusal(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")

    def _once(self, request: Request, operation: Callable[[Request], tuple[str, str]]) -> Reply:
        """The thing (kind and name) that the operation makes, as it is now; made by the first of equal request ids."""
        name = request.headers.get("paypal-request-id")
        key = f"{request.path}#{name}"
        made = self._desk.store.get("paypal.request", key) if name else None
        kind, thing = made["made"] if made else operation(request)
        if name and not made:
            self._desk.store.put("paypal.request", key, {"made": [kind, thing]})
        shown = self._desk.store.get(kind, thing) or {}
        if kind == "paypal.refund" and not made and self._desk.settings.slow_refunds:
            shown["status"] = "PENDING"
        return answer(200 if made else 201, shown)

    def _create(self, request: Request) -> tuple[str, str]:
        body = _body(request)
        try:
            [unit] = body["purchase_units"]
            currency = str(unit["amount"]["currency_code"])
            amount = money.minor(unit["amount"]["value"], currency)
            source = body.get("payment_source", {}).get("paypal", {}).get("experience_context", {})
            context = source or body.get("application_context", {})
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _refusal(400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE") from None
        if currency not in CURRENCIES.split():
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "CURRENCY_NOT_SUPPORTED")
        if body.get("intent") != "CAPTURE":
            raise _refusal(400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE")
        name = _name()
        token = self._desk.open_page(
            NAME,
            name,
            amount_minor=amount,
            currency=currency,
            reference=str(unit.get("custom_id", "")),
            return_url=str(context.get("return_url", "")),
        )
        here = f"{self._desk.base_url}/{NAME}/v2/checkout/orders/{name}"
        order: dict[str, Any] = {
            "id": name,
            "intent": "CAPTURE",
            "status": "PAYER_ACTION_REQUIRED" if "payment_source" in body else "CREATED",
            "payment_source": {"paypal": {}},
            "purchase_units": [{**unit, "reference_id": unit.get("reference_id", "default")}],
            "create_time": iso(now_ms()),
            "links": [
                {"href": here, "rel": "self", "method": "GET"},
                {
                    "href": self._desk.page_url(token),
                    "rel": "payer-action" if "payment_source" in body else "approve",
                    "method": "GET",
                },
            ],
        }
        self._desk.store.put("paypal.order", name, order)
        return "paypal.order", name

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """The buyer approves; the merchant captures later, and is then refused if the buyer's bank declines."""
        order = self._order(page["thing"])
        payer = {"email_address": "buyer@example.com", "payer_id": "BUYER7LOCAL42"}
        order |= {"status": "APPROVED", "payer": payer}
        self._desk.store.put("paypal.order", order["id"], order)
        self._desk.store.put("paypal.funding", order["id"], {"is_good": is_success})
        self._tell("CHECKOUT.ORDER.APPROVED", "checkout-order", "An order has been approved by buyer", order)
        url = page["return_url"]
        return with_query(url, token=order["id"], PayerID=payer["payer_id"]) if url else ""

    def _capture(self, name: str) -> tuple[str, str]:
        order = self._order(name)
        if order["status"] == "COMPLETED":
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "ORDER_NOT_APPROVED")
        if not (self._desk.store.get("paypal.funding", name) or {}).get("is_good"):
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED")
        [unit] = order["purchase_units"]
        at, capture_name = now_ms(), _name()
        currency = unit["amount"]["currency_code"]
        amount = money.minor(unit["amount"]["value"], currency)
        fee = min(amount, money.share(amount, FEE_BASIS_POINTS) + FEE_FIXED)
        here = f"{self._desk.base_url}/{NAME}/v2"
        capture = {
            "id": capture_name,
            "status": "COMPLETED",
            "amount": unit["amount"],
            "final_capture": True,
            "custom_id": unit.get("custom_id", ""),
            "seller_receivable_breakdown": {
                "gross_amount": unit["amount"],
                "paypal_fee": _amount(fee, currency),
                "net_amount": _amount(amount - fee, currency),
            },
            "supplementary_data": {"related_ids": {"order_id": name}},
            "create_time": iso(at),
            "update_time": iso(at),
            "links": [
                {"href": f"{here}/payments/captures/{capture_name}/refund", "rel": "refund", "method": "POST"},
                {"href": f"{here}/checkout/orders/{name}", "rel": "up", "method": "GET"},
            ],
        }
        order |= {"status": "COMPLETED", "purchase_units": [{**unit, "payments": {"captures": [capture]}}]}
        self._desk.store.put("paypal.order", name, order)
        self._desk.store.put("paypal.capture", capture_name, {"order": name})
        self._desk.store.capture(
            provider=NAME,
            reference=unit.get("custom_id", ""),
            transaction=capture_name,
            amount_minor=amount,
            currency=currency,
            at=at,
        )
        self._tell("PAYMENT.CAPTURE.COMPLETED", "capture", f"Payment completed for {currency}", capture)
        return "paypal.order", name

    def _refund(self, name: str, request: Request) -> tuple[str, str]:
        store = self._desk.store
        link = store.get("paypal.capture", name)
        if link is None:
            raise _refusal(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
        order = self._order(link["order"])
        [unit] = order["purchase_units"]
        [capture] = unit["payments"]["captures"]
        currency = capture["amount"]["currency_code"]
        left = money.minor(capture["amount"]["value"], currency) - store.refunded(NAME, name)
        body = _body(request)
        wanted = body.get("amount") or _amount(left, currency)
        if left <= 0:
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "CAPTURE_FULLY_REFUNDED")
        try:
            amount = money.minor(wanted["value"], currency)
        except (KeyError, TypeError, ValueError):
            raise _refusal(400, "INVALID_REQUEST", "INVALID_PARAMETER_VALUE") from None
        if wanted.get("currency_code") != currency:
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "REFUND_CAPTURE_CURRENCY_MISMATCH")
        if amount > left:
            raise _refusal(422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED")
        refund = self._refunded(name, capture, body, amount)
        capture["status"] = "REFUNDED" if amount == left else "PARTIALLY_REFUNDED"
        store.put("paypal.order", order["id"], order)
        return "paypal.refund", refund["id"]

    def _refunded(self, name: str, capture: dict[str, Any], body: dict[str, Any], amount: int) -> dict[str, Any]:
        at, currency = now_ms(), capture["amount"]["currency_code"]
        here = f"{self._desk.base_url}/{NAME}/v2/payments/captures/{name}"
        refund = {
            "id": _name(),
            "status": "COMPLETED",
            "amount": _amount(amount, currency),
            "custom_id": body.get("custom_id", ""),
            "invoice_id": body.get("invoice_id", ""),
            "note_to_payer": body.get("note_to_payer", ""),
            "create_time": iso(at),
            "update_time": iso(at),
            "links": [{"href": here, "rel": "up", "method": "GET"}],
        }
        self._desk.store.put("paypal.refund", refund["id"], refund)
        self._desk.store.refund(
            provider=NAME,
            reference=capture["custom_id"],
            transaction=name,
            refund=refund["id"],
            note=str(refund["invoice_id"] or refund["custom_id"]),
            amount_minor=amount,
            currency=currency,
            at=at,
        )
        self._tell("PAYMENT.CAPTURE.REFUNDED", "refund", f"A {currency} refund was issued", refund)
        return refund

    def _tell(self, kind: str, resource_type: str, summary: str, resource: dict[str, Any]) -> None:
        event = {
            "id": f"WH-{_name()}-{_name()}",
            "event_version": "1.0",
            "create_time": iso(now_ms()),
            "resource_type": resource_type,
            "resource_version": "2.0",
            "event_type": kind,
            "summary": summary,
            "resource": resource,
        }
        self._desk.notify(self, NAME, kind, event)

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers of a transmission."""
        return signature_headers(body)

    def _order(self, name: str) -> dict[str, Any]:
        order = self._desk.store.get("paypal.order", name)
        if order is None:
            raise _refusal(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
        return order


def _token(request: Request) -> Reply:
    held = base64.b64encode(f"{keys.PAYPAL_CLIENT_ID}:{keys.PAYPAL_SECRET}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {held}":
        raise Refusal(answer(401, {"error": "invalid_client", "error_description": "Client Authentication failed"}))
    if dict(request.form).get("grant_type") != "client_credentials":
        raise Refusal(answer(400, {"error": "unsupported_grant_type", "error_description": "Unsupported grant_type"}))
    body = {"scope": "", "access_token": _TOKEN, "token_type": "Bearer", "app_id": "APP-LOCAL"}
    return answer(200, body | {"expires_in": TOKEN_SECONDS, "nonce": iso(now_ms())})


def _name() -> str:
    """An id as PayPal makes them: 17 letters and digits."""
    return "".join(secrets.choice("0123456789ABCDEFGHJKLMNPRSTUVWXY") for _ in range(17))


def _amount(minor: int, currency: str) -> dict[str, str]:
    return {"currency_code": currency, "value": money.major(minor, currency)}


def _body(request: Request) -> dict[str, Any]:
    try:
        return request.json()
    except ValueError:
        raise _refusal(400, "INVALID_REQUEST", "MALFORMED_REQUEST_JSON") from None


def _refusal(status: int, name: str, issue: str) -> Refusal:
    message = "The requested action could not be performed, semantically incorrect, or failed business validation."
    body = {"name": name, "message": message, "debug_id": "f5d0", "details": [{"issue": issue, "description": issue}]}
    return Refusal(answer(status, body))
