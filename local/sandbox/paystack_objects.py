"""Paystack's objects as they are shown: transaction, refund, dispute, and their webhooks."""

import secrets
import string
from typing import Any

from local.sandbox.context import iso

INTEGRATION = 100_043
_ANSWERS = {
    "success": "Successful",
    "reversed": "Successful",
    "failed": "Declined",
    "timeout": "Timed out",
    "ongoing": "Payment is being processed",
    "pending": "Payment is being processed",
    "abandoned": "The transaction was not completed",
}


def code(prefix: str, length: int) -> str:
    """A name as Paystack makes them: small letters and digits behind a prefix."""
    letters = string.ascii_lowercase + string.digits
    return prefix + "".join(secrets.choice(letters) for _ in range(length))


def transaction(held: dict[str, Any]) -> dict[str, Any]:
    """A transaction as verify shows it."""
    is_paid = held["paid_at"] is not None
    paid_at = iso(held["paid_at"]) if is_paid else None
    created_at = iso(held["created_at"])
    return {
        "id": held["id"],
        "domain": "test",
        "status": held["status"],
        "reference": held["reference"],
        "receipt_number": None,
        "amount": held["amount"],
        "message": None,
        "gateway_response": _ANSWERS[held["status"]],
        "paid_at": paid_at,
        "created_at": created_at,
        "channel": held["channel"],
        "currency": held["currency"],
        "ip_address": "127.0.0.1",
        "metadata": held["metadata"],
        "log": None,
        "fees": held["fees"],
        "fees_split": None,
        "authorization": _authorization(held) if is_paid else {},
        "customer": _customer(held),
        "plan": None,
        "split": {},
        "order_id": None,
        "paidAt": paid_at,
        "createdAt": created_at,
        "requested_amount": held["requested"],
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
        "connect": None,
        "transaction_date": created_at,
        "plan_object": {},
        "subaccount": {},
    }


def _authorization(held: dict[str, Any]) -> dict[str, Any]:
    is_card = held["channel"] == "card"
    return {
        "authorization_code": f"AUTH_{held['access_code'][:10]}",
        "bin": "408408" if is_card else "024XXX",
        "last4": "4081" if is_card else "X567",
        "exp_month": "12",
        "exp_year": "2030" if is_card else "9999",
        "channel": held["channel"],
        "card_type": "visa" if is_card else "",
        "bank": "TEST BANK" if is_card else "Mobile Money",
        "country_code": "GH",
        "brand": "visa" if is_card else "Mobile money",
        "reusable": is_card,
        "signature": "SIG_yEXu7dLBeqG0kU7g95Ke" if is_card else "",
        "account_name": None,
    }


