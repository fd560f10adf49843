"""The committed table of AWS calls is what the handlers do now, and keeps what was promised."""

import pytest

from benchmarks.calls import TABLE, Line, Report
from benchmarks.scenes import SCENES
from support.operations import everything


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.made()


def test_every_operation_is_in_the_table() -> None:
    operations = {(entry.contract, entry.name) for entry in everything() if entry.group != "edge"}
    assert {(scene.contract, scene.operation) for scene in SCENES} == operations


def test_the_committed_table_is_true(report: Report) -> None:
    assert TABLE.read_text(encoding="utf-8").splitlines() == report.text().splitlines(), "run `make bench-calls`"


def test_no_operation_makes_more_calls_than_promised(report: Report) -> None:
    over = [line for line in report.lines if line.most is not None and line.count > line.most]
    assert not over


def test_the_issue_s_own_limits(report: Report) -> None:
    lines = {(line.operation, line.case): line for line in report.lines if line.contract == "storefront"}
    assert lines["GET /api/products/{id}/", ""].count == 1
    assert lines["GET /api/cart/", ""].count == 1
    assert lines["POST /api/cart/items/", ""].count <= 2
    assert lines["POST /api/orders/", "three lines of three sellers"].count <= 3


def test_nothing_scans(report: Report) -> None:
    assert not [line for line in report.lines if "Scan" in line.calls]


def test_every_scene_ends_as_it_should(report: Report) -> None:
    refused = {"wrong password": 401, "sold out meanwhile": 400, "not paid yet": 400}

    def is_right(line: Line) -> bool:
        return line.status == refused.get(line.case, line.status) and (line.case in refused or line.status < 300)

    assert [line for line in report.lines if not is_right(line)] == []
