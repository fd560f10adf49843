"""What Paystack accepts and how it refuses: currencies, fields, networks, codes with status and message."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.http import Refusal, json_object, names, unknown_fields
from local.sandbox.money import Currencies, Written, each

CURRENCIES = Currencies(
    {
        **each("EGP GHS KES NGN USD ZAR", Written(2)),
        **each("RWF XOF", Written(2, step=100)),
    }
)
NETWORKS = {"mtn": "MTN", "vod": "Telecel", "atl": "AirtelTigo"}
# The voucher that a Telecel phone shows when its owner dials for one.
VOUCHER = "472915"
FEE_BASIS_POINTS = 195
INITIALIZE_FIELDS = names(
    "email amount currency reference channels callback_url plan invoice_limit split_code split subaccount"
    " transaction_charge bearer label metadata"
)
CHARGE_FIELDS = names(
    "email amount currency reference authorization_code pin birthday device_id metadata bank mobile_money ussd eft"
)
REFUND_FIELDS = names("transaction amount currency customer_note merchant_note")
PHONE = re.compile(r"0[25][0-9]{8}")
# Status and message of each code that it refuses with.
REFUSALS = {
    "transaction_not_found": (400, "Transaction reference not found."),
    "duplicate_reference": (400, "Duplicate Transaction Reference"),
    "invalid_params": (400, "Invalid parameters"),
    "invalid_amount": (400, "Invalid Amount Sent"),
    "invalid_email_address": (400, "Invalid Email Address Passed"),
    "unsupported_currency": (403, "Currency not supported by merchant"),
    "transaction_not_paid": (400, "Transaction has not been paid for"),
    "transaction_reversed": (400, "Transaction has been fully reversed"),
    "insufficient_balance": (400, "Your balance is not enough to fulfil this request"),
    "duplicate_transfer_reference": (400, "Please provide a unique reference. Reference already exists on a transfer"),
    "transfer_not_found": (404, "Transfer not found"),
    "invalid_bank_code": (422, "Could not resolve account name. Check parameters or try again."),
    "invalid_Key": (401, "Invalid key"),
    "rate_limited": (429, "Too many requests"),
}
# Not refused but charged without success: the answer is 200 and says so inside.
OUTCOMES = {"declined": "failed", "timeout": "timeout"}


def display_text(message: str) -> dict[str, str]:
    """The text for the buyer."""
    return {"display_text": message}


def amount(value: Any) -> int:
    """Whole units, as a number or its digits. Raises Refusal."""
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    if isinstance(value, bool) or not (isinstance(value, int) or is_digits) or int(value) <= 0:
        raise refusal("invalid_amount")
    return int(value)


def body(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object of a request, which has known fields only. Raises Refusal."""
    try:
        body = json_object(request)
    except ValueError:
        raise refusal("invalid_params", message="Invalid JSON body") from None
    if unknown := unknown_fields(body, known):
        raise refusal("invalid_params", message=f'"{unknown[0]}" is not allowed')
    return body


def success(message: str, data: Any) -> Response:
    """The response to a request that succeeds."""
    return JSONResponse({"status": True, "message": message, "data": data})


def refusal(code: str, status: int = 0, message: str = "") -> Refusal:
    """One of its refusals, with its usual message or another."""
    known_status, known_message = REFUSALS.get(code, (status, message))
    next_step = {"nextStep": "Ensure that the value(s) you're passing are valid."}
    body = {"status": False, "message": message or known_message, "meta": next_step, "type": "validation_error"}
    return Refusal(JSONResponse(body | {"code": code}, status or known_status))
