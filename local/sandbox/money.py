"""Amounts as providers write them. The sandbox counts for itself and shares no code with the shop that it checks."""

from decimal import Decimal, InvalidOperation

_WITHOUT_MINOR_UNIT = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF"}


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return 0 if currency.upper() in _WITHOUT_MINOR_UNIT else 2


def major(minor: int, currency: str) -> str:
    """Minor units as decimal text: 8999 USD is "89.99"."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):.{exponent(currency)}f}"


def number(minor: int, currency: str) -> int | float:
    """Minor units as a JSON number of the major unit: 8999 USD is 89.99, 9000 USD is 90."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def minor(amount: object, currency: str) -> int:
    """A major amount, text or number, as positive minor units. Raises ValueError for anything else."""
    try:
        scaled = Decimal(str(amount)).scaleb(exponent(currency))
        whole = int(scaled)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError("not an amount") from None
    if isinstance(amount, bool) or scaled != whole or whole <= 0:
        raise ValueError("not a positive amount of whole minor units")
    return whole


def share(amount: int, basis_points: int) -> int:
    """A fee of so many hundredths of a percent, rounded half up."""
    return (amount * basis_points + 5000) // 10_000
