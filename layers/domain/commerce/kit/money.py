"""Money is a whole number of the currency's minor unit beside the currency's ISO 4217 code; never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal

from commerce.kit.errors import InvalidInput

# The exponents of ISO 4217 that are not 2. A provider may count otherwise; that is its gateway's business.
WITHOUT_MINOR_UNIT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
WITH_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
MAX_MINOR = 10**14
MAX_DECIMALS = 3
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Written:
    """An amount as a person wrote it. How many minor units that is, nobody can tell before its currency is known, and
    that is the business of whoever knows what it is an amount of: a product, an order."""

    value: str | int | Decimal


# In minor units, or as written.
Amount = int | Written


def minor_of(amount: Amount, currency: str, field: str) -> int:
    """An amount in minor units of the currency. Raises InvalidInput naming `field` for what cannot be one."""
    if isinstance(amount, int):
        return amount
    try:
        return parse(amount.value, currency)
    except ValueError as error:
        raise InvalidInput.of(field, str(error)) from None


def given(amount: Amount, name: str) -> dict[str, object]:
    """The amount under its name as records keep it: as it was written, or in minor units."""
    return {name: amount.value} if isinstance(amount, Written) else {f"{name}_minor": amount}


def decimals(currency: str) -> int:
    """How many decimals the currency has: 0, 2 or 3."""
    if currency in WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in WITH_THREE_DECIMALS else 2


def text(minor: int, currency: str) -> str:
    """Minor units as a decimal string of the currency: 8999 USD is "89.99", 500 JPY is "500", 1250 KWD is "1.250"."""
    places = decimals(currency)
    if not places:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{places}d}"


def number(minor: int, currency: str) -> float:
    """Minor units as a JSON number of the currency, for clients whose document has numbers: 8999 USD is 89.99, 500 JPY
    is 500. Nothing is calculated with it."""
    written = text(minor, currency)
    return float(written) if "." in written else int(written)


def parse(value: object, currency: str) -> int:
    """A caller's price (decimal string, integer or exact JSON number) as minor units.

    Raises ValueError with a message for a person: signs, exponents, NaN, more decimals than the currency has, and
    amounts beyond any real price are refused (docs/contracts: money).
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
    if scaled > MAX_MINOR:
        raise ValueError("This amount is too large.")
    return int(scaled)


def thousandths(minor: int, currency: str) -> int:
    """Minor units in thousandths of the currency's major unit, in which amounts of all currencies can be compared as
    their figures are written: 1000 JPY and 1000.00 USD are the same number."""
    return int(minor * 10 ** (MAX_DECIMALS - decimals(currency)))


def from_major(amount: object, currency: str) -> int:
    """A provider's amount in the major unit, text or JSON number, as minor units; never by a float's arithmetic."""
    return int(Decimal(str(amount)).scaleb(decimals(currency)).to_integral_value())
