"""What each function loads when it starts, with exactly the variables and the layers that the template gives it.

Packages of other layers, and those that only tests need, cannot be imported there: that a function starts proves that
variables and layers are complete for all that is built at import. `imports.tsv` is the budget: the third-party packages
and the nouns of the core that a function may load, and how many modules in all.
"""

import ast
import csv
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest

from support import template
from support.sources import DOMAIN, FUNCTIONS, ROOT, imports, tree

HERE = Path(__file__).parent
LAYER = "AWS::Serverless::LayerVersion"
PROBE = """
import importlib, json, sys
absent = set(json.loads(sys.argv[2]))
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
before = set(sys.modules)
module, _, name = sys.argv[1].rpartition(".")
assert callable(getattr(importlib.import_module(module), name))
found = {n: getattr(m, "__file__", None) or "" for n, m in sys.modules.items() if n not in before}
third = {n.partition(".")[0] for n, file in found.items() if "site-packages" in file}
nouns = {n.split(".")[1] for n in found if n.startswith("commerce.") and n.count(".") > 1} - {"kit"}
ours = sorted(file for file in found.values() if file and "site-packages" not in file and file.startswith(sys.argv[3]))
print(json.dumps({"packages": sorted(third), "nouns": sorted(nouns), "modules": len(found), "files": ours}))
"""


@dataclass(frozen=True)
class Started:
    """What a function loaded."""

    packages: list[str]
    nouns: list[str]
    modules: int
    files: tuple[str, ...] = ()
    error: str = ""


def budget() -> dict[str, Started]:
    """{function: what it may load}."""
    with (HERE / "imports.tsv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        row["function"]: Started(_listed(row["packages"]), _listed(row["nouns"]), int(row["most modules"]))
        for row in rows
    }


def _listed(written: str) -> list[str]:
    return written.split(",") if written else []


def absent(function: str) -> set[str]:
    """Top-level packages that are installed here and not in the function's layers."""
    layers = [*template.template()["Globals"]["Function"]["Layers"], *template.functions()[function].get("Layers", [])]
    shipped = {name for layer in layers for name in pinned(template.resources(LAYER)[layer["Ref"]]["ContentUri"])}
    return {
        package
        for package, distributions in metadata.packages_distributions().items()
        if not {name.lower().replace("_", "-") for name in distributions} & shipped
    }


def pinned(folder: str) -> set[str]:
    """The packages of a layer; none for the one that holds our own code."""
    path = ROOT / folder / "requirements.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line.partition("==")[0].lower().replace("_", "-") for line in lines if "==" in line}


def started(function: str) -> Started:
    """Start one function in a process of its own. The interpreter's own files are all that it inherits."""
    known = {name: value for name, value in os.environ.items() if name in template.variables(function)}
    given = {name: known.get(name, "0") for name in template.variables(function)}
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            PROBE,
            template.functions()[function]["Handler"],
            json.dumps(sorted(absent(function))),
            str(ROOT),
        ],
        env={**given, "PYTHONPATH": f"{FUNCTIONS}:{ROOT / 'layers' / 'domain'}", "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Started([], [], 0, error=ended.stderr) if ended.returncode else Started(**json.loads(ended.stdout))


def gateways_to_come(loaded: set[Path]) -> set[Path]:
    """The gateways that these files import inside a function, and what of ours those import in turn."""
    waiting = [
        path
        for file in loaded
        for path in imported_files(file)
        if path.stem.endswith("_gateway") and path not in loaded
    ]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found | loaded:
            found.add(path)
            waiting += imported_files(path)
    return found


def imported_files(path: Path) -> list[Path]:
    """The core's own files that a file imports anywhere."""
    named = [DOMAIN.parent / (name.replace(".", "/") + ".py") for name in imports(path) if name.startswith("commerce.")]
    return [file for file in named if file.exists()]


@pytest.fixture(scope="module")
def all_started() -> dict[str, Started]:
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(template.functions(), pool.map(started, template.functions()), strict=True))


def test_every_function_has_a_budget() -> None:
    assert set(budget()) == set(template.functions())


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_a_function_loads_what_its_budget_says(function: str, all_started: dict[str, Started]) -> None:
    loaded, allowed = all_started[function], budget()[function]
    assert not loaded.error
    assert (loaded.packages, loaded.nouns) == (allowed.packages, allowed.nouns)
    assert loaded.modules <= allowed.modules


def read_by(function: str, all_started: dict[str, Started]) -> set[str]:
    """Every text in what a function loads, and in the gateways that it imports with its first call."""
    loaded = {Path(file) for file in all_started[function].files}
    return {
        node.value
        for file in loaded | gateways_to_come(loaded)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_a_function_is_given_no_variable_of_its_own_that_it_does_not_read(
    function: str, all_started: dict[str, Started]
) -> None:
    assert set(template.own_variables(function)) <= read_by(function, all_started)


def test_every_variable_of_all_functions_is_read_by_one(all_started: dict[str, Started]) -> None:
    """But for what the logger reads."""
    read = {name for function in template.functions() for name in read_by(function, all_started)}
    assert set(template.shared_variables()) - read <= {"POWERTOOLS_SERVICE_NAME"}


def test_heavy_packages_are_loaded_by_the_first_call_that_needs_them(all_started: dict[str, Started]) -> None:
    heavy = {"PIL", "boto3", "argon2", "zxcvbn", "tantivy", "httpx", "stripe"}
    assert not {function: loaded.packages for function, loaded in all_started.items() if heavy & set(loaded.packages)}


def test_who_takes_no_body_loads_no_pydantic(all_started: dict[str, Started]) -> None:
    for function in (
        "StorefrontProducts",
        "PartsCatalogue",
        "StorefrontFallback",
        "Sockets",
        "Outbox",
        "Notifications",
    ):
        assert "pydantic" not in all_started[function].packages, function
