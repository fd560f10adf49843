"""Checks the books every hour: money and stock of all orders that moved since the last check, and the balances of their
sellers. What is wrong makes the function fail, which raises its alarm."""

from typing import Any

from commerce.books.service import books
from commerce.kit import logs
from commerce.payouts.service import payouts

_books = books()
_payouts = payouts()


class BooksAreWrong(Exception):
    """Money or stock does not add up; the log names each finding."""


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Nothing to say when all is right. Raises BooksAreWrong."""
    problems = _books.check_news(_payouts.check.problems_of)
    for problem in problems:
        logs.warning(problem)
    if problems:
        raise BooksAreWrong(f"{len(problems)} findings")
    return {"problems": 0}
