"""Flutterwave v3: guides (payments, mobile money, refunds, time-outs, webhooks) and the SDK's own documentation."""

from typing import Any

from payments.samples import REFERENCE, REFUND_ID, Sample

VERIFY = "GET /v3/transactions/verify_by_reference"
TRANSACTION: dict[str, Any] = {
    "id": 288_200_208,
    "tx_ref": REFERENCE,
    "flw_ref": "Bazaar/FLW275407302",
    "device_fingerprint": "N/A",
    "amount": 450.5,
    "currency": "GHS",
    "charged_amount": 450.5,
    "app_fee": 6.31,
    "merchant_fee": 0,
    "processor_response": "Approved by Financial Institution",
    "auth_model": "PIN",
    "ip": "203.0.113.9",
    "narration": "CARD Transaction ",
    "status": "successful",
    "payment_type": "card",
    "created_at": "2026-03-04T14:31:16.000Z",
    "account_id": 17_322,
    "card": {"first_6digits": "232343", "last_4digits": "4567", "issuer": "TEST BANK", "country": "GH", "type": "VISA"},
    "meta": None,
    "amount_settled": 444.19,
    "customer": {"id": 216_519_824, "name": "Efua Boateng", "phone_number": "N/A", "email": "efua@example.com"},
}
REFUND = {
    "id": 75_924,
    "account_id": 17_322,
    "tx_id": 288_200_208,
    "flw_ref": "URF_1772615698_357273",
    "wallet_id": 74_640,
    "amount_refunded": 450.5,
    "status": "completed",
    "destination": "payment_source",
    "meta": {"source": "availablebalance"},
    "created_at": "2026-03-05T09:18:37.366Z",
}
ROW = {"id": 75_924, "comment": REFUND_ID, "transaction_id": 288_200_208, "amount_refunded": 450.5, "flw_ref": "URF_1"}
TRANSFER = {
    "id": 33_287,
    "account_number": "0241234567",
    "bank_name": "MTN",
    "bank_code": "MTN",
    "fullname": "Ama Seller",
    "created_at": "2026-03-10T20:24:45.000Z",
    "currency": "GHS",
    "debit_currency": "GHS",
    "amount": 2_000,
    "fee": 10,
    "status": "SUCCESSFUL",
    "reference": "PAY_3_20260310",
    "meta": None,
    "narration": "Week 10",
    "complete_message": "Transaction was successful",
    "requires_approval": 0,
    "is_approved": 1,
}


def said(**parts: Any) -> tuple[int, Any]:
    return 200, {"status": "success", "message": "Transaction fetched successfully", **parts}


def refused(status: int, message: str) -> tuple[int, Any]:
    return status, {"status": "error", "message": message, "data": None}


def verify(name: str, means: dict[str, Any] | str, **change: Any) -> Sample:
    return Sample("flutterwave", name, "status", means, {VERIFY: said(data=TRANSACTION | change)})


def refund(name: str, means: dict[str, Any] | str, answer: tuple[int, Any]) -> Sample:
    return Sample("flutterwave", name, "refund", means, {"POST /v3/transactions/4711/refund": answer})


def listed(status: str, state: str, meta: object = '{"source":"availablebalance"}') -> Sample:
    rows = [ROW | {"comment": "another", "status": "failed"}, ROW | {"status": status, "meta": meta}]
    name = f"{status} {meta if 'disburse' in str(meta) else ''}"
    return Sample("flutterwave", name, "fetch_refund", {"state": state}, {"GET /v3/refunds": said(data=rows)})


def hook(name: str, event: dict[str, Any], subject: str, subject_id: str, reference: str) -> Sample:
    means = {"subject": subject, "subject_id": subject_id, "reference": reference}
    return Sample("flutterwave", name, "webhook", means, event=event)


SAMPLES = [
    verify("successful", {"state": "succeeded", "amount_minor": 45_050, "fee_minor": 631, "transaction": "288200208"}),
    verify("the buyer pays the fee", {"amount_minor": 45_050, "fee_minor": 0}, charged_amount=456.81),
    verify(
        "francs",
        {"amount_minor": 2_500, "currency": "XAF"},
        currency="XAF",
        amount=2_500,
        charged_amount=2_500,
        app_fee=35,
    ),
    verify(
        "pending", {"state": "pending"}, status="pending", app_fee=None, amount_settled=None, processor_response=None
    ),
    verify("failed", {"state": "failed"}, status="failed", processor_response="Declined"),
    verify("about another payment", "ProviderTrouble", tx_ref="txref-DI0NzMx13"),
    Sample(
        "flutterwave",
        "unknown",
        "status",
        {"state": "pending"},
        {VERIFY: refused(400, "No transaction was found for this id")},
    ),
    Sample(
        "flutterwave",
        "time-out",
        "status",
        "ProviderTrouble",
        {VERIFY: refused(503, "An error occurred. Please contact support")},
    ),
    Sample("flutterwave", "no question", "status", "ProviderTrouble", {VERIFY: refused(400, "tx_ref is required")}),
    Sample(
        "flutterwave",
        "redirect",
        "charge",
        {"authorization_url": "https://pay.test/verify"},
        {"POST /v3/charges": said(meta={"authorization": {"redirect": "https://pay.test/verify", "mode": "redirect"}})},
    ),
    Sample(
        "flutterwave",
        "time-out",
        "charge",
        "OutcomeUnknown",
        {"POST /v3/charges": refused(503, "An error occurred. Please contact support")},
    ),
    Sample(
        "flutterwave",
        "no network",
        "charge",
        "ProviderRefused",
        {"POST /v3/charges": refused(400, "network is required")},
    ),
    refund("begun", {"state": "pending"}, said(data=REFUND)),
    refund("an error without a name", "ProviderTrouble", refused(400, "An error occurred. Please contact support")),
    refund("too much", {"state": "refused"}, refused(400, "The amount is more than the transaction's")),
    refund("a time-out", "ProviderTrouble", refused(503, "An error occurred. Please contact support")),
    listed("completed", "pending"),
    listed("completed", "refused", '{"source":"availablebalance","disburse_status":"failed"}'),
    listed("completed", "done", {"disburse_status": "successful"}),
    listed("completed-bank-transfer", "done"),
    listed("completed-momo", "done"),
    listed("completed-mpgs", "done"),
    listed("completed-offline", "done"),
    listed("completed-preauth", "done"),
    listed("pending-momo", "pending"),
    listed("failed", "refused", None),
    hook(
        "charge.completed",
        {"event": "charge.completed", "data": TRANSACTION, "event.type": "CARD_TRANSACTION"},
        "payment",
        "",
        REFERENCE,
    ),
    hook(
        "charge.completed, failed",
        {"event": "charge.completed", "data": TRANSACTION | {"status": "failed"}},
        "payment",
        "",
        REFERENCE,
    ),
    hook(
        "transfer.completed",
        {"event": "transfer.completed", "event.type": "Transfer", "data": TRANSFER},
        "transfer",
        "PAY_3_20260310",
        "",
    ),
    hook(
        "transfer.completed, failed",
        {"event": "transfer.completed", "event.type": "Transfer", "data": TRANSFER | {"status": "FAILED"}},
        "transfer",
        "PAY_3_20260310",
        "",
    ),
]
