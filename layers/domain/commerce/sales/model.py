"""What was sold and what it brought, day by day and seller by seller, as a report shows it. Rules only.

What counts on which day is the counters' matter; nothing is added up here that they do not have.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commerce.metrics.model import ALL, DaySums, SalesFigures


@dataclass(frozen=True)
class Sales:
    """Sales in one currency: every day of the span by its date, and the sellers by id."""

    currency: str
    days: Mapping[str, SalesFigures]
    sellers: Mapping[int, SalesFigures]


def sales_of(days: Mapping[str, DaySums], shop_currency: str) -> list[Sales]:
    """The sales of some days in every currency in which there were any, by its code, and in the shop's own."""
    found = [
        _in_currency(days, currency)
        for currency in {shop_currency, *(one for sums in days.values() for one in sums.sales)}
    ]
    return sorted(
        (one for one in found if one.currency == shop_currency or _has_figures(one)), key=lambda one: one.currency
    )


def _in_currency(days: Mapping[str, DaySums], currency: str) -> Sales:
    by_day = {day: SalesFigures() for day in days}
    sellers: dict[int, SalesFigures] = {}
    for day, sums in days.items():
        for name, figures in sums.sales.get(currency, {}).items():
            counted = by_day[day] if name == ALL else sellers.setdefault(int(name), SalesFigures())
            counted.add(figures)
    # What was placed and cancelled, and never paid, is no sale of a seller's.
    return Sales(currency, by_day, {seller: one for seller, one in sellers.items() if not one.is_empty})


def _has_figures(sales: Sales) -> bool:
    return bool(sales.sellers) or not all(figures.is_empty for figures in sales.days.values())
