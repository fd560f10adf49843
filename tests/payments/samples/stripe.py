"""Stripe: the objects of its API reference and fixtures, and its types of events."""

from typing import Any

from payments.samples import REFERENCE, REFUND_ID, Sample

PAGE = "GET /v1/checkout/sessions/cs_test_a1YS1URlnyQCN5fUUduORoQ7Pw41PJqDWkIV"
METADATA = {"reference": REFERENCE, "order_id": "7"}
BALANCE = {
    "id": "txn_1PgaxN",
    "object": "balance_transaction",
    "amount": 45_050,
    "currency": "usd",
    "fee": 1_337,
    "net": 43_713,
}
CHARGE: dict[str, Any] = {
    "id": "ch_1PgafuB7",
    "object": "charge",
    "amount": 45_050,
    "amount_refunded": 0,
    "balance_transaction": BALANCE,
    "currency": "usd",
    "metadata": METADATA,
    "paid": True,
    "refunded": False,
    "status": "succeeded",
}
INTENT: dict[str, Any] = {
    "id": "pi_1PgafyB7WZ01",
    "object": "payment_intent",
    "amount": 45_050,
    "amount_received": 45_050,
    "currency": "usd",
    "last_payment_error": None,
    "latest_charge": CHARGE,
    "livemode": False,
    "metadata": METADATA,
    "status": "succeeded",
}
SESSION = {
    "id": PAGE.rpartition("/")[2],
    "object": "checkout.session",
    "status": "open",
    "payment_status": "unpaid",
    "payment_intent": None,
}
REFUND = {
    "id": "re_1Pgc72B7",
    "object": "refund",
    "amount": 45_050,
    "charge": "ch_1PgafuB7",
    "currency": "usd",
    "metadata": {"refund_id": REFUND_ID, "reference": REFERENCE},
    "payment_intent": INTENT["id"],
    "reason": None,
    "status": "succeeded",
}
DISPUTE: dict[str, Any] = {
    "id": "dp_1Pgc71B7",
    "object": "dispute",
    "amount": 45_050,
    "balance_transactions": [BALANCE | {"amount": -45_050, "fee": 1_500, "net": -46_550}],
    "charge": CHARGE,
    "currency": "usd",
    "metadata": {},
    "payment_intent": INTENT,
    "reason": "fraudulent",
    "status": "needs_response",
}


def status(name: str, means: dict[str, Any] | str, session: dict[str, Any], code: int = 200) -> Sample:
    return Sample("stripe", name, "status", means, {PAGE: (code, session)})


def paid(name: str, means: dict[str, Any] | str, **change: Any) -> Sample:
    return status(name, means, SESSION | {"status": "complete", "payment_intent": INTENT | change})


