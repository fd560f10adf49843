"""What the campus contract sold, as staff sees it."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from campus.contract import price
from commerce.kit import clock
from commerce.metrics.model import SalesFigures
from commerce.sales.model import Sales


class FiguresBody(TypedDict):
    orders: int
    units: int
    revenue: float
    refunds: float


class DayBody(FiguresBody):
    day: str


class CurrencyBody(FiguresBody):
    currency: str
    days: list[DayBody]


class Stats(TypedDict):
    currencies: list[CurrencyBody]


def day(wanted: date | None) -> str:
    """The day that is asked for, today when none is."""
    return wanted.isoformat() if wanted else clock.iso(clock.now_ms())[:10]


def stats(found: Iterable[Sales]) -> Stats:
    """What was sold in each currency, in all and day by day."""
    return {"currencies": [_currency(sales) for sales in found]}


def _currency(sales: Sales) -> CurrencyBody:
    total = SalesFigures()
    for figures in sales.days.values():
        total.add(figures)
    days: list[DayBody] = [{"day": day, **_figures(figures, sales.currency)} for day, figures in sales.days.items()]
    return {"currency": sales.currency, **_figures(total, sales.currency), "days": days}


def _figures(figures: SalesFigures, currency: str) -> FiguresBody:
    return {
        "orders": figures.orders,
        "units": figures.pieces,
        "revenue": price(figures.revenue_minor, currency),
        "refunds": price(figures.refunds_minor, currency),
    }
