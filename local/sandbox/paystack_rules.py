"""What Paystack takes and how it refuses: currencies, fields, networks, codes with their status and words."""

import re
from typing import Any

from local.sandbox.messages import Refusal, Reply, Request, answer, names, unknown_fields
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
# What it refuses with: status and words of each code.
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
    "invalid_Key": (401, "Invalid key"),
    "rate_limited": (429, "Too many requests"),
}
# Not refused but charged without success: the answer is 200 and says so inside.
ENDINGS = {"declined": "failed", "timeout": "timeout"}


def text(words: str) -> dict[str, str]:
    """What the buyer is to be told."""
    return {"display_text": words}


def amount(value: Any) -> int:
    """Whole units, as a number or its digits. Raises Refusal."""
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    if isinstance(value, bool) or not (isinstance(value, int) or is_digits) or int(value) <= 0:
        raise refusal("invalid_amount")
    return int(value)


def body(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object of a request, which has known fields only. Raises Refusal."""
    try:
        body = request.json()
    except ValueError:
        raise refusal("invalid_params", words="Invalid JSON body") from None
    if strange := unknown_fields(body, known):
        raise refusal("invalid_params", words=f'"{strange[0]}" is not allowed')
    return body


def good(message: str, data: Any) -> Reply:
    """An answer with which it agrees."""
    return answer(200, {"status": True, "message": message, "data": data})


def refusal(code: str, status: int = 0, words: str = "") -> Refusal:
    """One of its refusals, in its usual words or in others."""
    known_status, known_words = REFUSALS.get(code, (status, words))
    next_step = {"nextStep": "Ensure that the value(s) you're passing are valid."}
    body = {"status": False, "message": words or known_words, "meta": next_step, "type": "validation_error"}
    return Refusal(answer(status or known_status, body | {"code": code}))
