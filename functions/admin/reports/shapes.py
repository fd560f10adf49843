"""Bodies of the staff's reports."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict

from commerce.audit.model import AuditRecord
from commerce.books.model import Findings
from commerce.books.sums import Figures
from commerce.kit import clock, money
from commerce.kit.errors import InvalidInput
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


def days(query: Mapping[str, str], default: int) -> int:
    """How many days are asked for. Raises InvalidInput."""
    written = query.get("days", str(default))
    if not (written.isascii() and written.isdigit() and len(written) <= 4):
        raise InvalidInput.of("days", "A whole number is required.")
    return int(written)


def span(query: Mapping[str, str], default: int) -> tuple[date, date]:
    """The first and last day of a check that ends today (UTC). Raises InvalidInput."""
    count = days(query, default)
    if not 1 <= count <= MAX_DAYS_OF_BOOKS:
        raise InvalidInput.of("days", f"A whole number from 1 to {MAX_DAYS_OF_BOOKS} is required.")
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    return today - timedelta(days=count - 1), today


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


def _by_revenue(sales: Sales) -> list[tuple[int, Figures]]:
    return sorted(sales.sellers.items(), key=lambda row: (-row[1].revenue_minor, row[0]))


def _seller(seller: int, figures: Figures, currency: str) -> SellerBody:
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
