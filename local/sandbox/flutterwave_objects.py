"""Flutterwave's objects as they are shown: transaction, refund, and what it calls a page of rows."""

from typing import Any

from local.sandbox.context import iso
from local.sandbox.money import Currencies, Written, each, share

CURRENCIES = Currencies(
    {
        **each("CAD COP EGP EUR GBP GHS KES MAD MWK NGN TZS USD ZAR ZMW", Written(2)),
        **each("CLP GNF RWF UGX XAF XOF", Written(0)),
    }
)
FEE_BASIS_POINTS = 140
ACCOUNT = 100_043
_PROCESSOR_RESPONSES = {"successful": "Approved", "failed": "Declined", "pending": "Transaction in progress"}


def transaction(stored: dict[str, Any]) -> dict[str, Any]:
    """A transaction as verify shows it and charge.completed tells it."""
    currency, amount = stored["currency"], stored["amount_minor"]
    fee = share(amount, FEE_BASIS_POINTS)
    charged = amount + fee if stored["buyer_pays_fee"] else amount
    return {
        "id": stored["id"],
        "tx_ref": stored["tx_ref"],
        "flw_ref": stored["flw_ref"],
        "device_fingerprint": "N/A",
        "amount": CURRENCIES.number(amount, currency),
        "currency": currency,
        "charged_amount": CURRENCIES.number(charged, currency),
        "app_fee": CURRENCIES.number(fee, currency),
        "merchant_fee": 0,
        "processor_response": _PROCESSOR_RESPONSES[stored["status"]],
        "auth_model": "MOBILEMONEY" if stored["payment_type"] == "mobilemoneygh" else "PIN",
        "ip": "127.0.0.1",
        "narration": "Bazaar",
        "status": stored["status"],
        "payment_type": stored["payment_type"],
        "created_at": iso(stored["created_at"]),
        "account_id": ACCOUNT,
        "meta": None,
        "amount_settled": CURRENCIES.number(charged - fee, currency),
        "customer": {
            "id": 2_362_222,
            "name": "Anonymous customer",
            "phone_number": stored["phone"],
            "email": stored["email"],
            "created_at": iso(stored["created_at"]),
        },
    }


def new_refund(refund: dict[str, Any], currency: str) -> dict[str, Any]:
    """The answer to making a refund: `completed` says that it was begun."""
    return {
        "id": refund["id"],
        "account_id": ACCOUNT,
        "tx_id": refund["transaction_id"],
        "flw_ref": refund["flw_ref"],
        "wallet_id": 74_639,
        "amount_refunded": CURRENCIES.number(refund["amount_minor"], currency),
        "status": "completed",
        "destination": "payment_source",
        "meta": {"source": "availablebalance"},
        "created_at": iso(refund["created_at"]),
    }


def listed_refund(refund: dict[str, Any], currency: str) -> dict[str, Any]:
    """A row of the refunds: its status names the way that the money took, and `meta` is text."""
    return {
        "id": refund["id"],
        "amount_refunded": CURRENCIES.number(refund["amount_minor"], currency),
        "status": refund["status"],
        "flw_ref": refund["flw_ref"],
        "comment": refund["comment"],
        "settlement_id": "NEW",
        "meta": refund["meta"],
        "created_at": iso(refund["created_at"]),
        "account_id": ACCOUNT,
        "transaction_id": refund["transaction_id"],
    }


def page_info(count: int) -> dict[str, Any]:
    """One page with everything on it."""
    return {"page_info": {"total": count, "current_page": 1, "total_pages": 1, "page_size": count}}
