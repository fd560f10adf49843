"""PayPal: reference of orders v2, payments v2 and disputes v1, and its list of webhook events."""

from typing import Any

from payments.samples import REFERENCE, REFUND_ID, Sample

NAME = "9AB12345CD678901E"
ORDER_PATH = f"/v2/checkout/orders/{NAME}"
CAPTURE_PATH = "/v2/payments/captures/4711"
USD = {"currency_code": "USD", "value": "450.50"}
LINK = {"rel": "self", "method": "GET", "href": "https://api-m.paypal.com/v2/x"}
CAPTURE: dict[str, Any] = {
    "id": "3C679366HH908993F",
    "status": "COMPLETED",
    "amount": USD,
    "final_capture": True,
    "custom_id": REFERENCE,
    "seller_protection": {"status": "ELIGIBLE", "dispute_categories": ["ITEM_NOT_RECEIVED"]},
    "seller_receivable_breakdown": {
        "gross_amount": USD,
        "paypal_fee": {"currency_code": "USD", "value": "16.21"},
        "net_amount": {"currency_code": "USD", "value": "434.29"},
    },
    "create_time": "2026-03-04T21:20:49Z",
    "update_time": "2026-03-04T21:20:49Z",
    "links": [LINK],
}
UNIT = {"reference_id": REFERENCE, "custom_id": REFERENCE, "amount": USD}
ORDER = {"id": NAME, "intent": "CAPTURE", "status": "CREATED", "purchase_units": [UNIT], "links": [LINK]}
REFUND = {
    "id": "1JU08902781691412",
    "status": "COMPLETED",
    "amount": USD,
    "invoice_id": REFUND_ID,
    "custom_id": REFERENCE,
    "note_to_payer": "returned",
    "seller_payable_breakdown": {"gross_amount": USD, "total_refunded_amount": USD},
    "create_time": "2026-03-05T16:20:49Z",
    "links": [LINK],
}
DISPUTE: dict[str, Any] = {
    "dispute_id": "PP-R-NMW-10060357",
    "create_time": "2026-03-24T04:40:44.000Z",
    "update_time": "2026-03-24T04:40:44.000Z",
    "disputed_transactions": [
        {
            "seller_transaction_id": CAPTURE["id"],
            "transaction_status": "COMPLETED",
            "gross_amount": USD,
            "custom": REFERENCE,
            "buyer": {"name": "Efua"},
            "seller": {"merchant_id": "M2"},
        }
    ],
    "reason": "UNAUTHORISED",
    "status": "OPEN",
    "dispute_amount": USD,
    "dispute_life_cycle_stage": "CHARGEBACK",
    "dispute_channel": "INTERNAL",
}
TOKEN = {"POST /v1/oauth2/token": (200, {"access_token": "A21", "expires_in": 32_400, "token_type": "Bearer"})}


def captured(**change: Any) -> dict[str, Any]:
    unit = UNIT | {"payments": {"captures": [CAPTURE | change]}}
    return ORDER | {"status": "COMPLETED", "purchase_units": [unit]}


def refused(status: int, name: str, issue: str) -> tuple[int, Any]:
    return status, {"name": name, "message": "No.", "debug_id": "90957fca61718", "details": [{"issue": issue}]}


def status(name: str, means: dict[str, Any] | str, order: Any, answer: tuple[int, Any] | None = None) -> Sample:
    answers = {**TOKEN, f"GET {ORDER_PATH}": order if isinstance(order, tuple) else (200, order)}
    if answer:
        answers[f"POST {ORDER_PATH}/capture"] = answer
    return Sample("paypal", name, "status", means, answers)


def refund(name: str, means: dict[str, Any] | str, answer: tuple[int, Any]) -> Sample:
    return Sample("paypal", name, "refund", means, {**TOKEN, f"POST {CAPTURE_PATH}/refund": answer})


