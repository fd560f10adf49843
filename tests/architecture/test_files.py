"""The same file names everywhere, and files that a person reads in one sitting (docs/testing.md)."""

import csv
from pathlib import Path

import pytest

from support.sources import DOMAIN, FUNCTIONS, ROOT, files, name_of

HERE = Path(__file__).parent
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "tools", "lib", "base"}
# Verb areas: modules of a noun whose service or store would be too long, or that are neither.
TANTIVY = {f"tantivy_{part}" for part in ("documents", "explaining", "figures", "matching", "pages", "queries")}
AREAS = {
    "accounts": {"epochs", "guard", "passwords"},
    "books": {"stock", "sums"},
    "catalog": {"categories", "changes", "listing", "tree"},
    "chat": {"outbox"},
    "events": {"chat", "notices", "products", "reading"},
    "indexing": {"announcements"},
    "media": {"inspection", "products", "shown"},
    "orders": {"outbox", "part", "parties", "payment", "status"},
    "metrics": {"activity", "counting", "recount", "sales", "visits"},
    "payments": {"disputes", "fulfilment", "initiation", "refunds", "settlement", "webhooks"},
    "payouts": {"check", "earning", "projection", "recipients", "runs", "statements", "transfers"},
    "realtime": {"delivery", "recipients"},
    "recommendations": {"learning", "ranking"},
    "search": {"replicas", "synonyms", "tokenizer", "understanding", *TANTIVY},
    "sessions": {"tokens"},
    "two_factor": {"outbox"},
}
SIGNAL, WALL = 300, 500
PYTHON = files(DOMAIN, FUNCTIONS, ROOT / "tests", ROOT / "local", ROOT / "benchmarks")


def reasons() -> dict[str, str]:
    """{file: why it is longer than the signal}."""
    with (HERE / "sizes.tsv").open(newline="", encoding="utf-8") as file:
        return {row["file"]: row["reason"] for row in csv.DictReader(file, delimiter="\t")}


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_name_says_what_is_inside(path: Path) -> None:
    assert path.stem not in FORBIDDEN


@pytest.mark.parametrize("noun", sorted(path.name for path in DOMAIN.iterdir() if (path / "__init__.py").exists()))
def test_every_noun_has_the_same_files(noun: str) -> None:
    if noun == "kit":
        return
    names = {path.stem for path in (DOMAIN / noun).glob("*.py")} - {"__init__"}
    assert "model" in names
    vendors = {name for name in names if name.endswith("_gateway")}
    assert names - vendors - {"model", "service", "store"} <= AREAS.get(noun, set())


@pytest.mark.parametrize("contract", sorted(path.parent.name for path in FUNCTIONS.glob("*/contract.py")))
def test_every_endpoint_group_has_the_same_files(contract: str) -> None:
    for group in (path for path in (FUNCTIONS / contract).iterdir() if (path / "__init__.py").exists()):
        names = {path.stem for path in group.glob("*.py")}
        assert {"__init__"} <= names <= {"__init__", "app", "shapes"}, group.name


def test_packages_hold_nothing_in_init() -> None:
    assert not [
        name_of(path) for path in files(DOMAIN, FUNCTIONS) if path.name == "__init__.py" and path.stat().st_size
    ]


def test_no_file_is_longer_than_the_wall() -> None:
    assert not {name_of(path): lines for path in PYTHON if (lines := lines_of(path)) > WALL}


def test_files_over_the_signal_have_a_reason() -> None:
    known = reasons()
    assert {name_of(path) for path in PYTHON if lines_of(path) > SIGNAL} <= set(known)
    assert set(known) <= {name_of(path) for path in PYTHON}
    assert all(len(reason.split()) >= 4 for reason in known.values())
