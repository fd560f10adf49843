"""Amounts as each provider writes them. Ours are minor units of ISO 4217; what a provider counts is its own affair and
differs by currency: Paystack has hundredths of a franc, Stripe has Malagasy ariary without decimals.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from commerce.kit import money
from commerce.orders.payment import Provider
from commerce.payments.providers.model import MethodRefused


@dataclass(frozen=True)
class Unit:
    """How a provider writes a currency: with `places` decimals of the major unit, and only in whole `step`s of the
    smallest of them."""

    places: int
    step: int = 1


def each(currencies: str, unit: Unit) -> dict[str, Unit]:
    """Currencies that are written alike, by their codes with spaces between."""
    return dict.fromkeys(currencies.split(), unit)


class Units:
    """One provider's table of currencies. What is not in it is refused before anybody is charged."""

    def __init__(self, provider: Provider, table: Mapping[str, Unit]) -> None:
        self._provider = provider
        self._table = table

    @property
    def currencies(self) -> frozenset[str]:
        """What can be charged."""
        return frozenset(self._table)

    def to_units(self, minor: int, currency: str) -> int:
        """Our minor units as the provider's smallest ones. Raises MethodRefused for a currency that it does not take,
        and for an amount that it cannot write."""
        unit = self._table.get(currency)
        if unit is None:
            raise MethodRefused(f"{self._provider} does not take {currency}.")
        amount = Decimal(minor).scaleb(unit.places - money.decimals(currency))
        if amount % unit.step:
            smallest = Decimal(unit.step).scaleb(-unit.places)
            raise MethodRefused(f"{self._provider} takes {currency} in steps of {smallest:f}.")
        return int(amount)

    def to_major(self, minor: int, currency: str) -> str:
        """Our minor units as the provider's decimal text of the major unit. Raises MethodRefused as `to_units`."""
        units = self.to_units(minor, currency)
        return f"{Decimal(units).scaleb(-self._table[currency].places):f}"

    def from_units(self, amount: object, currency: str) -> int:
        """What a provider says was taken, in its smallest units, as our minor ones; a fraction of ours is not counted.
        Raises ArithmeticError for what is no number."""
        return self._read(amount, currency, self._places(currency), ROUND_FLOOR)

    def from_major(self, amount: object, currency: str) -> int:
        """The same from an amount in the major unit, text or JSON number."""
        return self._read(amount, currency, 0, ROUND_FLOOR)

    def fee_from_units(self, fee: object, currency: str) -> int:
        """A fee in the provider's smallest units as our minor ones, rounded: fees may be fractions."""
        return self._read(fee, currency, self._places(currency), ROUND_HALF_UP)

    def fee_from_major(self, fee: object, currency: str) -> int:
        """The same from a fee in the major unit."""
        return self._read(fee, currency, 0, ROUND_HALF_UP)

    def _places(self, currency: str) -> int:
        """Also of a currency that we never asked for: it is given back, and has to be read for that."""
        unit = self._table.get(currency)
        return unit.places if unit else money.decimals(currency)

    @staticmethod
    def _read(amount: object, currency: str, places: int, rounding: str) -> int:
        value = Decimal(str(amount)).scaleb(money.decimals(currency) - places)
        return int(value.to_integral_value(rounding))
