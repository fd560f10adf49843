"""Paystack: reference (transactions, charges, refunds, disputes, transfers) and its page of webhook events."""

from typing import Any

from payments.samples import REFERENCE, REFUND_ID, Sample

VERIFY = f"GET /transaction/verify/{REFERENCE}"
PERSON = {
    "id": 90_210,
    "first_name": "Efua",
    "last_name": "Boateng",
    "email": "efua@example.com",
    "customer_code": "CUS_x1",
}
CARD = {
    "authorization_code": "AUTH_7kq2m1zz",
    "bin": "408408",
    "last4": "4081",
    "exp_month": "11",
    "exp_year": "2031",
    "channel": "card",
    "card_type": "visa ",
    "bank": "TEST BANK",
    "country_code": "GH",
    "brand": "visa",
    "reusable": True,
    "signature": "SIG_5vYx0",
    "account_name": None,
}
TRANSACTION: dict[str, Any] = {
    "id": 4_711_000_815,
    "domain": "test",
    "status": "success",
    "reference": REFERENCE,
    "receipt_number": None,
    "amount": 45_000,
    "message": None,
    "gateway_response": "Successful",
    "paid_at": "2026-03-04T09:15:02.000Z",
    "created_at": "2026-03-04T09:14:24.000Z",
    "channel": "card",
    "currency": "GHS",
    "ip_address": "203.0.113.9",
    "metadata": "",
    "log": {"start_time": 1_772_615_698, "time_spent": 4, "attempts": 1, "errors": 0, "success": True, "mobile": False}
    | {"input": [], "history": [{"type": "action", "message": "Attempted to pay with card", "time": 3}]},
    "fees": 878,
    "fees_split": None,
    "authorization": CARD,
    "customer": PERSON,
    "plan": None,
    "split": {},
    "order_id": None,
    "paidAt": "2026-03-04T09:15:02.000Z",
    "createdAt": "2026-03-04T09:14:24.000Z",
    "requested_amount": 45_000,
    "pos_transaction_data": None,
    "source": None,
    "fees_breakdown": None,
    "connect": None,
    "transaction_date": "2026-03-04T09:14:24.000Z",
    "plan_object": {},
    "subaccount": {},
}
REFUND = {
    "integration": 700_007,
    "transaction": 4_711_000_815,
    "dispute": None,
    "settlement": None,
    "domain": "live",
    "amount": 45_000,
    "deducted_amount": 45_000,
    "fully_deducted": True,
    "currency": "GHS",
    "channel": "migs",
    "status": "processed",
    "refunded_by": "desk@example.com",
    "refunded_at": "2026-03-06T10:54:47.000Z",
    "expected_at": "2026-03-08T21:10:59.000Z",
    "customer_note": "returned",
    "merchant_note": REFUND_ID,
    "id": 3_018_284,
    "createdAt": "2026-03-05T21:10:59.000Z",
    "updatedAt": "2026-03-06T11:59:56.000Z",
}
DISPUTE = {
    "id": 358_951,
    "refund_amount": 45_000,
    "currency": "GHS",
    "status": "awaiting-merchant-feedback",
    "resolution": None,
    "domain": "live",
    "transaction": TRANSACTION,
    "transaction_reference": None,
    "category": "chargeback",
    "customer": PERSON,
    "bin": "408408",
    "last4": "4081",
    "dueAt": "2026-03-25T18:00:00.000Z",
    "resolvedAt": None,
    "evidence": None,
    "attachments": None,
    "note": None,
    "history": [{"status": "pending", "by": "efua@example.com", "createdAt": "2026-03-24T13:46:57.000Z"}],
    "messages": [{"sender": "efua@example.com", "body": "Never arrived", "createdAt": "2026-03-24T13:46:57.000Z"}],
}


def said(data: Any, message: str = "Verification successful") -> tuple[int, Any]:
    return 200, {"status": True, "message": message, "data": data}


def refused(status: int, message: str, code: str) -> tuple[int, Any]:
    return status, {"status": False, "message": message, "type": "validation_error", "code": code, "meta": {}}


def verify(name: str, means: dict[str, Any] | str, **change: Any) -> Sample:
    return Sample("paystack", name, "status", means, {VERIFY: said(TRANSACTION | change)})


def charge(name: str, means: dict[str, Any] | str, data: dict[str, Any]) -> Sample:
    return Sample("paystack", name, "charge", means, {"POST /charge": said({"reference": REFERENCE} | data)})


def refund(name: str, state: str, **change: Any) -> Sample:
    answer = said(REFUND | {"transaction": {"id": 4_711_000_815, "reference": REFERENCE}} | change, "Refund queued")
    return Sample("paystack", name, "refund", {"state": state}, {"POST /refund": answer})


def listed(name: str, state: str, *rows: dict[str, Any]) -> Sample:
    return Sample(
        "paystack", name, "fetch_refund", {"state": state}, {"GET /refund": said([REFUND | row for row in rows])}
    )


def hook(kind: str, subject: str, subject_id: str, reference: str, data: dict[str, Any]) -> Sample:
    means = {"kind": kind, "subject": subject, "subject_id": subject_id, "reference": reference}
    return Sample("paystack", kind, "webhook", means, event={"event": kind, "data": data})


def refund_hook(status: str, amount: object, reference: str | None, **more: Any) -> Sample:
    data = {"status": status, "transaction_reference": REFERENCE, "refund_reference": reference, "amount": amount}
    data |= {"currency": "GHS", "processor": "mpgs_zen", "customer": PERSON, "integration": 700_007, "domain": "live"}
    return hook(f"refund.{status}", "refund", more.get("merchant_note", ""), REFERENCE, data | more)


