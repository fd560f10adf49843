"""The committed table of AWS calls is what the handlers do now, and keeps what was promised.

One test counts and compares; the others read the table, which that makes as good as a count.
"""

from typing import NamedTuple

from benchmarks.calls import TABLE, Report
from benchmarks.cases import CASES
from support.operations import all_operations, contracts


class Row(NamedTuple):
    """A line of the committed table."""

    operation: str
    detail: str
    status: int
    calls: str
    count: int
    rcu: float
    wcu: float


def committed() -> dict[tuple[str, str, str], Row]:
    """{(contract, operation, detail): line}."""
    found, contract = {}, ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("## "):
            contract = line.removeprefix("## ")
        elif contract in contracts() and len(cells) == 7 and cells[2].isdigit():
            operation, detail, status, calls, count, rcu, wcu = cells
            row = Row(operation, detail, int(status), calls, int(count), float(rcu), float(wcu))
            found[contract, operation, detail] = row
    return found


def test_the_committed_table_is_true() -> None:
    report = Report.made()
    assert TABLE.read_text(encoding="utf-8").splitlines() == report.text().splitlines(), "run `make bench-calls`"


def test_every_operation_is_in_the_table() -> None:
    operations = {(entry.contract, entry.name) for entry in all_operations() if entry.group != "fallback"}
    assert {(case.contract, case.operation) for case in CASES} == operations
    assert set(committed()) == {(case.contract, case.operation, case.detail) for case in CASES}


def test_no_operation_makes_more_calls_than_promised() -> None:
    rows = committed()
    promised = {(case.contract, case.operation, case.detail): case.most for case in CASES}
    assert not {key: rows[key] for key, most in promised.items() if most is not None and rows[key].count > most}


def test_the_issue_s_own_limits() -> None:
    rows = {
        (operation, detail): row
        for (contract, operation, detail), row in committed().items()
        if contract == "storefront"
    }
    # The visit is sent beside the read, which waits for nobody.
    assert rows["GET /api/products/{id}/", ""].calls == "Query, SendMessage"
    # The cart itself, and the present prices of what lies in it (decision 30).
    assert rows["GET /api/cart/", ""].calls == "GetItem, BatchGetItem"
    assert rows["POST /api/cart/items/", ""].count <= 2
    assert rows["POST /api/orders/", "three lines of three sellers"].count <= 3


def test_nothing_scans() -> None:
    assert not [row for row in committed().values() if "Scan" in row.calls]


def test_every_case_ends_as_it_should() -> None:
    refused = {"wrong password": 401, "sold out meanwhile": 400, "not paid yet": 400}

    def is_right(row: Row) -> bool:
        return row.status == refused[row.detail] if row.detail in refused else row.status < 300

    assert [row for row in committed().values() if not is_right(row)] == []
