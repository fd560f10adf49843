"""Paystack's objects as they are shown: transaction, refund, dispute, and their webhooks."""

import secrets
import string
from typing import Any

from local.sandbox.context import iso

INTEGRATION = 100_043
_GATEWAY_RESPONSES = {
    "success": "Successful",
    "reversed": "Successful",
    "failed": "Declined",
    "timeout": "Timed out",
    "ongoing": "Payment is being processed",
    "pending": "Payment is being processed",
    "abandoned": "The transaction was not completed",
}


def code(prefix: str, length: int) -> str:
    """An id as Paystack makes them: small letters and digits behind a prefix."""
    letters = string.ascii_lowercase + string.digits
    return prefix + "".join(secrets.choice(letters) for _ in range(length))


def transaction(stored: dict[str, Any]) -> dict[str, Any]:
    """A transaction as verify shows it."""
    is_paid = stored["paid_at"] is not None
    paid_at = iso(stored["paid_at"]) if is_paid else None
    created_at = iso(stored["created_at"])
    return {
        "id": stored["id"],
        "domain": "test",
        "status": stored["status"],
        "reference": stored["reference"],
        "receipt_number": None,
        "amount": stored["amount"],
        "message": None,
        "gateway_response": _GATEWAY_RESPONSES[stored["status"]],
        "paid_at": paid_at,
        "created_at": created_at,
        "channel": stored["channel"],
        "currency": stored["currency"],
        "ip_address": "127.0.0.1",
        "metadata": stored["metadata"],
        "log": None,
        "fees": stored["fees"],
        "fees_split": None,
        "authorization": _authorization(stored) if is_paid else {},
        "customer": _customer(stored),
        "plan": None,
        "split": {},
        "order_id": None,
        "paidAt": paid_at,
        "createdAt": created_at,
        "requested_amount": stored["requested"],
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
        "connect": None,
        "transaction_date": created_at,
        "plan_object": {},
        "subaccount": {},
    }


def _authorization(stored: dict[str, Any]) -> dict[str, Any]:
    is_card = stored["channel"] == "card"
    return {
        "authorization_code": f"AUTH_{stored['access_code'][:10]}",
        "bin": "408408" if is_card else "024XXX",
        "last4": "4081" if is_card else "X567",
        "exp_month": "12",
        "exp_year": "2030" if is_card else "9999",
        "channel": stored["channel"],
        "card_type": "visa" if is_card else "",
        "bank": "TEST BANK" if is_card else "Mobile Money",
        "country_code": "GH",
        "brand": "visa" if is_card else "Mobile money",
        "reusable": is_card,
        "signature": "SIG_yEXu7dLBeqG0kU7g95Ke" if is_card else "",
        "account_name": None,
    }


def _customer(stored: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": 181_873_746,
        "first_name": None,
        "last_name": None,
        "email": stored["email"],
        "customer_code": "CUS_1rkzaqsv4rrhqo6",
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def refund(number: int, stored: dict[str, Any], amount: int, notes: dict[str, str], at: int) -> dict[str, Any]:
    """A refund as it is kept; what is shown of it differs a little between making, listing and fetching."""
    return {
        "id": number,
        "transaction": stored["id"],
        "amount": amount,
        "currency": stored["currency"],
        "status": "pending",
        "customer_note": notes["customer_note"],
        "merchant_note": notes["merchant_note"],
        "refund_reference": code("TRF_", 15),
        "created_at": at,
    }


def new_refund(refund: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """The answer to its making: the transaction stands in it as an object."""
    return {
        **_refund_core(refund),
        "channel": None,
        "expected_at": iso(refund["created_at"] + 86_400_000),
        "fully_deducted": True,
        "updatedAt": iso(refund["created_at"]),
        "transaction": {
            "id": stored["id"],
            "domain": "test",
            "reference": stored["reference"],
            "amount": stored["amount"],
            "paid_at": iso(stored["paid_at"]),
            "channel": stored["channel"],
            "currency": stored["currency"],
            "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
            "customer": {"international_format_phone": None},
            "plan": {},
            "subaccount": {"currency": None},
            "split": {},
            "order_id": None,
            "paidAt": iso(stored["paid_at"]),
            "pos_transaction_data": None,
            "source": None,
            "fees_breakdown": None,
        },
    }


def listed_refund(refund: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """A row of the list, and the answer to fetching one."""
    return {
        **_refund_core(refund),
        "transaction": stored["id"],
        "dispute": None,
        "settlement": None,
        "refunded_at": None,
        "fully_deducted": 1,
        "bank_reference": None,
        "transaction_reference": stored["reference"],
        "reason": refund["status"].upper(),
        "customer": _customer(stored)
        | {"first_name": "", "last_name": "", "metadata": "", "phone": ""}
        | {"international_format_phone": ""},
        "refund_type": "full" if refund["amount"] == stored["amount"] else "partial",
        "transaction_amount": stored["amount"],
        "initiated_by": "merchant@example.com",
        "refund_channel": stored["channel"],
        "session_id": None,
        "collect_account_number": refund["status"] == "needs-attention",
    }


def _refund_core(refund: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": refund["id"],
        "integration": INTEGRATION,
        "domain": "test",
        "currency": refund["currency"],
        "amount": refund["amount"],
        "status": refund["status"],
        "refunded_by": "merchant@example.com",
        "customer_note": refund["customer_note"],
        "merchant_note": refund["merchant_note"],
        "deducted_amount": refund["amount"],
        "createdAt": iso(refund["created_at"]),
    }


def refund_event(refund: dict[str, Any], stored: dict[str, Any], status: str) -> dict[str, Any]:
    """A webhook of a refund: amounts are text but where it failed, and there is no reference until it was sent on."""
    is_text = status in ("pending", "processing", "processed")
    data = {
        "status": status,
        "transaction_reference": stored["reference"],
        "refund_reference": None if status in ("pending", "processing") else refund["refund_reference"],
        "amount": str(refund["amount"]) if is_text else refund["amount"],
        "currency": refund["currency"],
        "processor": "instant-transfer",
        "customer": {"first_name": None, "last_name": None, "email": stored["email"]},
        "integration": INTEGRATION,
        "domain": "test",
    }
    if status == "needs-attention":
        notes = {"customer_note": refund["customer_note"], "merchant_note": refund["merchant_note"]}
        data = {name: value for name, value in data.items() if name != "processor"} | {"id": str(refund["id"]), **notes}
    return {"event": f"refund.{status}", "data": data}


def dispute(stored: dict[str, Any], number: int, status: str, resolution: str | None, at: int) -> dict[str, Any]:
    """A dispute about a transaction."""
    shown = transaction(stored)
    is_over = status == "resolved"
    return {
        "id": number,
        "refund_amount": stored["amount"],
        "currency": stored["currency"],
        "status": status,
        "resolution": resolution,
        "domain": "test",
        "transaction": {
            **{name: value for name, value in shown.items() if name not in ("transaction_date", "plan_object")},
            "metadata": {"custom_fields": []},
            "authorization": {"receiver_bank_account_number": None, "receiver_bank": None},
            "customer": {"international_format_phone": None},
            "plan": {},
            "fees": stored["fees"] or 0,
            "paid_at": shown["paid_at"] or "",
            "paidAt": shown["paidAt"] or "",
        },
        "transaction_reference": None,
        "category": "chargeback",
        "customer": _customer(stored)
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