def fetched(name: str, state: str, *rows: dict[str, Any]) -> Sample:
    unit = UNIT | {"payments": {"captures": [CAPTURE], "refunds": [REFUND | row for row in rows]}}
    capture = CAPTURE | {"supplementary_data": {"related_ids": {"order_id": NAME}}}
    answers = {f"GET {CAPTURE_PATH}": (200, capture), f"GET {ORDER_PATH}": (200, ORDER | {"purchase_units": [unit]})}
    return Sample("paypal", name, "fetch_refund", {"state": state}, {**TOKEN, **answers})


def dispute(name: str, means: dict[str, Any], **change: Any) -> Sample:
    return Sample(
        "paypal", name, "dispute", means, {**TOKEN, "GET /v1/customer/disputes/358951": (200, DISPUTE | change)}
    )


def outcome(code: str) -> dict[str, Any]:
    return {"status": "RESOLVED", "dispute_outcome": {"outcome_code": code, "amount_refunded": USD}}


def hook(kind: str, resource: dict[str, Any], subject: str, subject_id: str, reference: str = REFERENCE) -> Sample:
    event = {"id": f"WH-{kind}", "event_type": kind, "event_version": "1.0", "resource": resource, "links": []}
    means = {"event_id": f"WH-{kind}", "subject": subject, "subject_id": subject_id, "reference": reference}
    verified = {"POST /v1/notifications/verify-webhook-signature": (200, {"verification_status": "SUCCESS"})}
    return Sample("paypal", kind, "webhook", means, {**TOKEN, **verified}, event)


