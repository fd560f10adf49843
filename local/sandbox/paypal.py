"""PayPal: orders that the buyer approves and the merchant captures, refunds of captures, disputes, signed events.

A repeated PayPal-Request-Id finds what the first request made and never makes it again; a refusal is repeated as well.
An order that is not captured is forgotten after three hours.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import faults, paypal_objects, paypal_refusals, paypal_tokens
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.http import (
    Operation,
    api_path,
    body_of,
    json_object,
    names,
    unknown_fields,
    with_query,
)
from local.sandbox.paypal_objects import CURRENCIES, new_name
from local.sandbox.paypal_signing import signature_headers, verify

NAME = "paypal"
FORGOTTEN_MS = 3 * 3600 * 1000
ORDER_FIELDS = names("intent purchase_units payment_source payer application_context processing_instruction")
UNIT_FIELDS = names(
    "reference_id amount payee payment_instruction description custom_id invoice_id soft_descriptor items shipping"
    " supplementary_data"
)
REFUND_FIELDS = names("amount custom_id invoice_id note_to_payer payment_instruction")
_FAILURE = JSONResponse(
    {"name": "INTERNAL_SERVER_ERROR", "message": "An internal server error occurred.", "debug_id": "f5d0c1a2b3e4"},
    500,
)
_REFUND_STATUS = {"done": "COMPLETED", "failed": "FAILED", "attention": "CANCELLED"}


class PayPal:
    """Simulates api-m.paypal.com."""

    title = "PayPal"
    refusals = paypal_refusals.KNOWN

    def __init__(self, context: ProviderContext) -> None:
        self._context = context

    @property
    def _api(self) -> str:
        return f"{self._context.base_url}/{NAME}"

    def operations(self) -> dict[tuple[str, str], Operation]:
        """The API."""
        return {
            ("POST", paypal_tokens.PATH): paypal_tokens.issue,
            ("POST", "/v2/checkout/orders"): lambda request: self._once(request, self._create),
            ("GET", "/v2/checkout/orders/{order_id}"): self._fetch_order,
            ("POST", "/v2/checkout/orders/{order_id}/capture"): lambda request: self._once(request, self._capture),
            ("GET", "/v2/payments/captures/{capture_id}"): self._fetch_capture,
            ("POST", "/v2/payments/captures/{capture_id}/refund"): lambda request: self._once(request, self._refund),
            ("GET", "/v2/payments/refunds/{refund_id}"): self._fetch_refund,
            ("GET", "/v1/customer/disputes/{dispute_id}"): self._fetch_dispute,
            ("POST", "/v1/notifications/verify-webhook-signature"): _verify_signature,
        }

    def unknown(self, request: Request) -> Response:
        """Refuses."""
        raise paypal_refusals.refusal("INVALID_RESOURCE_ID")

    def respond(self, request: Request, operation: Operation) -> Response:
        """The operation's response for callers with an access token, which one operation issues."""
        if api_path(request) != paypal_tokens.PATH:
            paypal_tokens.require(request)
            code = faults.refusal_code(request)
            if code and request.method == "GET":
                raise paypal_refusals.refusal(code)
        return faults.at_provider(request, operation, _FAILURE)

    def _fetch_order(self, request: Request) -> Response:
        return JSONResponse(self._order(request.path_params["order_id"]))

    def _fetch_capture(self, request: Request) -> Response:
        order, capture = self._captured(request.path_params["capture_id"])
        return JSONResponse(paypal_objects.alone(capture, order["id"]))

    def _fetch_refund(self, request: Request) -> Response:
        refund = self._context.store.get("paypal.refund", request.path_params["refund_id"])
        return JSONResponse(refund) if refund else self.unknown(request)

    def _fetch_dispute(self, request: Request) -> Response:
        dispute = self._context.store.get("paypal.dispute", request.path_params["dispute_id"])
        return JSONResponse(dispute) if dispute else self.unknown(request)

    def _once(self, request: Request, operation: Callable[[Request], tuple[str, str]]) -> Response:
        """The object (kind and id) that the operation creates, as it is now; equal request ids create it once."""
        request_id, store = request.headers.get("paypal-request-id", ""), self._context.store
        if len(request_id) > 108:
            raise paypal_refusals.refusal("INVALID_STRING_LENGTH")
        key = f"{api_path(request)}#{request_id}"
        known = store.get("paypal.request", key) if request_id else None
        if known and "refused" in known:
            raise paypal_refusals.refusal(known["refused"])
        if known is None and (code := faults.refusal_code(request)):
            store.put("paypal.request", key, {"refused": code})
            raise paypal_refusals.refusal(code)
        kind, object_id = known["created"] if known else operation(request)
        if request_id and not known:
            store.put("paypal.request", key, {"created": [kind, object_id]})
        shown = store.get(kind, object_id) or {}
        if kind == "paypal.refund" and not known and self._context.settings.slow_refunds:
            shown |= {"status": "PENDING", "status_details": {"reason": "ECHECK"}}
        # The repeated response of an order is 200; that of a refund is 201 like the first.
        return JSONResponse(shown, 200 if known and kind == "paypal.order" else 201)

    def _create(self, request: Request) -> tuple[str, str]:
        body = _body(request, ORDER_FIELDS)
        try:
            [unit] = body["purchase_units"]
            currency, value = str(unit["amount"]["currency_code"]), unit["amount"]["value"]
            source = body.get("payment_source", {}).get("paypal", {}).get("experience_context", {})
            context = source or body.get("application_context", {})
        except (KeyError, TypeError, ValueError, AttributeError):
            raise paypal_refusals.refusal("INVALID_PARAMETER_VALUE") from None
        if unknown_fields(unit, UNIT_FIELDS) or not isinstance(value, str) or body.get("intent") != "CAPTURE":
            raise paypal_refusals.refusal("INVALID_PARAMETER_SYNTAX")
        if currency not in CURRENCIES:
            raise paypal_refusals.refusal("CURRENCY_NOT_SUPPORTED")
        if currency in paypal_objects.WITHOUT_DECIMALS and "." in value:
            raise paypal_refusals.refusal("INVALID_PARAMETER_VALUE")
        try:
            amount = CURRENCIES.minor_of_major(value, currency)
        except ValueError:
            raise paypal_refusals.refusal("INVALID_PARAMETER_VALUE") from None
        name = new_name()
        token = self._context.open_page(
            NAME,
            name,
            amount_minor=amount,
            currency=currency,
            reference=str(unit.get("custom_id", "")),
            return_url=str(context.get("return_url", "")),
        )
        url = self._context.page_url(token)
        self._keep(paypal_objects.order(name, unit, self._api, url, is_wallet="payment_source" in body))
        self._context.store.put("paypal.begun", name, {"at": now_ms()})
        return "paypal.order", name

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """The buyer approves; the merchant captures later, and is then refused if the buyer's bank declines."""
        order = self._order(page["object_id"])
        if order["status"] not in ("COMPLETED", "VOIDED"):
            order |= paypal_objects.approved()
            self._keep(order)
            self._context.store.put("paypal.funding", order["id"], {"is_good": is_success})
            self._tell("CHECKOUT.ORDER.APPROVED", "checkout-order", "An order has been approved by buyer", order)
        url = page["return_url"]
        return with_query(url, token=order["id"], PayerID=order["payer"]["payer_id"]) if url else ""

    def _capture(self, request: Request) -> tuple[str, str]:
        name = request.path_params["order_id"]
        order = self._order(name)
        if order["status"] == "COMPLETED":
            raise paypal_refusals.refusal("ORDER_ALREADY_CAPTURED")
        if order["status"] != "APPROVED":
            raise paypal_refusals.refusal("ORDER_NOT_APPROVED")
        if not (self._context.store.get("paypal.funding", name) or {}).get("is_good"):
            raise paypal_refusals.refusal("INSTRUMENT_DECLINED")
        [unit] = order["purchase_units"]
        currency = unit["amount"]["currency_code"]
        amount = CURRENCIES.minor_of_major(unit["amount"]["value"], currency)
        capture = paypal_objects.capture(new_name(), order, unit, amount, self._api)
        self._keep(
            order
            | {"status": "COMPLETED", "purchase_units": [unit | {"payments": {"captures": [capture]}}]}
            | {"update_time": capture["update_time"]}
        )
        self._context.store.put("paypal.capture", capture["id"], {"order": name})
        self._context.store.capture(
            provider=NAME,
            reference=unit.get("custom_id", ""),
            transaction=capture["id"],
            amount_minor=amount,
            currency=currency,
            at=now_ms(),
        )
        shown = paypal_objects.alone(capture, name)
        self._tell("PAYMENT.CAPTURE.COMPLETED", "capture", f"Payment completed for {currency}", shown)
        return "paypal.order", name

    def _refund(self, request: Request) -> tuple[str, str]:
        name, store = request.path_params["capture_id"], self._context.store
        order, capture = self._captured(name)
        currency = capture["amount"]["currency_code"]
        taken, given = CURRENCIES.minor_of_major(capture["amount"]["value"], currency), store.refunded(NAME, name)
        left = taken - given
        body = _body(request, REFUND_FIELDS)
        wanted = body.get("amount") or paypal_objects.money(left, currency)
        payments = order["purchase_units"][0]["payments"]
        invoice = body.get("invoice_id")
        if invoice and any(row.get("invoice_id") == invoice for row in payments.get("refunds", [])):
            raise paypal_refusals.refusal("DUPLICATE_INVOICE_ID")
        if left <= 0:
            raise paypal_refusals.refusal("CAPTURE_FULLY_REFUNDED")
        if not isinstance(wanted, dict) or wanted.get("currency_code") != currency:
            raise paypal_refusals.refusal("REFUND_CAPTURE_CURRENCY_MISMATCH")
        try:
            amount = CURRENCIES.minor_of_major(wanted.get("value"), currency)
        except ValueError:
            raise paypal_refusals.refusal("INVALID_PARAMETER_SYNTAX") from None
        if amount > left:
            raise paypal_refusals.refusal("REFUND_AMOUNT_EXCEEDED")
        status = _REFUND_STATUS[self._context.settings.refund_outcome]
        refund = paypal_objects.refund(body, amount, capture, status, given + amount, self._api)
        store.put("paypal.refund", refund["id"], refund)
        payments.setdefault("refunds", []).append(refund)
        if status == "COMPLETED":
            capture["status"] = "REFUNDED" if amount == left else "PARTIALLY_REFUNDED"
            store.refund(
                provider=NAME,
                reference=capture.get("custom_id", ""),
                transaction=name,
                refund=refund["id"],
                note=str(body.get("invoice_id") or body.get("custom_id") or ""),
                amount_minor=amount,
                currency=currency,
                at=now_ms(),
            )
        self._keep(order)
        kind = "PAYMENT.CAPTURE.REFUNDED" if status == "COMPLETED" else "PAYMENT.REFUND.FAILED"
        self._tell(kind, "refund", f"A {currency} refund was issued", refund)
        return "paypal.refund", refund["id"]

    def dispute(self, reference: str, state: str) -> str:
        """The buyer opens a dispute about the capture of that reference, or PayPal decides it; the merchant is told."""
        store = self._context.store
        rows = [row for row in store.book()["captures"] if (row["provider"], row["reference"]) == (NAME, reference)]
        if not rows:
            raise paypal_refusals.refusal("INVALID_RESOURCE_ID")
        _, capture = self._captured(rows[-1]["transaction"])
        link = store.get("paypal.disputed", reference) or {"id": f"PP-R-{new_name()[:3]}-{store.serial()}"}
        dispute = paypal_objects.dispute(link["id"], capture, state, self._api)
        store.put("paypal.disputed", reference, link)
        store.put("paypal.dispute", link["id"], dispute)
        event, _, _ = paypal_objects.DISPUTES[state]
        self._tell(f"CUSTOMER.DISPUTE.{event}", "dispute", "A dispute", dispute)
        return str(link["id"])

    def _tell(self, kind: str, resource_type: str, summary: str, resource: dict[str, Any]) -> None:
        version = "1.0" if resource_type == "dispute" else "2.0"
        event = paypal_objects.event(kind, resource_type, version, summary, resource)
        self._context.notify(self, NAME, kind, event)

    def give_back(self, reference: str) -> None:
        """It pays nobody out for the shop."""
        raise paypal_refusals.refusal("INVALID_RESOURCE_ID")

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers of a transmission."""
        return signature_headers(body)

    def _keep(self, order: dict[str, Any]) -> None:
        self._context.store.put("paypal.order", order["id"], order)

    def _order(self, name: str) -> dict[str, Any]:
        order = self._context.store.get("paypal.order", name)
        begun = self._context.store.get("paypal.begun", name) or {"at": 0}
        is_over = order is not None and order["status"] != "COMPLETED" and now_ms() - begun["at"] > FORGOTTEN_MS
        if order is None or is_over:
            raise paypal_refusals.refusal("INVALID_RESOURCE_ID")
        return order

    def _captured(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The order of a capture, and the capture within it."""
        link = self._context.store.get("paypal.capture", name)
        if link is None:
            raise paypal_refusals.refusal("INVALID_RESOURCE_ID")
        order = self._order(link["order"])
        [capture] = order["purchase_units"][0]["payments"]["captures"]
        return order, capture


def _verify_signature(request: Request) -> Response:
    return JSONResponse({"verification_status": "SUCCESS" if verify(body_of(request)) else "FAILURE"})


def _body(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    try:
        body = json_object(request)
    except ValueError:
        raise paypal_refusals.refusal("MALFORMED_REQUEST_JSON") from None
    if unknown_fields(body, known):
        raise paypal_refusals.refusal("INVALID_PARAMETER_SYNTAX")
    return body
