"""The graph of nouns in docs/domain.md is the one that import-linter holds and that the code has."""

import re
import tomllib
from functools import cache

import grimp

from support.sources import DOMAIN, ROOT

DOCUMENT = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
NOUNS = {path.name for path in DOMAIN.iterdir() if (path / "__init__.py").exists()}


@cache
def layers() -> list[set[str]]:
    """The layers of nouns in pyproject.toml, the highest first."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    [contract] = [one for one in linter["contracts"] if one.get("containers") == ["commerce"]]
    assert contract["exhaustive"] is True
    assert not contract.get("ignore_imports")
    return [set(layer.split(" | ")) for layer in contract["layers"]]


@cache
def drawn() -> set[tuple[str, str]]:
    """The arrows of the document's graph."""
    [graph] = re.findall(r"```mermaid\n(.*?)```", DOCUMENT, re.DOTALL)
    arrows = [line.strip() for line in graph.splitlines()[1:]]
    found = [re.fullmatch(r"(\w+) --> (\w+)", arrow) for arrow in arrows]
    assert all(found)
    edges = [(match[1], match[2]) for match in found if match]
    assert len(edges) == len(set(edges))
    return set(edges)


@cache
def imported() -> set[tuple[str, str]]:
    """(noun, noun that one of its modules imports) as the code is, imports inside functions included."""
    graph = grimp.build_graph("commerce", cache_dir=None)
    pairs = {
        (importer.split(".")[1], imported.split(".")[1])
        for importer in graph.modules
        if importer.count(".") > 1
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    return {(noun, other) for noun, other in pairs if noun != other and "kit" not in (noun, other)}


def test_the_order_is_the_one_that_is_held() -> None:
    [written] = re.findall(r"^    (\w.* > kit)$", DOCUMENT, re.MULTILINE)
    assert [set(layer.split(" | ")) for layer in written.split(" > ")] == layers()
    assert set().union(*layers()) == NOUNS


def test_the_graph_has_every_import_and_no_other() -> None:
    assert drawn() == imported()


def test_every_arrow_points_down() -> None:
    rank = {noun: number for number, layer in enumerate(layers()) for noun in layer}
    assert not {(noun, other) for noun, other in drawn() if rank[noun] >= rank[other]}


def test_no_noun_stands_higher_than_it_has_to() -> None:
    """Each knows one of the layer right below it: what does not, belongs there."""
    for upper, lower in zip(layers()[:-2], layers()[1:-1], strict=True):
        assert {noun for noun, other in drawn() if noun in upper and other in lower} == upper


def test_every_noun_has_its_paragraph_in_that_order() -> None:
    paragraphs = re.findall(r"^\*\*(\w+)\*\* is |^\*\*(\w+)\*\* has ", DOCUMENT, re.MULTILINE)
    told = [first or second for first, second in paragraphs]
    assert len(told) == len(set(told))
    rank = {noun: number for number, layer in enumerate(layers()) for noun in layer}
    assert set(told) == NOUNS
    assert told == sorted(told, key=lambda noun: (rank[noun], noun))
