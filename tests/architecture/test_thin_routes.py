"""Routes are thin: parse, one service call, one shape. They handle no errors and reach no vendor
(functions/README.md)."""

import ast
import re
from pathlib import Path

import pytest

from benchmarks.contract_lines import sizes
from support.sources import FUNCTIONS, files, imports, name_of, packages, tree

APPS = sorted(path for path in FUNCTIONS.rglob("app.py"))
METHODS = {"get", "post", "put", "patch", "delete"}
MAX_STATEMENTS = 10
# The record as it is shown.
READS = {
    "functions/admin/reports/shapes.py: commerce.audit.model",
    "functions/admin/reports/shapes.py: commerce.audit.model.AuditRecord",
}


def routes(path: Path) -> list[ast.FunctionDef]:
    """The functions that are registered as operations."""
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr in METHODS
            for mark in node.decorator_list
        )
    ]


def inside(route: ast.FunctionDef) -> list[ast.AST]:
    """What is in a route's body, without its docstring."""
    body = route.body[1:] if ast.get_docstring(route) else route.body
    return [node for statement in body for node in ast.walk(statement)]


each = pytest.mark.parametrize("path", APPS, ids=name_of)


@each
def test_routes_are_short(path: Path) -> None:
    long = {
        route.name: count
        for route in routes(path)
        if (count := sum(isinstance(node, ast.stmt) for node in inside(route))) > MAX_STATEMENTS
    }
    assert not long


@each
def test_routes_leave_errors_to_the_contract(path: Path) -> None:
    assert not {route.name for route in routes(path) for node in inside(route) if isinstance(node, ast.Try)}


@each
def test_routes_build_no_bodies(path: Path) -> None:
    """A body is a literal of shapes.py, where its keys stand together."""
    building = {
        route.name
        for route in routes(path)
        for node in inside(route)
        if isinstance(node, ast.Dict) and any(isinstance(key, ast.Constant) for key in node.keys)
    }
    assert not building


@each
def test_every_route_says_what_it_does(path: Path) -> None:
    assert not {route.name for route in routes(path) if not ast.get_docstring(route)}


def test_routes_write_nothing_themselves() -> None:
    """No function builds a write, and none records what staff did: the services that act do both."""
    imported = {f"{name_of(path)}: {name}" for path in files(FUNCTIONS) for name in imports(path)}
    assert (
        not {found for found in imported if re.search(r": commerce\.(kit\.tables|audit\.(store|model)\b)", found)}
        - READS
    )
    recording = {
        f"{name_of(path)}:{node.lineno}"
        for path in files(FUNCTIONS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"record", "record_write", "record_writes"}
    }
    assert not recording


@each
def test_no_app_reaches_aws_itself(path: Path) -> None:
    assert not packages(path) & {"boto3", "botocore", "aws_lambda_powertools"}


def test_a_contract_is_written_in_its_own_words() -> None:
    """Less than a fifth of a contract's lines would be the same in any other; the smallest have too few to count."""
    heavy = {contract: size.share for contract, size in sizes().items() if size.operations > 15 and size.share >= 20}
    assert not heavy
