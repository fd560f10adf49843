"""`make bench-calls`: AWS calls and capacity units of every operation, written to docs/aws-calls.md, and the rights
that functions use, to benchmarks/rights.tsv.

Counted through the real handlers with the meter of the tests, over moto; a test compares the committed table with a
fresh count, so that no call is added unnoticed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from unittest.mock import patch

import time_machine

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "aws-calls.md"
# The clock stands still: a reader of the index looks for a new one once a second.
_NOW = "2026-11-21T10:00:00Z"

_HEAD = """# AWS calls and capacity units per operation

Written by `make bench-calls`; a test fails when a number here is no longer true. Each line is one request through the
real handler, in a process that is warm: it holds the JWT key ring and the catalogue index. Units follow AWS's billing
rules (`tests/support/capacity.py`): reads in blocks of 4 KB, half when eventually consistent; writes by KB of the
larger of the item before and after, doubled by a transaction; an index only when what it holds has changed; refused
conditions billed. Products have a description of 1,200 characters, carts and orders one line unless the case says more.

Nothing scans, and no count depends on how many products, users or orders there are.
"""
_COLD = """
## First requests of a process

What a new process adds to the table above, once. A reader that holds an index asks for a newer one at most once a
second with one conditional `GetObject` of 0 bytes (304), whatever the number of requests.

| Function | Adds |
|---|---|
"""
_SIZES = """
## A filtered page of 20, by the size of the catalogue

Text, category, price range, stock and ordering by price; the same by test (`tests/budgets/test_list_size.py`).

| Products | Warm | Looking for a newer index |
|--:|---|---|
"""


@dataclass(frozen=True)
class Line:
    """What one case cost."""

    contract: str
    operation: str
    detail: str
    status: int
    calls: str
    count: int
    rcu: float
    wcu: float

    def row(self) -> str:
        cells = (
            self.operation,
            self.detail,
            self.status,
            self.calls or "–",
            self.count,
            f"{self.rcu:g}",
            f"{self.wcu:g}",
        )
        return "| " + " | ".join(map(str, cells)) + " |"


def measured() -> Iterator[Line]:
    """Every case, each with empty tables. Ids are counted and not drawn: they choose the shards that are read."""
    from benchmarks.cases import CASES
    from commerce.kit import clock, ids
    from support.account import empty_tables
    from support.meter import Meter

    for case in CASES:
        empty_tables()
        numbers = count(ids.first_of(clock.now_ms()))
        with patch.object(ids, "new_id", lambda numbers=numbers: next(numbers)):
            path, request = case.prepare()
            with Meter() as meter:
                status = case.send(path, request)
        yield Line(
            case.contract,
            case.operation,
            case.detail,
            status,
            meter.names,
            len(meter.calls),
            meter.rcu,
            meter.wcu,
        )


def first_requests() -> Iterator[str]:
    """Rows of the table of what a new process adds."""
    from benchmarks.cases.case import shop_product
    from commerce.kit import secrets
    from commerce.search.replicas import IndexReader
    from commerce.search.service import search
    from commerce.search.store import IndexBucket
    from support.builders import a_person, listed
    from support.client import Client
    from support.meter import Meter

    buyer = a_person()
    secrets._kept.clear()
    with Meter() as meter:
        Client("storefront").post("/api/auth/become-seller/", token=buyer.access)
    added = [call.operation for call in meter.calls if call.service != "dynamodb"]
    yield f"| Every one that reads or signs tokens | {', '.join(added)} |\n"
    listed(shop_product())
    search()._index = IndexReader(IndexBucket("bazaar-index"))
    with Meter() as meter:
        Client("storefront").get("/api/products/")
    yield "| Product lists | GetObject for the manifest, and one for each segment of the index |\n"


@dataclass(frozen=True)
class Report:
    """All that is measured."""

    lines: list[Line]
    first: list[str]
    sizes: list[str]

    @classmethod
    def made(cls) -> "Report":
        """Measured now, in an empty account."""
        from support.account import empty_account
        from support.builders import a_person

        with time_machine.travel(_NOW, tick=False), empty_account():
            a_person()  # The process has its key ring from now on.
            first = list(first_requests())
            lines = list(measured())
        return cls(lines, first, list(by_size()))

    def text(self) -> str:
        """The committed document."""
        return table(self.lines) + "".join([_COLD, *self.first, _SIZES, *self.sizes])


def by_size() -> Iterator[str]:
    """Rows of the table by the size of the catalogue."""
    from benchmarks.list_size import SIZES, calls_with

    for products in SIZES:
        _, warm, later = calls_with(products)
        yield f"| {products:,} | {len(warm)} calls | {', '.join(later)} |\n"


def table(lines: list[Line]) -> str:
    """The document's head and a table for each contract."""
    parts = [_HEAD]
    for contract in dict.fromkeys(line.contract for line in lines):
        parts.append(f"\n## {contract}\n\n| Operation | Case | Status | AWS calls | Calls | RCU | WCU |\n")
        parts.append("|---|---|--:|---|--:|--:|--:|\n")
        parts += [line.row() + "\n" for line in lines if line.contract == contract]
    return "".join(parts)


def main() -> None:
    import os

    for folder in ("layers/domain", "functions", "tests"):
        sys.path.insert(0, str(ROOT / folder))
    from conftest import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(Report.made().text(), encoding="utf-8")
    from benchmarks import rights

    rights.TABLE.write_text(rights.text(rights.measured()), encoding="utf-8")
    for table in (TABLE, rights.TABLE):
        print(f"wrote {table.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
