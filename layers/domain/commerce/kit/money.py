"""Money is a whole number of the currency's minor unit beside the currency's ISO 4217 code; never a float."""

import re
from decimal import Decimal

# Currencies without a minor unit among those that our payment providers settle (ISO 4217, exponent 0).
WITHOUT_MINOR_UNIT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF"}
)
LARGEST_MINOR = 10**14
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")


def decimals(currency: str) -> int:
    """How many decimals the currency has."""
    return 0 if currency in WITHOUT_MINOR_UNIT else 2


def text(minor: int, currency: str) -> str:
    """Minor units as a decimal string of the currency: 8999 USD is "89.99", 500 JPY is "500"."""
    places = decimals(currency)
    if not places:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{places}d}"


def parse(value: object, currency: str) -> int:
    """A caller's price (decimal string, integer or exact JSON number) as minor units.

    Raises ValueError with a message for a person: signs, exponents, NaN, more decimals than the currency has, and
    amounts beyond any real price are refused (RULINGS G7).
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("A valid number is required.")
    written = str(value)
    if len(written) > 20 or not _PLAIN.fullmatch(written):
        raise ValueError("A valid number is required.")
    scaled = Decimal(written).scaleb(decimals(currency))
    if scaled != scaled.to_integral_value():
        places = decimals(currency)
        raise ValueError(f"Ensure that there are no more than {places} decimal places.")
    if scaled > LARGEST_MINOR:
        raise ValueError("This amount is too large.")
    return int(scaled)


def from_major(amount: object, currency: str) -> int:
    """A provider's amount in the major unit, text or JSON number, as minor units; never by a float's arithmetic."""
    return int(Decimal(str(amount)).scaleb(decimals(currency)).to_integral_value())
