"""The project's own Python files, as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "layers" / "domain" / "commerce"
FUNCTIONS = ROOT / "functions"


def files(*folders: Path) -> list[Path]:
    """The Python files below the folders, sorted; none of what tools leave behind."""
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
    )


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports anywhere, in full: of `from commerce.carts import store` both `commerce.carts`
    and `commerce.carts.store`.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(path: Path) -> set[str]:
    """The top-level packages that the file imports anywhere."""
    return {name.partition(".")[0] for name in imports(path)}


def name_of(path: Path) -> str:
    """`layers/domain/commerce/carts/store.py`."""
    return path.relative_to(ROOT).as_posix()
