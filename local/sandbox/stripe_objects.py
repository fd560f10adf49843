"""Stripe's objects as they are shown: PaymentIntent, Charge, Checkout Session, Refund, Event."""

import secrets
import string
from typing import Any

from local.sandbox import money
from local.sandbox.desk import now_ms

API_VERSION = "2025-09-30.clover"
FEE_BASIS_POINTS = 290
FEE_FIXED = 30
DECLINE = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}


def new_id(prefix: str) -> str:
    """An id as Stripe makes them."""
    return f"{prefix}_{''.join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24))}"


def intent(amount: int, currency: str, **more: Any) -> dict[str, Any]:
    """A PaymentIntent that waits for a payment method."""
    name = new_id("pi")
    return {
        "id": name,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{name}_secret_{secrets.token_hex(12)}",
        "confirmation_method": "automatic",
        "created": _now(),
        "currency": currency.lower(),
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": None,
        "status": "requires_payment_method",
    } | more


def balance(of: dict[str, Any]) -> dict[str, Any]:
    """What a charge brought, and Stripe's fee."""
    amount = of["amount"]
    fee = min(amount, money.share(amount, FEE_BASIS_POINTS) + FEE_FIXED)
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "currency": of["currency"],
        "fee": fee,
        "net": amount - fee,
        "type": "charge",
    }


def charge(of: dict[str, Any], balance_id: str | None) -> dict[str, Any]:
    """The charge of a PaymentIntent; one that brought nothing was declined."""
    is_paid = balance_id is not None
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"] if is_paid else 0,
        "amount_refunded": 0,
        "balance_transaction": balance_id,
        "captured": is_paid,
        "created": _now(),
        "currency": of["currency"],
        "failure_code": None if is_paid else DECLINE["code"],
        "livemode": False,
        "metadata": of["metadata"],
        "paid": is_paid,
        "payment_intent": of["id"],
        "refunded": False,
        "status": "succeeded" if is_paid else "failed",
    }


def session(amount: int, currency: str, **more: Any) -> dict[str, Any]:
    """An open Checkout Session."""
    return {
        "id": f"cs_test_{new_id('a1').removeprefix('a1_')}",
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "cancel_url": None,
        "client_reference_id": None,
        "created": _now(),
        "currency": currency.lower(),
        "customer_email": None,
        "expires_at": _now() + 24 * 3600,
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "success_url": None,
        "ui_mode": "hosted",
        "url": None,
    } | more


def refund(of: dict[str, Any], amount: int, metadata: dict[str, str], reason: str | None) -> dict[str, Any]:
    """A refund of a charge."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": new_id("txn"),
        "charge": of["id"],
        "created": _now(),
        "currency": of["currency"],
        "metadata": metadata,
        "payment_intent": of["payment_intent"],
        "reason": reason,
        "status": "succeeded",
    }


def event(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """What happened to a thing."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": _now(),
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def listing(url: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of things; the sandbox needs no second one."""
    return {"object": "list", "url": url, "has_more": False, "data": rows}


def _now() -> int:
    return now_ms() // 1000