def _customer(held: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": 181_873_746,
        "first_name": None,
        "last_name": None,
        "email": held["email"],
        "customer_code": "CUS_1rkzaqsv4rrhqo6",
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def refund(number: int, held: dict[str, Any], amount: int, notes: dict[str, str], at: int) -> dict[str, Any]:
    """A refund as it is kept; what is shown of it differs a little between making, listing and fetching."""
    return {
        "id": number,
        "transaction": held["id"],
        "amount": amount,
        "currency": held["currency"],
        "status": "pending",
        "customer_note": notes["customer_note"],
        "merchant_note": notes["merchant_note"],
        "refund_reference": code("TRF_", 15),
        "created_at": at,
    }


def new_refund(made: dict[str, Any], held: dict[str, Any]) -> dict[str, Any]:
    """The answer to its making: the transaction stands in it as an object."""
    return {
        **_refund_core(made),
        "channel": None,
        "expected_at": iso(made["created_at"] + 86_400_000),
        "fully_deducted": True,
        "updatedAt": iso(made["created_at"]),
        "transaction": {
            "id": held["id"],
            "domain": "test",
            "reference": held["reference"],
            "amount": held["amount"],
            "paid_at": iso(held["paid_at"]),
            "channel": held["channel"],
            "currency": held["currency"],
            "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
            "customer": {"international_format_phone": None},
            "plan": {},
            "subaccount": {"currency": None},
            "split": {},
            "order_id": None,
            "paidAt": iso(held["paid_at"]),
            "pos_transaction_data": None,
            "source": None,
            "fees_breakdown": None,
        },
    }


def listed_refund(made: dict[str, Any], held: dict[str, Any]) -> dict[str, Any]:
    """A row of the list, and the answer to fetching one."""
    return {
        **_refund_core(made),
        "transaction": held["id"],
        "dispute": None,
        "settlement": None,
        "refunded_at": None,
        "fully_deducted": 1,
        "bank_reference": None,
        "transaction_reference": held["reference"],
        "reason": made["status"].upper(),
        "customer": _customer(held)
        | {"first_name": "", "last_name": "", "metadata": "", "phone": ""}
        | {"international_format_phone": ""},
        "refund_type": "full" if made["amount"] == held["amount"] else "partial",
        "transaction_amount": held["amount"],
        "initiated_by": "merchant@example.com",
        "refund_channel": held["channel"],
        "session_id": None,
        "collect_account_number": made["status"] == "needs-attention",
    }


def _refund_core(made: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": made["id"],
        "integration": INTEGRATION,
        "domain": "test",
        "currency": made["currency"],
        "amount": made["amount"],
        "status": made["status"],
        "refunded_by": "merchant@example.com",
        "customer_note": made["customer_note"],
        "merchant_note": made["merchant_note"],
        "deducted_amount": made["amount"],
        "createdAt": iso(made["created_at"]),
    }


def refund_event(made: dict[str, Any], held: dict[str, Any], status: str) -> dict[str, Any]:
    """A webhook of a refund: amounts are text but where it failed, and there is no reference until it was sent on."""
    is_text = status in ("pending", "processing", "processed")
    data = {
        "status": status,
        "transaction_reference": held["reference"],
        "refund_reference": None if status in ("pending", "processing") else made["refund_reference"],
        "amount": str(made["amount"]) if is_text else made["amount"],
        "currency": made["currency"],
        "processor": "instant-transfer",
        "customer": {"first_name": None, "last_name": None, "email": held["email"]},
        "integration": INTEGRATION,
        "domain": "test",
    }
    if status == "needs-attention":
        notes = {"customer_note": made["customer_note"], "merchant_note": made["merchant_note"]}
        data = {name: value for name, value in data.items() if name != "processor"} | {"id": str(made["id"]), **notes}
    return {"event": f"refund.{status}", "data": data}


def dispute(held: dict[str, Any], number: int, status: str, resolution: str | None, at: int) -> dict[str, Any]:
    """A dispute about a transaction."""
    shown = transaction(held)
    is_over = status == "resolved"
    return {
        "id": number,
        "refund_amount": held["amount"],
        "currency": held["currency"],
        "status": status,
        "resolution": resolution,
        "domain": "test",
        "transaction": {
            **{name: value for name, value in shown.items() if name not in ("transaction_date", "plan_object")},
            "metadata": {"custom_fields": []},
            "authorization": {"receiver_bank_account_number": None, "receiver_bank": None},
            "customer": {"international_format_phone": None},
            "plan": {},
            "fees": held["fees"] or 0,
            "paid_at": shown["paid_at"] or "",
            "paidAt": shown["paidAt"] or "",
        },
        "transaction_reference": None,
        "category": "chargeback",
        "customer": _customer(held)
        | {"first_name": "", "last_name": "", "phone": "", "metadata": {}, "international_format_phone": ""},
        "bin": "408408",
        "last4": "4081",
        "dueAt": iso(at + 86_400_000),
        "resolvedAt": iso(at) if is_over else None,
        "evidence": None,
        "attachments": "",
        "note": None,
        "history": [{"status": "pending", "by": "buyer@example.com", "createdAt": iso(at)}],
        "messages": [{"sender": "buyer@example.com", "body": "Debited without value", "createdAt": iso(at)}],
        "createdAt": iso(at),
        "updatedAt": iso(at),
    }
