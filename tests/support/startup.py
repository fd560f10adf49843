"""Starting functions as AWS does: each in a process of its own, with exactly the variables and layers of the template.

`budget` is what `tests/architecture/imports.tsv` allows, which `python -m benchmarks.startup` writes."""

import csv
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata

from support import template
from support.sources import FUNCTIONS, ROOT

BUDGET = ROOT / "tests" / "architecture" / "imports.tsv"
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
    with BUDGET.open(newline="", encoding="utf-8") as file:
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


def all_functions() -> dict[str, Started]:
    """{function: what it loaded}, of all functions of the template."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(template.functions(), pool.map(started, template.functions()), strict=True))
