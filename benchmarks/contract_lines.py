"""What a contract's code consists of: `python -m benchmarks.contract_lines [FOLDER]` counts the lines of each contract
below FOLDER (`functions` here) and prints them by kind, for `docs/proofs.md`.

A line is **words** when it says something of the contract: a route's declaration, a body's field, what a shape makes,
an error's wording, a status, text for people. It is **mechanics** when any contract would need it alike: imports,
making the services that a group calls, registering, and what a route does between its declaration and its one call of
a service. Blank lines are not counted, nor is `openapi.json`, which is written by the code.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FUNCTIONS = Path(__file__).parents[1] / "functions"
METHODS = {"get", "post", "put", "patch", "delete"}


def kinds(source: str) -> Iterator[tuple[int, str]]:
    """(line, kind) of all lines that are not blank; a line belongs to what is said last about it."""
    tree = ast.parse(source)
    kind = dict.fromkeys((n for n, line in enumerate(source.splitlines(), 1) if line.strip()), "words")
    for node in tree.body:
        match node:
            case ast.Import() | ast.ImportFrom():
                _mark(kind, node, "mechanics")
            case ast.Assign(value=ast.Call()) if not _is_said(node.value):
                _mark(kind, node, "mechanics")
            case ast.FunctionDef() if _operation(node) is not None:
                for statement in node.body[1:] if ast.get_docstring(node) else node.body:
                    if not isinstance(statement, ast.Return):
                        _mark(kind, statement, "mechanics")
            case _:
                pass
    yield from kind.items()


def operations(source: str) -> int:
    """How many routes a module registers itself."""
    return sum(
        _operation(node) is not None for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    )


def _operation(node: ast.FunctionDef) -> ast.Call | None:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr in METHODS:
            return mark
    return None


def _is_said(value: ast.expr) -> bool:
    """Whether a call has anything of the contract in it: a service's construction has no argument."""
    return isinstance(value, ast.Call) and bool(value.args or value.keywords)


def _mark(kind: dict[int, str], node: ast.stmt, name: str) -> None:
    for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
        if line in kind:
            kind[line] = name


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FUNCTIONS
    for contract in sorted(path.parent for path in folder.glob("*/contract.py")):
        counts: Counter[str] = Counter()
        for path in sorted(contract.rglob("*.py")):
            counts.update(kind for _, kind in kinds(path.read_text()))
        total = counts.total()
        share = 100 * counts["mechanics"] // total
        print(f"{contract.name:12} {total:5} lines, {counts['mechanics']:4} mechanics ({share} %)")


if __name__ == "__main__":
    main()
