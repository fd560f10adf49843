"""Statements: a seller's account book of some days, with what stood before and after. Rules over rows that never change
once their day is over, so a statement of a closed period is the same whenever it is asked for."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from commerce.kit import clock, money
from commerce.kit.errors import InvalidInput
from commerce.payouts.model import DAY_MS
from commerce.payouts.store import PayoutStore

MAX_DAYS = 93
# What spreadsheets take for a formula. Amounts are numbers of ours and may begin with a minus.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class StatementRow:
    """One movement, and the balance after it."""

    at: int
    kind: str
    about: str
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """A seller's movements of some days (UTC, both included); `opening` and all of them add up to `closing`."""

    seller_id: int
    currency: str
    first: date
    last: date
    opening_minor: int
    closing_minor: int
    rows: tuple[StatementRow, ...]


class Statements:
    """Statements of sellers."""

    def __init__(self, store: PayoutStore) -> None:
        self._store = store

    def of(self, seller_id: int, currency: str, first: date | None, last: date | None) -> Statement:
        """The seller's statement of some days, of the last thirty when none are said. Raises InvalidInput."""
        last = last or datetime.fromtimestamp(clock.now(), UTC).date()
        first = first or last - timedelta(days=29)
        if first > last or (last - first).days >= MAX_DAYS:
            raise InvalidInput.of("from", f"From one to {MAX_DAYS} days, the first of them before the last.")
        since = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1000)
        until = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp() * 1000) + DAY_MS
        before = self._store.entry_before(seller_id, currency, since)
        balance = opening = before.payable_minor if before else 0
        rows = []
        for entry in self._store.entries(seller_id, currency, since, until):
            for line in entry.lines:
                balance += line.amount_minor
                rows.append(StatementRow(entry.at, str(line.kind), entry.about, line.amount_minor, balance))
        return Statement(seller_id, currency, first, last, opening, balance, tuple(rows))


def as_csv(statement: Statement) -> str:
    """The statement as a table that a spreadsheet reads, its opening and closing balance as rows."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(["time", "kind", "about", "amount", "balance", "currency"])
    currency = statement.currency
    first, last = statement.first.isoformat(), statement.last.isoformat()
    opening, closing = (money.text(one, currency) for one in (statement.opening_minor, statement.closing_minor))
    writer.writerow([first, "opening_balance", "", "", opening, currency])
    for row in statement.rows:
        amounts = (money.text(row.amount_minor, currency), money.text(row.balance_minor, currency))
        writer.writerow([clock.iso(row.at), *_plain([row.kind, row.about]), *amounts, currency])
    writer.writerow([last, "closing_balance", "", "", closing, currency])
    return made.getvalue()


def _plain(texts: Sequence[str]) -> list[str]:
    """Texts that no spreadsheet takes for a formula."""
    return [f"'{text}" if text.startswith(_FORMULAS) else text for text in texts]
