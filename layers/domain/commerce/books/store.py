"""The books' own rows in the Orders table: what has been added up and need not be read again.

BOOKS              CHECKPOINT                       {until, began}: all from `began` until then is in the sums
BOOKS              FINDING#<ORDER|PRODUCT>#<id>     {problems} of it, until a check finds it right
BOOKS#<month>      DAY#<day>#<window>#<number>      what happened in a window and counts on that day
PIECES#<product>   PIECES                           {pieces, until}: what orders held of a product then

A window that had to count for very many sellers has several rows. The rows of a window that is not closed yet may be
there already, of a check that did not get to its end: who reads them goes by the checkpoint.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any

from commerce.books.sums import DaySums, Figures
from commerce.kit.attributes import Item
from commerce.kit.tables import ConditionFailed, Table, read

# An item holds 400 KB; an account or a seller takes up to a hundred bytes.
CELLS_PER_ROW = 1_500
KEYS_AT_ONCE = 100


@dataclass(frozen=True)
class BooksState:
    """Until when everything is in the sums and since when (milliseconds, UTC; 0 before the first check), and what is
    wrong, by order and by product."""

    until: int = 0
    began: int = 0
    orders: Mapping[int, list[str]] = field(default_factory=dict)
    products: Mapping[int, list[str]] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        return [one for found in (*self.orders.values(), *self.products.values()) for one in found]


class BooksStore:
    """Every access to the books' rows."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def state(self) -> BooksState:
        """The checkpoint and the findings, in one query."""
        checkpoint: Item = {}
        found: dict[str, dict[int, list[str]]] = {"ORDER": {}, "PRODUCT": {}}
        for row in self._table.query_all("BOOKS", consistent=True):
            if row["sk"] == "CHECKPOINT":
                checkpoint = row
            else:
                _, kind, number = row["sk"].split("#")
                found[kind][int(number)] = list(row["problems"])
        return BooksState(checkpoint.get("until", 0), checkpoint.get("began", 0), found["ORDER"], found["PRODUCT"])

    def advance(self, before: BooksState, began: int, until: int) -> None:
        """Move the checkpoint; a no-op when somebody else has."""
        item = {"pk": "BOOKS", "sk": "CHECKPOINT", "began": began, "until": until}
        condition, values = "attribute_not_exists(#pk)", None
        if before.until:
            condition, values = "#until = :before", {"before": before.until}
        self._put_if(item, condition, values)

    def save_sums(self, window: int, day: str, sums: DaySums) -> None:
        """Store what happened in a window and counts on a day; the same again replaces itself."""
        for number, row in enumerate(_rows(sums)):
            key = {"pk": f"BOOKS#{day[:7]}", "sk": f"DAY#{day}#{window:013d}#{number}"}
            self._table.write(self._table.put({**key, **row}))

    def sums(self, first: date, last: date, until: int) -> Iterator[tuple[str, DaySums]]:
        """(day, sums) of the windows that begin before `until` and count on a day from `first` to `last`."""
        for month in _months(first, last):
            between = (f"DAY#{first.isoformat()}#", f"DAY#{last.isoformat()}#~")
            for row in self._table.query_all(f"BOOKS#{month}", between=between):
                _, day, window, _ = row["sk"].split("#")
                if int(window) < until:
                    yield day, _sums(row)

    def pieces(self, product_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """(pieces, until) of those products that the books have seen."""
        found = {}
        for start in range(0, len(product_ids), KEYS_AT_ONCE):
            some = product_ids[start : start + KEYS_AT_ONCE]
            rows = read([(self._table, f"PIECES#{one}", "PIECES") for one in some], consistent=True)
            for product_id, row in zip(some, rows, strict=True):
                if row:
                    found[product_id] = (row["pieces"], row["until"])
        return found

    def save_pieces(self, product_id: int, pieces: int, until: int) -> None:
        """Store what orders held of a product at the end of a window; a no-op when a later one is known."""
        item = {"pk": f"PIECES#{product_id}", "sk": "PIECES", "pieces": pieces, "until": until}
        self._put_if(item, "attribute_not_exists(#pk) OR #until < :until", {"until": until})

    def save_finding(self, kind: str, number: int, problems: list[str]) -> None:
        """Store what is wrong with an ORDER or a PRODUCT, or that nothing is any more."""
        sk = f"FINDING#{kind}#{number}"
        if problems:
            self._table.write(self._table.put({"pk": "BOOKS", "sk": sk, "problems": problems}))
        else:
            self._table.write(self._table.delete("BOOKS", sk))

    def _put_if(self, item: Item, condition: str, values: Item | None) -> None:
        try:
            self._table.write(self._table.put(item, condition=condition, values=values))
        except ConditionFailed:
            pass


def _rows(sums: DaySums) -> Iterator[Item]:
    """The sums as items that are small enough; the first has what is counted once."""
    cells: list[tuple[str, str, str, Any]] = [
        ("balances", currency, account, amount)
        for currency, accounts in sums.balances.items()
        for account, amount in accounts.items()
    ]
    cells += [
        ("sales", currency, seller, list(astuple(figures)))
        for currency, sellers in sums.sales.items()
        for seller, figures in sellers.items()
    ]
    cells.sort(key=lambda cell: cell[:3])
    for start in range(0, max(len(cells), 1), CELLS_PER_ROW):
        row: Item = {} if start else {"orders": sums.orders, "entries": sums.entries}
        for kind, currency, name, value in cells[start : start + CELLS_PER_ROW]:
            row.setdefault(kind, {}).setdefault(currency, {})[name] = value
        yield row


def _sums(row: Item) -> DaySums:
    sums = DaySums(row.get("orders", 0), row.get("entries", 0))
    for currency, accounts in row.get("balances", {}).items():
        sums.balances[currency].update(accounts)
    for currency, sellers in row.get("sales", {}).items():
        for seller, figures in sellers.items():
            sums.sales[currency][seller] = Figures(*figures)
    return sums


def _months(first: date, last: date) -> list[str]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    numbers = [first.year * 12 + first.month - 1 + number for number in range(count)]
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]
