"""What Stripe accepts and how it refuses: currencies with their units, parameters, codes with status and message."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.http import Refusal, form_fields, names
from local.sandbox.money import Currencies, Written, each
from local.sandbox.stripe_forms import NotStored, nested

_TWO = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK
    DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP
    LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW
"""
CURRENCIES = Currencies(
    {
        **each(_TWO, Written(2)),
        **each("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF", Written(0)),
        # Whole, and written with two decimals nevertheless.
        **each("ISK UGX", Written(2, step=100)),
        **each("BHD JOD KWD OMR TND", Written(3, step=10)),
    }
)
MIN_PAGE = 30 * 60
MAX_PAGE = 24 * 3600
INTENT_FIELDS = names(
    "amount currency automatic_payment_methods capture_method confirm customer description metadata payment_method"
    " payment_method_types receipt_email return_url setup_future_usage shipping statement_descriptor transfer_group"
)
SESSION_FIELDS = names(
    "mode line_items success_url cancel_url client_reference_id customer customer_email expires_at locale metadata"
    " payment_intent_data payment_method_types submit_type ui_mode"
)
REFUND_FIELDS = names("amount charge metadata payment_intent reason")
DECLINED_CARDS = {"pm_card_chargeDeclined", "pm_card_visa_chargeDeclined"}
# The members that hold another object's id, and the kind of that object.
EXPANDABLE = {
    "payment_intent": "intent",
    "latest_charge": "charge",
    "balance_transaction": "balance",
    "charge": "charge",
}
REFUSALS = {
    "resource_missing": (404, "No such object."),
    "parameter_unknown": (400, "Received unknown parameter."),
    "parameter_invalid_integer": (400, "Invalid integer."),
    "charge_already_refunded": (400, "The charge has already been refunded."),
    "charge_disputed": (400, "The charge has been charged back and cannot be refunded."),
    "balance_insufficient": (400, "Your balance is not sufficient for this refund."),
    "account_invalid": (403, "The provided key does not have access to this account."),
    "rate_limit": (429, "Too many requests."),
}


def refusal(status: int, message: str, kind: Callable[[Response], Refusal] = Refusal, code: str = "") -> Refusal:
    """Stripe's response to a request that it does not accept."""
    error: dict[str, Any] = {"type": "invalid_request_error", "message": message}
    return kind(JSONResponse({"error": error | ({"code": code} if code else {})}, status))


def fields(request: Request) -> dict[str, Any]:
    """The form of a POST, the query of other methods. Raises Refusal."""
    try:
        return nested(form_fields(request) if request.method == "POST" else request.query_params.items())
    except ValueError as error:
        raise refusal(400, str(error), NotStored) from None


def require_known(given: dict[str, Any], known: tuple[str, ...]) -> None:
    """Raises Refusal for a parameter that Stripe does not have."""
    for name in sorted(set(given) - {*known, "expand"}):
        raise refusal(400, f"Received unknown parameter: {name}", NotStored, "parameter_unknown")


def amount(value: Any, currency: str) -> int:
    """A positive amount of the currency in Stripe's units, as the form writes it. Raises Refusal."""
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    try:
        CURRENCIES.minor(int(value) if is_digits else 0, currency.upper())
    except ValueError:
        raise refusal(400, "Invalid positive integer", NotStored, "parameter_invalid_integer") from None
    return int(value)


def currency(value: Any) -> str:
    """A currency that can be charged, in small letters. Raises Refusal."""
    if not isinstance(value, str) or value.upper() not in CURRENCIES:
        raise refusal(400, "Missing or invalid param: currency.", NotStored)
    return value.lower()


def seconds(value: Any) -> int:
    """A time as the form writes it. Raises Refusal."""
    if not isinstance(value, str) or not value.isascii() or not value.isdigit():
        raise refusal(400, "Invalid integer", NotStored, "parameter_invalid_integer")
    return int(value)
