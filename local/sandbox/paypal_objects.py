"""PayPal's objects as they are shown: order, capture, refund, dispute, event."""

import secrets
from typing import Any

from local.sandbox.context import iso, now_ms
from local.sandbox.money import Currencies, Written, each, share

# Decimals are refused in these.
WITHOUT_DECIMALS = ("HUF", "JPY", "TWD")
CURRENCIES = Currencies(
    {
        **each("AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD", Written(2)),
        **dict.fromkeys(WITHOUT_DECIMALS, Written(0)),
    }
)
FEE_BASIS_POINTS = 349
FEE_FIXED = 49
MERCHANT_ID = "M2RCHANTL9CAL"
_PAYER_ID = "BUYER7L9CAL42"
_EMAIL = "buyer@example.com"
DISPUTES = {
    "open": ("CREATED", "WAITING_FOR_SELLER_RESPONSE", ""),
    "won": ("RESOLVED", "RESOLVED", "SELLER"),
    "lost": ("RESOLVED", "RESOLVED", "BUYER"),
}


def new_name() -> str:
    """An id as PayPal makes them: 17 letters and digits."""
    return "".join(secrets.choice("0123456789ABCDEFGHJKLMNPRSTUVWXY") for _ in range(17))


def money(minor: int, currency: str) -> dict[str, str]:
    """An amount: text in the major unit beside its currency."""
    return {"currency_code": currency, "value": CURRENCIES.major(minor, currency)}


def order(name: str, unit: dict[str, Any], api: str, page_url: str, *, is_wallet: bool) -> dict[str, Any]:
    """A new order, and the link where the buyer goes on."""
    return {
        "id": name,
        "intent": "CAPTURE",
        "status": "PAYER_ACTION_REQUIRED" if is_wallet else "CREATED",
        "payment_source": {"paypal": {}},
        "purchase_units": [
            {
                "reference_id": unit.get("reference_id", "default"),
                "amount": unit["amount"],
                "payee": {"email_address": "merchant@example.com", "merchant_id": MERCHANT_ID},
                **{key: unit[key] for key in ("custom_id", "invoice_id", "description") if unit.get(key)},
            }
        ],
        "create_time": iso(now_ms()),
        "links": [
            {"href": f"{api}/v2/checkout/orders/{name}", "rel": "self", "method": "GET"},
            {"href": page_url, "rel": "payer-action" if is_wallet else "approve", "method": "GET"},
        ],
    }


def approved() -> dict[str, Any]:
    """What an approval adds to its order."""
    name = {"given_name": "Ama", "surname": "Buyer"}
    wallet = {"email_address": _EMAIL, "account_id": _PAYER_ID, "account_status": "VERIFIED", "name": name}
    return {
        "status": "APPROVED",
        "payer": {"name": name, "email_address": _EMAIL, "payer_id": _PAYER_ID, "address": {"country_code": "US"}},
        "payment_source": {"paypal": wallet | {"address": {"country_code": "US"}}},
        "update_time": iso(now_ms()),
    }


def capture(name: str, of: dict[str, Any], unit: dict[str, Any], minor: int, api: str) -> dict[str, Any]:
    """The capture of an order's whole amount."""
    at, currency = iso(now_ms()), unit["amount"]["currency_code"]
    fee = min(minor, share(minor, FEE_BASIS_POINTS) + FEE_FIXED)
    fee -= fee % 100 if currency in ("HUF", "TWD") else 0
    here = f"{api}/v2/payments/captures/{name}"
    return {
        "id": name,
        "status": "COMPLETED",
        "amount": unit["amount"],
        "final_capture": True,
        **({"custom_id": unit["custom_id"]} if unit.get("custom_id") else {}),
        "seller_protection": {
            "status": "ELIGIBLE",
            "dispute_categories": ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"],
        },
        "seller_receivable_breakdown": {
            "gross_amount": unit["amount"],
            "paypal_fee": money(fee, currency),
            "net_amount": money(minor - fee, currency),
        },
        "create_time": at,
        "update_time": at,
        "links": [
            {"href": here, "rel": "self", "method": "GET"},
            {"href": f"{here}/refund", "rel": "refund", "method": "POST"},
            {"href": f"{api}/v2/checkout/orders/{of['id']}", "rel": "up", "method": "GET"},
        ],
    }


def alone(made: dict[str, Any], order_name: str) -> dict[str, Any]:
    """A capture outside its order, which it then names."""
    related = {"supplementary_data": {"related_ids": {"order_id": order_name}}}
    return made | related | {"payee": {"email_address": "merchant@example.com", "merchant_id": MERCHANT_ID}}


def refund(body: dict[str, Any], minor: int, of: dict[str, Any], status: str, total: int, api: str) -> dict[str, Any]:
    """A refund of a capture; `total` is what went back of it with this one."""
    at, currency, name = iso(now_ms()), of["amount"]["currency_code"], new_name()
    return {
        "id": name,
        "status": status,
        **({"status_details": {"reason": "ECHECK"}} if status == "PENDING" else {}),
        "amount": money(minor, currency),
        **{key: body[key] for key in ("custom_id", "invoice_id", "note_to_payer") if body.get(key)},
        "seller_payable_breakdown": {
            "gross_amount": money(minor, currency),
            "paypal_fee": money(0, currency),
            "net_amount": money(minor, currency),
            "total_refunded_amount": money(total, currency),
        },
        "create_time": at,
        "update_time": at,
        "links": [
            {"href": f"{api}/v2/payments/refunds/{name}", "rel": "self", "method": "GET"},
            {"href": f"{api}/v2/payments/captures/{of['id']}", "rel": "up", "method": "GET"},
        ],
    }


def dispute(name: str, of: dict[str, Any], state: str, api: str) -> dict[str, Any]:
    """A dispute about a capture."""
    _, status, favour = DISPUTES[state]
    at = iso(now_ms())
    made: dict[str, Any] = {
        "dispute_id": name,
        "create_time": at,
        "update_time": at,
        "disputed_transactions": [
            {
                "seller_transaction_id": of["id"],
                "create_time": of["create_time"],
                "transaction_status": of["status"],
                "gross_amount": of["amount"],
                "custom": of.get("custom_id", ""),
                "buyer": {"name": "Ama Buyer"},
                "seller": {"email": "merchant@example.com", "merchant_id": MERCHANT_ID, "name": "Bazaar"},
            }
        ],
        "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        "status": status,
        "dispute_amount": of["amount"],
        "dispute_life_cycle_stage": "CHARGEBACK",
        "dispute_channel": "INTERNAL",
        "links": [{"href": f"{api}/v1/customer/disputes/{name}", "rel": "self", "method": "GET"}],
    }
    if favour:
        made["dispute_outcome"] = {
            "outcome_code": f"RESOLVED_{favour}_FAVOUR",
            "amount_refunded": of["amount"] if favour == "BUYER" else money(0, of["amount"]["currency_code"]),
        }
    return made


def event(kind: str, resource_type: str, version: str, summary: str, resource: dict[str, Any]) -> dict[str, Any]:
    """A webhook."""
    return {
        "id": f"WH-{new_name()}-{new_name()}",
        "event_version": "1.0",
        "create_time": iso(now_ms()),
        "resource_type": resource_type,
        "resource_version": version,
        "event_type": kind,
        "summary": summary,
        "resource": resource,
        "links": [],
    }
