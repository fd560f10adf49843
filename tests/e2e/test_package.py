"""`make package`: what is sent to AWS is for its interpreter and its processors, whatever this machine has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from e2e.conftest import ROOT

PACKAGED = ROOT / ".aws-sam" / "prod"
RELEASE = "3.13"
# AWS unpacks a function with its layers into 250 MB; ours stay far below, since each megabyte is read at a cold start.
MAX_MEGABYTES = 120


def search_path() -> str | None:
    """A PATH on which `python3.13` runs, or None. pyenv has a shim of that name that runs only where it is chosen."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    chosen = [str(path) for path in sorted(root.glob(f"versions/{RELEASE}.*/bin"))]
    for prefix in ([], chosen):
        path = os.pathsep.join([*prefix, os.environ["PATH"]])
        if (program := shutil.which(f"python{RELEASE}", path=path)) and _runs(program):
            return path
    return None


def _runs(program: str) -> bool:
    return subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def magic() -> bytes:
    """What byte code of AWS's interpreter begins with, once everything is packaged."""
    path = search_path()
    if path is None:
        pytest.skip(f"not run: there is no python{RELEASE} on this machine")
    environment = os.environ | {"PATH": path}
    # The interpreter of the tests, given in the way that overrules most.
    made = subprocess.run(
        ["make", "package", f"PYTHON={sys.executable}"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout[-4000:] + made.stderr[-4000:]
    program = str(shutil.which(f"python{RELEASE}", path=path))
    say = "import importlib.util, sys; sys.stdout.buffer.write(importlib.util.MAGIC_NUMBER)"
    return subprocess.run([program, "-c", say], capture_output=True, check=True).stdout


def test_all_byte_code_is_of_that_release_and_valid_whatever_the_dates_are(magic: bytes) -> None:
    """The second word says how it is proved to be that of its source: 1 is by a hash that nobody looks at."""
    heads = {path.read_bytes()[:8] for path in PACKAGED.rglob("*.pyc")}
    assert heads == {magic + (1).to_bytes(4, "little")}


def test_all_sources_are_compiled(magic: bytes) -> None:
    tag = f"cpython-{RELEASE.replace('.', '')}"
    for source in PACKAGED.rglob("*.py"):
        assert (source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc").exists(), source


def test_libraries_are_for_that_release_and_processor(magic: bytes) -> None:
    libraries = list(PACKAGED.rglob("*.so"))
    assert libraries
    aarch64 = (183).to_bytes(2, "little")
    for library in libraries:
        assert library.read_bytes()[18:20] == aarch64, library
        if library.parent.suffix == ".libs":
            continue  # What a package's own modules are linked with; it knows no Python.
        assert ".abi3." in library.name or f"cpython-{RELEASE.replace('.', '')}-" in library.name, library


def test_nothing_is_packaged_that_only_costs_time(magic: bytes) -> None:
    found = {path.name for pattern in ("*/*", "*/python/*") for path in PACKAGED.glob(pattern)}
    assert "botocore" in found
    assert not found & {"awscrt", "cryptography", "local", "tests", "pip", "setuptools", "moto"}


def test_functions_with_their_layers_are_small(magic: bytes) -> None:
    template = yaml.safe_load((PACKAGED / "template.yaml").read_text())
    shared = template["Globals"]["Function"]["Layers"]
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            layers = [layer["Ref"] for layer in (*shared, *resource["Properties"].get("Layers", []))]
            size = sum(path.stat().st_size for part in (name, *layers) for path in (PACKAGED / part).rglob("*"))
            assert size < MAX_MEGABYTES * 2**20, name
