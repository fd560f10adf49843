"""Bodies of the staff's reports."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict

from commerce.audit.model import AuditRecord
from commerce.books.model import Findings
from commerce.kit import clock, money
from commerce.metrics.model import SalesFigures
from commerce.sales.model import Sales

MAX_DAYS_OF_BOOKS = 31


class BooksBody(TypedDict):
    first: str
    last: str
    orders: int
    entries: int
    balances: dict[str, dict[str, str]]
    problems: list[str]


class DayBody(TypedDict):
    day: str
    orders: int
    pieces: int
    revenue: str
    refunds: str


class SellerBody(TypedDict):
    seller_id: int
    orders: int
    pieces: int
    revenue: str
    refunds: str


class CurrencyBody(TypedDict):
    currency: str
    days: list[DayBody]
    sellers: list[SellerBody]


class SalesBody(TypedDict):
    currencies: list[CurrencyBody]


class ActionBody(TypedDict):
    id: str
    at: str
    actor_id: int
    action: str
    object_id: str
    values: dict[str, Any]


class AuditBody(TypedDict):
    actions: list[ActionBody]
    next: str | None


def span(days: int) -> tuple[date, date]:
    """The first and last of so many days that end today (UTC)."""
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    return today - timedelta(days=days - 1), today


def books(first: date, last: date, found: Findings) -> BooksBody:
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "orders": found.orders,
        "entries": found.entries,
        "balances": {
            currency: {account: money.text(amount, currency) for account, amount in sorted(accounts.items())}
            for currency, accounts in found.balances.items()
        },
        "problems": found.problems,
    }


def sales(found: list[Sales]) -> SalesBody:
    return {"currencies": [_currency(one) for one in found]}


def _currency(sales: Sales) -> CurrencyBody:
    return {
        "currency": sales.currency,
        "days": [
            {
                "day": day,
                "orders": figures.orders,
                "pieces": figures.pieces,
                "revenue": money.text(figures.revenue_minor, sales.currency),
                "refunds": money.text(figures.refunds_minor, sales.currency),
            }
            for day, figures in sales.days.items()
        ],
        "sellers": [_seller(seller, figures, sales.currency) for seller, figures in _by_revenue(sales)],
    }


def _by_revenue(sales: Sales) -> list[tuple[int, SalesFigures]]:
    return sorted(sales.sellers.items(), key=lambda row: (-row[1].revenue_minor, row[0]))


def _seller(seller: int, figures: SalesFigures, currency: str) -> SellerBody:
    return {
        "seller_id": seller,
        "orders": figures.orders,
        "pieces": figures.pieces,
        "revenue": money.text(figures.revenue_minor, currency),
        "refunds": money.text(figures.refunds_minor, currency),
    }


def trail(entries: list[AuditRecord], size: int) -> AuditBody:
    """A page of at most `size` actions; a full one may be followed by another."""
    return {
        "actions": [
            {
                "id": entry.id,
                "at": clock.iso(entry.at),
                "actor_id": entry.actor_id,
                "action": entry.action,
                "object_id": entry.object_id,
                "values": dict(entry.values),
            }
            for entry in entries
        ],
        "next": entries[-1].id if len(entries) == size else None,
    }
