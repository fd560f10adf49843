"""Amounts as providers write them. The sandbox counts for itself and shares no code with the shop that it checks.

The book is kept in minor units of ISO 4217, as the shop's is; each provider's table says how it writes a currency, from
its own documentation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from local.sandbox.http import names

_WHOLE = names("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
_MILS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


def exponent(currency: str) -> int:
    """How many decimals the currency has by ISO 4217."""
    name = currency.upper()
    return 0 if name in _WHOLE else 3 if name in _MILS else 2


def major(minor: int, currency: str) -> str:
    """Minor units as decimal text: 8999 USD is "89.99"."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):.{exponent(currency)}f}"


def share(amount: int, basis_points: int) -> int:
    """A fee of so many hundredths of a percent, rounded half up."""
    return (amount * basis_points + 5000) // 10_000


@dataclass(frozen=True)
class Written:
    """A currency as a provider writes it: so many decimals, in steps of its smallest unit."""

    places: int
    step: int = 1


def each(currencies: str, written: Written) -> dict[str, Written]:
    """Currencies that are written alike."""
    return dict.fromkeys(names(currencies), written)


class Currencies:
    """One provider's currencies. Its amounts go in and out either as a whole number of its smallest units or in the
    major unit."""

    def __init__(self, table: Mapping[str, Written]) -> None:
        self._table = table

    def __contains__(self, currency: str) -> bool:
        return currency in self._table

    def minor(self, units: int, currency: str) -> int:
        """The provider's smallest units as minor units of ISO 4217. Raises ValueError for no positive, whole amount."""
        return self._minor(Decimal(units).scaleb(-self._table[currency].places), currency)

    def minor_of_major(self, amount: object, currency: str) -> int:
        """The same of an amount in the major unit, text or number."""
        try:
            value = Decimal(str(amount))
        except InvalidOperation:
            raise ValueError("not an amount") from None
        if isinstance(amount, bool) or not value.is_finite():
            raise ValueError("not an amount")
        return self._minor(value, currency)

    def units(self, minor: int, currency: str) -> int:
        """Minor units of ISO 4217 in the provider's smallest unit."""
        return int(Decimal(minor).scaleb(self._table[currency].places - exponent(currency)))

    def major(self, minor: int, currency: str) -> str:
        """Minor units as the provider's decimal text."""
        places = self._table[currency].places
        return f"{Decimal(minor).scaleb(-exponent(currency)):.{places}f}"

    def number(self, minor: int, currency: str) -> int | float:
        """Minor units as a JSON number of the major unit: 8999 USD is 89.99, 9000 USD is 90."""
        amount = Decimal(minor).scaleb(-exponent(currency))
        return int(amount) if amount == amount.to_integral_value() else float(amount)

    def _minor(self, major_amount: Decimal, currency: str) -> int:
        written = self._table[currency]
        units = major_amount.scaleb(written.places)
        if units <= 0 or units != units.to_integral_value() or units % written.step:
            raise ValueError(f"not a positive amount of {currency} in its steps")
        return int(major_amount.scaleb(exponent(currency)))
