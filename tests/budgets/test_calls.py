"""The committed table of AWS calls is what the handlers do now, and keeps what was promised.

One test counts and compares; the others read the table, which that makes as good as a count.
"""

from typing import NamedTuple

from benchmarks.calls import TABLE, Report
from benchmarks.scenes import SCENES
from support.operations import contracts, everything


class Row(NamedTuple):
    """A line of the committed table."""

    operation: str
    case: str
    status: int
    calls: str
    count: int
    rcu: float
    wcu: float


def committed() -> dict[tuple[str, str, str], Row]:
    """{(contract, operation, case): line}."""
    found, contract = {}, ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("## "):
            contract = line.removeprefix("## ")
        elif contract in contracts() and len(cells) == 7 and cells[2].isdigit():
            operation, case, status, calls, count, rcu, wcu = cells
            row = Row(operation, case, int(status), calls, int(count), float(rcu), float(wcu))
            found[contract, operation, case] = row
    return found


def test_the_committed_table_is_true() -> None:
    report = Report.made()
    assert TABLE.read_text(encoding="utf-8").splitlines() == report.text().splitlines(), "run `make bench-calls`"


def test_every_operation_is_in_the_table() -> None:
    operations = {(entry.contract, entry.name) for entry in everything() if entry.group != "fallback"}
    assert {(scene.contract, scene.operation) for scene in SCENES} == operations
    assert set(committed()) == {(scene.contract, scene.operation, scene.case) for scene in SCENES}


def test_no_operation_makes_more_calls_than_promised() -> None:
    rows = committed()
    promised = {(scene.contract, scene.operation, scene.case): scene.most for scene in SCENES}
    assert not {key: rows[key] for key, most in promised.items() if most is not None and rows[key].count > most}


def test_the_issue_s_own_limits() -> None:
    rows = {
        (operation, case): row for (contract, operation, case), row in committed().items() if contract == "storefront"
    }
    assert rows["GET /api/products/{id}/", ""].count == 1
    assert rows["GET /api/cart/", ""].count == 1
    assert rows["POST /api/cart/items/", ""].count <= 2
    assert rows["POST /api/orders/", "three lines of three sellers"].count <= 3


def test_nothing_scans() -> None:
    assert not [row for row in committed().values() if "Scan" in row.calls]


def test_every_scene_ends_as_it_should() -> None:
    refused = {"wrong password": 401, "sold out meanwhile": 400, "not paid yet": 400}

    def is_right(row: Row) -> bool:
        return row.status == refused[row.case] if row.case in refused else row.status < 300

    assert [row for row in committed().values() if not is_right(row)] == []
