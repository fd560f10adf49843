"""Stripe's objects as they are shown: PaymentIntent, Charge, Checkout Session, Refund, Event."""

import secrets
import string
from typing import Any

from local.sandbox.context import now_ms
from local.sandbox.http import names
from local.sandbox.money import share

API_VERSION = "2026-10-28.endive"
FEE_BASIS_POINTS = 290
FEE_FIXED = 30
DISPUTE_FEE = 1500
DECLINE = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}


_SESSION_NULLS = names(
    "after_expiration allow_promotion_codes billing_address_collection cancel_url client_reference_id client_secret"
    " consent consent_collection customer customer_creation customer_details customer_email invoice locale"
    " payment_intent payment_link payment_method_collection payment_method_configuration_details recovered_from"
    " saved_payment_method_options setup_intent shipping_address_collection shipping_cost submit_type subscription"
    " success_url url adaptive_pricing collected_information currency_conversion customer_account discounts"
    " integration_identifier managed_payments origin_context permissions wallet_options"
)
_EVIDENCE = names(
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal"
    " customer_communication customer_email_address customer_name customer_purchase_ip customer_signature"
    " duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt"
    " refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation"
    " shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number"
    " uncategorized_file uncategorized_text"
)


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
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{name}_secret_{secrets.token_hex(12)}",
        "confirmation_method": "automatic",
        "created": _now(),
        "currency": currency.lower(),
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    } | more


def balance(of: dict[str, Any]) -> dict[str, Any]:
    """The balance transaction of a charge, with Stripe's fee."""
    amount = of["amount"]
    fee = min(amount, share(amount, FEE_BASIS_POINTS) + FEE_FIXED)
    return entry("charge", amount, fee, of["currency"])


def entry(kind: str, amount: int, fee: int, currency: str) -> dict[str, Any]:
    """A movement of the balance."""
    details = {"amount": fee, "application": None, "currency": currency, "description": "Stripe fees"}
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": _now(),
        "balance_type": "payments",
        "created": _now(),
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [details | {"type": "stripe_fee"}] if fee else [],
        "net": amount - fee,
        "reporting_category": "dispute" if kind == "adjustment" else kind,
        "source": None,
        "status": "available",
        "type": kind,
    }


def charge(of: dict[str, Any], balance_id: str | None) -> dict[str, Any]:
    """The charge of a PaymentIntent; declined when it has no balance transaction."""
    is_paid = balance_id is not None
    name = new_id("ch")
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "id": name,
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"] if is_paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": balance_id,
        "billing_details": {"address": address, "email": None, "name": None, "phone": None, "tax_id": None},
        "calculated_statement_descriptor": None,
        "captured": is_paid,
        "created": _now(),
        "currency": of["currency"],
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None if is_paid else DECLINE["code"],
        "failure_message": None if is_paid else DECLINE["message"],
        "fraud_details": {},
        "livemode": False,
        "metadata": of["metadata"],
        "on_behalf_of": None,
        "outcome": None,
        "paid": is_paid,
        "payment_intent": of["id"],
        "payment_method": None,
        "payment_method_details": None,
        "receipt_email": of["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "refunds": listing(f"/v1/charges/{name}/refunds", []),
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if is_paid else "failed",
        "transfer_data": None,
        "transfer_group": None,
    }


def session(amount: int, currency: str, **more: Any) -> dict[str, Any]:
    """An open Checkout Session."""
    return {
        "id": f"cs_test_a1{new_id('')[1:]}{new_id('')[1:]}{new_id('')[1:9]}",
        "object": "checkout.session",
        **dict.fromkeys(_SESSION_NULLS),
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": _now(),
        "currency": currency.lower(),
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"),
        ),
        "expires_at": _now() + 24 * 3600,
        "invoice_creation": None,
        "livemode": False,
        "metadata": {},
        "mode": "payment",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted",
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
        "customer": None,
        "customer_account": None,
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": of["payment_intent"],
        "payment_method": None,
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute(of: dict[str, Any], state: str) -> dict[str, Any]:
    """A dispute about a charge, with what it moved of the balance: taken at once, and put back when it is won."""
    entries = [entry("adjustment", -of["amount"], DISPUTE_FEE, of["currency"])]
    if state == "won":
        entries.append(entry("adjustment", of["amount"], 0, of["currency"]))
    card = {"brand": "visa", "case_type": "chargeback", "network_reason_code": "13.1"}
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": of["amount"],
        "balance_transactions": entries,
        "charge": of["id"],
        "created": _now(),
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": _now() + 7 * 86_400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "payment_method_details": {"card": card, "type": "card"},
        "reason": "product_not_received",
        "status": "needs_response" if state == "open" else state,
    }


def event(kind: str, subject: dict[str, Any]) -> dict[str, Any]:
    """What happened to an object."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": _now(),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def listing(url: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of objects; the sandbox needs no second one."""
    return {"object": "list", "url": url, "has_more": False, "data": rows}


def _now() -> int:
    return now_ms() // 1000
