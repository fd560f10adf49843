"""What code and documents cite is in this repository: files, sections of documents, rules of docs/contracts, decisions.

A path counts as a citation when it begins with a folder of the root; `<contract>` and `*` in it stand for anything. A
document that is cited by its bare name lies beside the file, in the root or in docs/.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from support.sources import DOMAIN, FUNCTIONS, ROOT, name_of

DOCS = ROOT / "docs"
RULES = DOCS / "contracts" / "README.md"
DECISIONS = DOCS / "decisions"
KINDS = {".py", ".md", ".yaml", ".toml", ".tsv", ".js", ".mjs", ".html", ".css", ".sh", ".mk", ".txt"}
# Of others, and kept as they published it: libraries of the web pages.
FOREIGN = ("web/assets/preact/", "web/assets/htm/", "web/assets/uplot/", "web/assets/swagger-ui/")

FOLDERS = "|".join(("benchmarks", "docs", "events", "functions", "layers", "local", "tests", "web"))
# What code and documents name from a folder nearer to it, such as `rest/errors.py`, in backticks.
NEARER = re.compile(r"`((?:[\w<>*.-]+/)+[\w<>*-]+\.(?:py|tsv|md|json|yaml|toml|html|js))`")
PATH = re.compile(rf"(?<![\w./\-{{}}])(?:{FOLDERS})/[\w./<>*-]*(?:#[\w-]+)?")
DOCUMENT = re.compile(r"(?<![\w./\-<>*])[A-Za-z][\w-]*\.md\b")
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
RULE = re.compile(r"docs/contracts: ([a-z][a-z-]*(?:, [a-z][a-z-]*)*)")
DECISION = re.compile(r"\bdecisions? (\d+)(?: and (\d+))?", re.IGNORECASE)
# A rule by its number in some document, as in "RULES A1": our documents have names for theirs.
NUMBERED = re.compile(r"\b[A-Z]{4,}(?:\.md)? [A-Z]\d{1,2}\b|\([A-Z]\d{1,2}\)|\b[A-Z]\d{1,2}-[A-Z]\d{1,2}\b")


@cache
def texts() -> dict[Path, str]:
    """{file: its text} of what people wrote here; none of what tools leave behind, nor this file with its samples."""
    return {
        path: path.read_text(encoding="utf-8")
        for top in sorted(ROOT.iterdir())
        if not top.name.startswith(".")
        for path in sorted(top.rglob("*") if top.is_dir() else [top])
        if path.is_file()
        and (path.suffix in KINDS or path.name == "Makefile")
        and not any(part.startswith((".", "__pycache__", "node_modules")) for part in path.relative_to(ROOT).parts)
        and not name_of(path).startswith(FOREIGN)
        and path != Path(__file__)
    }


@cache
def anchors(document: Path) -> frozenset[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings)


@cache
def decisions() -> dict[int, list[Path]]:
    """{number: the records of that number}."""
    found: dict[int, list[Path]] = {}
    for path in sorted(DECISIONS.glob("*.md")):
        found.setdefault(int(path.name[:4]), []).append(path)
    return found


def exists(cited: str, *bases: Path) -> bool:
    """Whether a path is a file or folder below one of the bases, and has the section that is named after a #."""
    name, _, section = cited.partition("#")
    pattern = re.sub(r"<[\w-]+>", "*", name.rstrip("."))
    found = [path for base in bases for path in ([base / pattern] if "*" not in pattern else base.glob(pattern))]
    return any(path.exists() and (not section or section in anchors(path)) for path in found)


def problems(path: Path, text: str) -> Iterator[str]:
    """What a file cites and the repository has not."""
    for cited in PATH.findall(text):
        if not exists(cited, ROOT):
            yield cited
    for cited in DOCUMENT.findall(text):
        if not exists(cited, path.parent, ROOT, DOCS):
            yield cited
    for cited in NEARER.findall(text):
        if not exists(cited, path.parent, ROOT, DOCS, FUNCTIONS, DOMAIN, DOMAIN.parent):
            yield cited
    for cited in LINK.findall(text) if path.suffix == ".md" else ():
        if not exists(cited if not cited.startswith("#") else path.name + cited, path.parent):
            yield cited
    for listed in RULE.findall(text):
        yield from (f"docs/contracts: {rule}" for rule in listed.split(", ") if rule not in anchors(RULES))
    for numbers in DECISION.findall(text):
        yield from (f"decision {number}" for number in numbers if number and int(number) not in decisions())
    yield from NUMBERED.findall(text)


@pytest.mark.parametrize("path", texts(), ids=name_of)
def test_what_is_cited_is_here(path: Path) -> None:
    assert not list(problems(path, texts()[path]))


@pytest.mark.parametrize(
    "cited",
    [
        "docs/contracts: retried",
        "docs/contracts: ids, retried",
        "docs/contracts/parts.md#trunk",
        "docs/contracts/nobody.md",
        "tests/nowhere/test_nothing.py",
        "functions/<contract>/nothing.py",
        "`rest/nothing.py`",
        "NOTES.md",
        "Decision 99",
        "decisions 1 and 99",
        "[here](nobody.md)",
        "[here](#nothing)",
        "RULES A1",
        "rules A1-A9",
        "A1",
    ],
)
def test_a_citation_of_what_is_not_here_is_found(cited: str) -> None:
    assert list(problems(DOCS / "README.md", f"As it stands there ({cited}), nothing else."))


@pytest.mark.parametrize(
    "cited",
    [
        "docs/contracts: ids, retries",
        "docs/contracts/parts.md#cart",
        "functions/<contract>/<group>/app.py",
        "functions/*/contract.py",
        "`rest/errors.py`",
        "testing.md",
        "decisions 3 and 8",
        "[here](contracts/README.md#ids)",
    ],
)
def test_a_citation_of_what_is_here_is_none(cited: str) -> None:
    assert not list(problems(DOCS / "README.md", f"As it stands there ({cited}), nothing else."))


def test_decisions_have_numbers_of_their_own_and_say_them() -> None:
    assert sorted(decisions()) == list(range(1, len(decisions()) + 1))
    assert not {number: paths for number, paths in decisions().items() if len(paths) > 1}
    for number, [path] in decisions().items():
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. "), path.name


def test_every_decision_and_every_document_is_in_the_index() -> None:
    linked = Counter(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    records = {f"decisions/{path.name}": 1 for path in DECISIONS.glob("*.md")}
    assert {link: count for link, count in linked.items() if link.startswith("decisions/")} == records
    assert {path.name for path in DOCS.glob("*.md")} - {"README.md"} <= set(linked)


def test_every_contract_has_a_page_that_says_whether_it_is_served() -> None:
    served = {path.parent.name for path in FUNCTIONS.glob("*/contract.py")}
    pages = {path.stem: path.read_text(encoding="utf-8") for path in RULES.parent.glob("*.md") if path != RULES}
    assert served <= set(pages)
    assert {name for name, text in pages.items() if "\nNot served yet: " not in text} == served
    linked = LINK.findall(RULES.read_text(encoding="utf-8"))
    assert {f"{name}.md" for name in pages} <= set(linked)
