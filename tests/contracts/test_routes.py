"""The checklist of documented operations: what is marked done exists and is tested; the rest is named.

`routes.tsv` beside this file has one line for each; its last column, `done`, says whether it is served.
"""

import ast
import csv
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

from sockets.channels import CHANNELS
from support.operations import contracts, registered

HERE = Path(__file__).parent
TESTS = HERE.parent


@dataclass(frozen=True)
class Route:
    """A documented operation. The method is WS for a socket."""

    contract: str
    method: str
    path: str
    done: bool

    def __str__(self) -> str:
        return f"{self.contract} {self.method} {self.path}"


@cache
def routes() -> list[Route]:
    with (HERE / "routes.tsv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [Route(row["contract"], row["method"], row["path"], row["done"] == "yes") for row in rows]


@cache
def covered() -> set[tuple[str, str, str]]:
    """What `covers` marks name anywhere in the tests, read from their source: a partial run knows it as well."""
    found = set()
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.covers":
                contract, method, documented = (ast.literal_eval(argument) for argument in node.args)
                found.add((contract, method, documented))
    return found


def is_served(route: Route) -> bool:
    if route.method == "WS":
        return any(channel.path.pattern == pattern_of(route.path) for channel in channels_of(route.contract))
    operations = registered(route.contract) if route.contract in contracts() else []
    return any((route.method, route.path) == (entry.operation.method, entry.operation.path) for entry in operations)


def channels_of(contract: str) -> list:
    return [CHANNELS[contract]] if contract in CHANNELS else []


def pattern_of(path: str) -> str:
    """A documented socket path as sockets.channels writes it: its ids are numbers."""
    return path.rstrip("/").replace("{", "(?P<").replace("}", ">[0-9]+)")


done = pytest.mark.parametrize("route", [route for route in routes() if route.done], ids=str)


@done
def test_a_route_that_is_done_has_a_test(route: Route) -> None:
    assert (route.contract, route.method, route.path) in covered()


@done
def test_a_route_that_is_done_is_served(route: Route) -> None:
    assert is_served(route)


def test_what_is_served_and_tested_is_marked_done() -> None:
    ready = {
        str(route)
        for route in routes()
        if is_served(route) and (route.contract, route.method, route.path) in covered() and not route.done
    }
    assert not ready


def test_marks_name_operations_that_exist() -> None:
    served = {
        (entry.contract, entry.operation.method, entry.operation.path)
        for contract in contracts()
        for entry in registered(contract)
    }
    documented = {(route.contract, route.method, route.path) for route in routes()}
    assert covered() <= served | documented


def test_the_checklist_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert len({(route.contract, route.method, route.path) for route in routes()}) == len(routes()) == 152
    missing = [route for route in routes() if not route.done]
    counts = {
        contract: (sum(route.contract == contract for route in missing), len(list(group)))
        for contract, group in groupby(routes(), key=lambda route: route.contract)
    }
    with capsys.disabled():
        said = ", ".join(f"{contract} {total - without} of {total}" for contract, (without, total) in counts.items())
        print(f"\nroutes.tsv: {said} done")  # noqa: T201 (whoever runs the tests is to see how far we are)
    print("Not done yet:", *missing, sep="\n  ")  # noqa: T201 (with pytest -rP)
