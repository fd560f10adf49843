"""What Paystack takes and how it refuses: currencies, fields, networks, codes with their status and words."""

import re

from local.sandbox.money import Currencies, Written

CURRENCIES = Currencies(
    {
        **dict.fromkeys(("EGP", "GHS", "KES", "NGN", "USD", "ZAR"), Written(2)),
        **dict.fromkeys(("RWF", "XOF"), Written(2, step=100)),
    }
)
NETWORKS = {"mtn": "MTN", "vod": "Telecel", "atl": "AirtelTigo"}
# The voucher that a Telecel phone shows when its owner dials for one.
VOUCHER = "472915"
FEE_BASIS_POINTS = 195
INITIALIZE_FIELDS = (
    "email amount currency reference channels callback_url plan invoice_limit split_code split subaccount"
    " transaction_charge bearer label metadata"
).split()
CHARGE_FIELDS = (
    "email amount currency reference authorization_code pin birthday device_id metadata bank mobile_money ussd eft"
).split()
REFUND_FIELDS = "transaction amount currency customer_note merchant_note".split()  # noqa: SIM905 (read as a list)
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
