"""Checks the books of the last two days, every hour. What is wrong makes the function fail, which raises its alarm."""

from datetime import UTC, datetime, timedelta
from typing import Any

from commerce.books.service import books
from commerce.kit import clock, logs

_books = books()


class BooksAreWrong(Exception):
    """Money does not add up; the log names each finding."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The findings; `days` in the event looks further back. Raises BooksAreWrong."""
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    first = today - timedelta(days=int(event.get("days", 2)) - 1)
    found = _books.check(first, today)
    for problem in found.problems:
        logs.warning(problem)
    if found.problems:
        raise BooksAreWrong(f"{len(found.problems)} findings")
    return {"orders": found.orders, "entries": found.entries, "balances": found.balances}
