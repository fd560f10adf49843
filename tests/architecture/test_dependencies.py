"""Third-party packages: pinned exactly, in layers whole, and never below the releases that fixed a known hole.

An audit by name asks a database that a closed machine cannot reach, and then finds nothing; floors hold everywhere.
"""

import re
from importlib import metadata
from pathlib import Path

import pytest

from support.sources import ROOT, name_of

FILES = sorted([ROOT / "requirements-dev.txt", *ROOT.glob("layers/*/requirements.txt"), *ROOT.glob("local/*.txt")])
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z0-9,]+\])?==(?P<version>[0-9][0-9a-z.]*)")
# What an attacker could reach in an older release.
FLOORS = {
    "pyjwt": (2, 13),  # CVE-2026-32597, CVE-2026-48523
    "urllib3": (2, 6, 3),  # CVE-2025-66418, CVE-2025-66471, CVE-2026-21441: decompression without a limit
    "h11": (0, 16),  # CVE-2025-43859: request smuggling
    "idna": (3, 7),  # CVE-2024-3651: quadratic time
    "certifi": (2024, 7, 4),  # CVE-2024-39689: a root that was withdrawn
    "pydantic": (2, 4),  # CVE-2024-3772: regular expression for addresses
    "pillow": (12, 1, 1),  # CVE-2026-25990: writing out of bounds
    "pyyaml": (5, 4),  # CVE-2020-14343
}
# Never in a layer: 120 ms of every cold start, or only of use to code that we do not run.
UNWANTED = {"awscrt", "cryptography", "requests", "pycparser", "pip", "setuptools"} | {
    "huggingface-hub",  # with which tokenizers would download
    "safetensors",  # of wordllama, whose code we do not run
    "toml",
}


def pins(path: Path) -> dict[str, tuple[int, ...]]:
    """{package: version} of a requirements file."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-r ")):
            match = PIN.fullmatch(line.partition(" #")[0].strip())
            assert match, f"{name_of(path)}: {line} is not pinned"
            found[match["name"].lower().replace("_", "-")] = tuple(map(int, re.findall(r"[0-9]+", match["version"])))
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_everything_is_pinned_at_or_above_its_floor(path: Path) -> None:
    assert not {name: version for name, version in pins(path).items() if version < FLOORS.get(name, ())}


def test_files_agree() -> None:
    versions: dict[str, set[tuple[int, ...]]] = {}
    for path in FILES:
        # The emulator and the SAM CLI live in environments of their own, and pin what they need.
        for name, version in ({} if path.parent.name == "local" else pins(path)).items():
            versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


@pytest.mark.parametrize("name", ["hypercorn", "starlette"])
def test_tests_run_the_sandbox_on_what_the_local_stack_does(name: str) -> None:
    files = (ROOT / "requirements-dev.txt", ROOT / "local" / "requirements-stack.txt")
    assert len({pins(path)[name] for path in files}) == 1


def test_tests_run_on_what_is_shipped() -> None:
    shipped = {name: version for path in ROOT.glob("layers/*/requirements.txt") for name, version in pins(path).items()}
    installed = {name: tuple(map(int, re.findall(r"[0-9]+", metadata.version(name)))) for name in shipped}
    assert installed == shipped


@pytest.mark.parametrize("path", sorted(ROOT.glob("layers/*/requirements.txt")), ids=name_of)
def test_layers_are_whole_and_small(path: Path) -> None:
    """Every package that a layer's packages need is in it or in the layer that all functions have; none is unwanted."""
    held = set(pins(path)) | set(pins(ROOT / "layers" / "runtime" / "requirements.txt"))
    needed = set()
    for name in pins(path):
        for requirement in metadata.requires(name) or []:
            wanted, _, condition = requirement.partition(";")
            if "extra" not in condition and "python_version" not in condition and "sys_platform" not in condition:
                needed.add(re.match(r"[A-Za-z0-9._-]+", wanted)[0].lower().replace("_", "-"))  # type: ignore[index]
    assert needed - held <= UNWANTED
    assert not set(pins(path)) & UNWANTED


def test_the_layer_carries_the_services_that_are_called() -> None:
    """The rest of botocore's service models are left out, and a client of one of those cannot be made."""
    makefile = (ROOT / "layers" / "runtime" / "Makefile").read_text()
    carried = set(re.findall(r"^SERVICES = (.*)$", makefile, re.MULTILINE)[0].split())
    core = "".join(path.read_text() for path in (ROOT / "layers" / "domain").rglob("*.py"))
    assert carried == set(re.findall(r"\bclient\(\s*\"([a-z0-9]+)\"", core)) | {"sts"}
