"""What a contract's code consists of: `python -m benchmarks.contract_lines [FOLDER]` counts the lines of each contract
below FOLDER (`functions` here) and prints them by kind, for `docs/proofs.md`.

A line is **words** when it says something of the contract: a route's declaration, a body's field, what a shape makes,
an error's wording, a status, text for people. It is **mechanics** when any contract would need it alike: imports,
making the services that a group calls, registering, and what a route does between its declaration and its one call of
a service. `openapi.json` is not counted, since the code writes it.
"""

import ast
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FUNCTIONS = Path(__file__).parents[1] / "functions"
METHODS = {"get", "post", "put", "patch", "delete"}


def kinds(source: str) -> Iterator[tuple[int, str]]:
    """(line, kind) of all lines; blank ones part words from words."""
    tree = ast.parse(source)
    kind = dict.fromkeys(range(1, len(source.splitlines()) + 1), "words")
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


@dataclass(frozen=True)
class Size:
    """A contract's code: its operations as documented, its lines, and how many of them are mechanics."""

    operations: int
    lines: int
    mechanics: int

    @property
    def share(self) -> float:
        """The percentage that is mechanics."""
        return 100 * self.mechanics / self.lines


def sizes(functions: Path = FUNCTIONS) -> dict[str, Size]:
    """{contract: its size}."""
    found = {}
    for contract in sorted(path.parent for path in functions.glob("*/contract.py")):
        counts = Counter(kind for path in contract.rglob("*.py") for _, kind in kinds(path.read_text()))
        document = json.loads((contract / "openapi.json").read_text())
        found[contract.name] = Size(sum(map(len, document["paths"].values())), counts.total(), counts["mechanics"])
    return found


def main() -> None:
    for contract, size in sizes(Path(sys.argv[1]) if len(sys.argv) > 1 else FUNCTIONS).items():
        each = size.lines / size.operations
        print(f"{contract:12} {size.operations:3} operations, {each:4.1f} lines each; mechanics {size.share:4.1f} %")


if __name__ == "__main__":
    main()
