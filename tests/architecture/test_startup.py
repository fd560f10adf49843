"""What each function loads when it starts, with exactly the variables and the layers that the template gives it.

Packages of other layers, and those that only tests need, cannot be imported there: that a function starts proves that
variables and layers are complete for all that is built at import. `imports.tsv` is the budget: the third-party packages
and the nouns of the core that a function may load, and how many modules in all.
"""

import ast
from pathlib import Path

import pytest

from support import template
from support.sources import DOMAIN, imports, tree
from support.startup import Started, all_functions, budget


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
    return all_functions()


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
    heavy = {"PIL", "boto3", "argon2", "zxcvbn", "tantivy", "numpy", "tokenizers", "httpx", "stripe", "pyotp", "segno"}
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