def refused(kind: str, code: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": "No.", "doc_url": "https://stripe.com/docs/error-codes"}}


def refund(name: str, means: dict[str, Any] | str, body: dict[str, Any], code: int = 200) -> Sample:
    return Sample("stripe", name, "refund", means, {"POST /v1/refunds": (code, body)})


def listed(name: str, state: str, *rows: dict[str, Any]) -> Sample:
    page = {"object": "list", "url": "/v1/refunds", "has_more": False, "data": [REFUND | row for row in rows]}
    return Sample("stripe", name, "fetch_refund", {"state": state}, {"GET /v1/refunds": (200, page)})


def dispute(name: str, means: dict[str, Any], **change: Any) -> Sample:
    return Sample("stripe", name, "dispute", means, {"GET /v1/disputes/358951": (200, DISPUTE | change)})


def hook(kind: str, thing: dict[str, Any], subject: str, subject_id: str, reference: str = REFERENCE) -> Sample:
    event = {"id": f"evt_{kind}", "object": "event", "type": kind, "livemode": False, "data": {"object": thing}}
    means = {"event_id": f"evt_{kind}", "subject": subject, "subject_id": subject_id, "reference": reference}
    return Sample("stripe", kind, "webhook", means, event=event)


DECLINED = {
    "last_payment_error": {"type": "card_error", "code": "card_declined"},
    "latest_charge": None,
    "amount_received": 0,
}
PAYOUT = {"id": "po_1Pgc79B7", "object": "payout", "amount": 1_100, "currency": "usd", "metadata": {}, "status": "paid"}
SAMPLES = [
    status("open", {"state": "pending"}, SESSION),
    status("expired", {"state": "failed"}, SESSION | {"status": "expired"}),
    status("gone", {"state": "failed"}, refused("invalid_request_error", "resource_missing"), 404),
    status("no permission", "ProviderTrouble", refused("invalid_request_error", "account_invalid"), 403),
    paid("succeeded", {"state": "succeeded", "amount_minor": 45_050, "fee_minor": 1_337, "transaction": INTENT["id"]}),
    paid("live", {"is_live": True}, livemode=True),
    paid("processing", {"state": "pending"}, status="processing", latest_charge=None, amount_received=0),
    paid("requires action", {"state": "pending"}, status="requires_action", latest_charge=None, amount_received=0),
    paid("requires capture", {"state": "pending"}, status="requires_capture", amount_received=0),
    paid("declined", {"state": "failed"}, status="requires_payment_method", **DECLINED),
    paid("canceled", {"state": "failed"}, status="canceled", latest_charge=None, amount_received=0),
    paid("refunded", {"state": "failed"}, latest_charge=CHARGE | {"refunded": True}),
    paid(
        "settled elsewhere",
        {"fee_minor": 0},
        latest_charge=CHARGE | {"balance_transaction": BALANCE | {"currency": "eur"}},
    ),
    paid("shillings", {"amount_minor": 5_000, "currency": "UGX"}, currency="ugx", amount_received=500_000),
    paid("yen", {"amount_minor": 5_000, "currency": "JPY"}, currency="jpy", amount_received=5_000),
    paid("dinars", {"amount_minor": 5_120, "currency": "KWD"}, currency="kwd", amount_received=5_120),
    refund("succeeded", {"state": "done"}, REFUND),
    refund("pending", {"state": "pending"}, REFUND | {"status": "pending"}),
    refund("requires action", {"state": "pending"}, REFUND | {"status": "requires_action"}),
    refund("failed", {"state": "refused"}, REFUND | {"status": "failed", "failure_reason": "lost_or_stolen_card"}),
    refund("canceled", {"state": "refused"}, REFUND | {"status": "canceled"}),
    refund("refunded before", {"state": "refused"}, refused("invalid_request_error", "charge_already_refunded"), 400),
    refund("disputed", {"state": "refused"}, refused("invalid_request_error", "charge_disputed"), 400),
    refund("no balance", "ProviderTrouble", refused("invalid_request_error", "balance_insufficient"), 400),
    listed("succeeded", "done", {"metadata": {}}, {}),
    listed("failed later", "refused", {"status": "failed", "failure_reason": "expired_or_canceled_card"}),
    listed("none of ours", "pending", {"metadata": {}}),
    dispute("needs response", {"state": "open", "reference": REFERENCE, "fee_minor": 1_500, "amount_minor": 45_050}),
    dispute("under review", {"state": "open"}, status="under_review"),
    dispute("warning", {"state": "open", "fee_minor": 0}, status="warning_needs_response", balance_transactions=[]),
    dispute("warning closed", {"state": "won"}, status="warning_closed", balance_transactions=[]),
    dispute("won", {"state": "won"}, status="won"),
    dispute("lost", {"state": "lost"}, status="lost", payment_intent=None),
    hook("payment_intent.succeeded", INTENT, "payment", ""),
    hook("payment_intent.payment_failed", INTENT, "payment", ""),
    hook("checkout.session.completed", SESSION | {"metadata": METADATA}, "payment", ""),
    hook("checkout.session.expired", SESSION | {"metadata": METADATA}, "payment", ""),
    hook("charge.refunded", CHARGE, "refund", ""),
    hook("charge.refund.updated", REFUND, "refund", REFUND_ID),
    hook("refund.created", REFUND, "refund", REFUND_ID),
    hook("refund.failed", REFUND | {"status": "failed"}, "refund", REFUND_ID),
    hook("charge.dispute.created", DISPUTE, "dispute", DISPUTE["id"], ""),
    hook("charge.dispute.funds_withdrawn", DISPUTE, "dispute", DISPUTE["id"], ""),
    hook("charge.dispute.closed", DISPUTE | {"status": "lost"}, "dispute", DISPUTE["id"], ""),
    hook("payout.paid", PAYOUT, "transfer", PAYOUT["id"], ""),
    hook("payout.failed", PAYOUT | {"status": "failed"}, "transfer", PAYOUT["id"], ""),
]