APPROVED = ORDER | {"status": "APPROVED", "update_time": "2026-03-04T21:19:00Z"}
FEES = [
    {"affected_party": "SELLER", "type": "DEBIT", "amount": USD, "reason": "DISPUTE_SETTLEMENT"},
    {
        "affected_party": "SELLER",
        "type": "DEBIT",
        "amount": {"currency_code": "USD", "value": "15.00"},
        "reason": "DISPUTE_FEE",
    },
    {"affected_party": "BUYER", "type": "CREDIT", "amount": USD, "reason": "DISPUTE_SETTLEMENT"},
]
PAYOUT = {
    "payout_item_id": "8AELMXH8UB2P8",
    "transaction_status": "SUCCESS",
    "payout_item": {"sender_item_id": "PAY_3"},
}
SAMPLES = [
    status("created", {"state": "pending"}, ORDER),
    status("waits for the payer", {"state": "pending"}, ORDER | {"status": "PAYER_ACTION_REQUIRED"}),
    status("saved", {"state": "pending"}, ORDER | {"status": "SAVED"}),
    status("voided", {"state": "failed"}, ORDER | {"status": "VOIDED"}),
    status("forgotten", {"state": "failed"}, refused(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")),
    status(
        "captured",
        {"state": "succeeded", "amount_minor": 45_050, "fee_minor": 1_621, "transaction": CAPTURE["id"]},
        APPROVED,
        (201, captured()),
    ),
    status("declined", {"state": "failed"}, APPROVED, refused(422, "UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED")),
    status(
        "back to the payer",
        {"state": "pending"},
        APPROVED,
        refused(422, "UNPROCESSABLE_ENTITY", "PAYER_ACTION_REQUIRED"),
    ),
    status("refused", {"state": "failed"}, APPROVED, refused(422, "UNPROCESSABLE_ENTITY", "COMPLIANCE_VIOLATION")),
    status("no such permission", {"state": "failed"}, APPROVED, refused(403, "NOT_AUTHORIZED", "PERMISSION_DENIED")),
    status("its own trouble", "ProviderTrouble", APPROVED, (500, {"name": "INTERNAL_SERVER_ERROR", "debug_id": "1"})),
    status("too many calls", "ProviderTrouble", (429, {"name": "RATE_LIMIT_REACHED", "message": "Too many requests."})),
    status(
        "pending review", {"state": "pending"}, captured(status="PENDING", status_details={"reason": "PENDING_REVIEW"})
    ),
    status("capture declined", {"state": "failed"}, captured(status="DECLINED")),
    status("capture failed", {"state": "failed"}, captured(status="FAILED")),
    status("refunded in part", {"state": "succeeded"}, captured(status="PARTIALLY_REFUNDED")),
    status("refunded", {"state": "failed"}, captured(status="REFUNDED")),
    refund("completed", {"state": "done"}, (201, REFUND)),
    refund(
        "pending", {"state": "pending"}, (201, REFUND | {"status": "PENDING", "status_details": {"reason": "ECHECK"}})
    ),
    refund("failed", {"state": "refused"}, (201, REFUND | {"status": "FAILED"})),
    refund("cancelled", {"state": "refused"}, (201, REFUND | {"status": "CANCELLED"})),
    refund("no balance", "ProviderTrouble", refused(422, "UNPROCESSABLE_ENTITY", "REFUND_FAILED_INSUFFICIENT_FUNDS")),
    refund("capture pending", "ProviderTrouble", refused(422, "UNPROCESSABLE_ENTITY", "PENDING_CAPTURE")),
    refund("under way", "ProviderTrouble", refused(409, "RESOURCE_CONFLICT", "PREVIOUS_REQUEST_IN_PROGRESS")),
    refund("too late", {"state": "refused"}, refused(422, "UNPROCESSABLE_ENTITY", "REFUND_TIME_LIMIT_EXCEEDED")),
    refund("no such capture", {"state": "refused"}, refused(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")),
    fetched("completed", "done", {"invoice_id": "another", "status": "FAILED"}, {}),
    fetched("pending", "pending", {"status": "PENDING"}),
    fetched("none of ours", "pending", {"invoice_id": "another"}),
    dispute("open", {"state": "open", "reference": REFERENCE, "amount_minor": 45_050, "fee_minor": 0}),
    dispute(
        "for the buyer", {"state": "lost", "fee_minor": 1_500}, money_movements=FEES, **outcome("RESOLVED_BUYER_FAVOUR")
    ),
    dispute("for the seller", {"state": "won"}, **outcome("RESOLVED_SELLER_FAVOUR")),
    dispute("paid by PayPal", {"state": "won"}, **outcome("RESOLVED_WITH_PAYOUT")),
    dispute("withdrawn", {"state": "won"}, **outcome("CANCELED_BY_BUYER")),
    hook("CHECKOUT.ORDER.APPROVED", ORDER | {"status": "APPROVED"}, "payment", ""),
    hook("CHECKOUT.PAYMENT-APPROVAL.REVERSED", {"order_id": NAME, "purchase_units": [UNIT]}, "payment", ""),
    hook("PAYMENT.CAPTURE.COMPLETED", CAPTURE, "payment", ""),
    hook("PAYMENT.CAPTURE.DENIED", CAPTURE | {"status": "DECLINED"}, "payment", ""),
    hook("PAYMENT.CAPTURE.PENDING", CAPTURE | {"status": "PENDING"}, "payment", ""),
    hook("PAYMENT.CAPTURE.REFUNDED", REFUND, "refund", REFUND_ID),
    hook("PAYMENT.REFUND.PENDING", REFUND | {"status": "PENDING"}, "refund", REFUND_ID),
    hook("PAYMENT.REFUND.FAILED", REFUND | {"status": "FAILED"}, "refund", REFUND_ID),
    hook("PAYMENT.CAPTURE.REVERSED", CAPTURE, "payment", ""),
    hook("CUSTOMER.DISPUTE.CREATED", DISPUTE, "dispute", "PP-R-NMW-10060357"),
    hook("CUSTOMER.DISPUTE.UPDATED", DISPUTE, "dispute", "PP-R-NMW-10060357"),
    hook("CUSTOMER.DISPUTE.RESOLVED", DISPUTE | outcome("ACCEPTED"), "dispute", "PP-R-NMW-10060357"),
    hook("PAYMENT.PAYOUTS-ITEM.SUCCEEDED", PAYOUT, "transfer", "PAY_3", ""),
    hook("PAYMENT.PAYOUTS-ITEM.FAILED", PAYOUT | {"payout_item": {}}, "transfer", "8AELMXH8UB2P8", ""),
]