def dispute(name: str, state: str, **change: Any) -> Sample:
    answers = {"GET /dispute/358951": said(DISPUTE | change, "Dispute retrieved")}
    return Sample(
        "paystack", name, "dispute", {"state": state, "amount_minor": 45_000, "reference": REFERENCE}, answers
    )


TRANSFER = {
    "amount": 200_000,
    "currency": "GHS",
    "domain": "live",
    "failures": None,
    "id": 69_123_463,
    "integration": {"id": 700_007, "is_live": True, "business_name": "Bazaar"},
    "reason": "Week 10",
    "reference": "PAY_3_20260310",
    "source": "balance",
    "transfer_code": "TRF_0q9",
    "recipient": {"currency": "GHS", "name": "Ama Seller", "recipient_code": "RCP_1", "type": "mobile_money"},
}
SAMPLES = [
    verify("success", {"state": "succeeded", "amount_minor": 45_000, "fee_minor": 878, "transaction": "4711000815"}),
    verify(
        "the buyer pays the fee",
        {"amount_minor": 30_050, "fee_minor": 0},
        amount=40_333,
        fees=10_283,
        requested_amount=30_050,
    ),
    verify("live", {"state": "succeeded", "is_live": True}, domain="live"),
    verify("test", {"is_live": False}),
    verify(
        "francs", {"amount_minor": 5_000, "currency": "XOF"}, currency="XOF", amount=500_000, requested_amount=500_000
    ),
    verify("abandoned", {"state": "pending"}, status="abandoned", paid_at=None, fees=None, authorization={}),
    verify("failed", {"state": "failed"}, status="failed", gateway_response="Declined", paid_at=None, fees=None),
    verify("ongoing", {"state": "pending"}, status="ongoing", paid_at=None, fees=None),
    verify("queued", {"state": "pending"}, status="queued", paid_at=None, fees=None),
    verify("reversed", {"state": "failed"}, status="reversed"),
    verify("timeout", {"state": "failed"}, status="timeout", paid_at=None, fees=None),
    verify("about another payment", "ProviderTrouble", reference="re4lyvq3s3"),
    Sample(
        "paystack",
        "unknown",
        "status",
        {"state": "pending"},
        {VERIFY: refused(404, "Transaction reference not found", "transaction_not_found")},
    ),
    Sample("paystack", "wrong key", "status", "ProviderTrouble", {VERIFY: refused(401, "Invalid key", "invalid_Key")}),
    Sample("paystack", "wrong key, as shown", "status", "ProviderTrouble", {VERIFY: refused(400, "Invalid key", "x")}),
    charge(
        "voucher", {"next_step": "otp"}, {"status": "send_otp", "display_text": "Please dial *110# for a voucher code."}
    ),
    charge(
        "on the phone", {"next_step": "", "instructions": "Dial"}, {"status": "pay_offline", "display_text": "Dial"}
    ),
    charge("late", {"next_step": "", "instructions": "Approve the payment on your phone."}, {"status": "pending"}),
    charge("just in time", {"next_step": ""}, TRANSACTION | {"channel": "mobile_money", "message": "madePayment"}),
    charge(
        "at the bank", {"authorization_url": "https://pay.test/x"}, {"status": "open_url", "url": "https://pay.test/x"}
    ),
    charge("failed", "ProviderRefused", {"status": "failed", "message": "Error occured while enrolling you"}),
    charge(
        "wants a birthday", "ProviderRefused", {"status": "send_birthday", "display_text": "Please send your birthday"}
    ),
    Sample(
        "paystack", "no address", "charge", "ProviderRefused", {"POST /charge": refused(400, "Email is required", "x")}
    ),
    refund("pending", "pending", status="pending"),
    refund("processing", "pending", status="processing"),
    refund("processed", "done"),
    refund("failed", "refused", status="failed"),
    refund("needs attention", "refused", status="needs-attention"),
    listed("processed", "done", {"merchant_note": "another"}, {}),
    listed("pending", "pending", {"status": "pending", "deducted_amount": None, "fully_deducted": None}),
    listed("not ours", "pending", {"merchant_note": "another"}),
    dispute("awaiting us", "open"),
    dispute("accepted by time", "lost", status="resolved", resolution="auto-accepted"),
    dispute("accepted by us", "lost", status="resolved", resolution="merchant-accepted"),
    dispute("declined", "won", status="resolved", resolution="declined"),
    dispute("archived", "won", status="archived", refund_amount=None, currency=None, category=None),
    hook("charge.success", "payment", "", REFERENCE, TRANSACTION | {"plan": {}, "subaccount_group": {}}),
    refund_hook("pending", "45000", None),
    refund_hook("processing", "45000", None),
    refund_hook("processed", "45000", "132013318361"),
    refund_hook("failed", 45_000, "TRF_9vgf", processor="instant-transfer"),
    refund_hook("needs-attention", 45_000, "TRF_7jn1", id="123457", merchant_note=REFUND_ID, customer_note="returned"),
    hook("charge.dispute.create", "dispute", "358951", REFERENCE, DISPUTE),
    hook("charge.dispute.remind", "dispute", "358951", REFERENCE, DISPUTE),
    hook("charge.dispute.resolve", "dispute", "358951", REFERENCE, DISPUTE | {"status": "resolved"}),
    hook("transfer.success", "transfer", "PAY_3_20260310", "", TRANSFER | {"status": "success"}),
    hook("transfer.failed", "transfer", "PAY_3_20260310", "", TRANSFER | {"status": "failed"}),
    hook("transfer.reversed", "transfer", "PAY_3_20260310", "", TRANSFER | {"status": "reversed"}),
]
