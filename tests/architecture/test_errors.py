"""Every fact that the domain can state has a status and a body in every contract."""

import importlib

import pytest

from commerce.kit import errors
from commerce.kit.errors import CommerceError
from rest import errors as rest_errors
from rest.api import Contract
from support.operations import apis, contracts
from support.sources import DOMAIN, FUNCTIONS, files


def facts() -> list[type[CommerceError]]:
    """All error classes of the core and of the edge, those included that only one noun knows."""
    for path in files(DOMAIN):
        if path.stem != "__init__" and not path.stem.startswith(("tantivy_", "wordllama_")):
            importlib.import_module(".".join(path.relative_to(DOMAIN.parent).with_suffix("").parts))
    for path in files(FUNCTIONS):
        if path.name in ("session.py", "contract.py"):
            importlib.import_module(".".join(path.relative_to(FUNCTIONS).with_suffix("").parts))

    def below(kind: type[CommerceError]) -> list[type[CommerceError]]:
        return [inner for child in kind.__subclasses__() for inner in (child, *below(child))]

    # What HTTP itself refuses brings its status along.
    return sorted(
        set(below(CommerceError)) - {rest_errors.Problem}, key=lambda kind: f"{kind.__module__}.{kind.__name__}"
    )


def contract_of(name: str) -> Contract:
    return next(iter(apis(name).values())).contract


@pytest.mark.parametrize("contract", contracts())
@pytest.mark.parametrize("kind", facts(), ids=lambda kind: kind.__name__)
def test_every_fact_has_a_status_in_every_contract(kind: type[CommerceError], contract: str) -> None:
    table = contract_of(contract).errors
    status = rest_errors.status_of(kind.__new__(kind), table)
    assert 400 <= status < 600
    # Only what a contract's own table says may look like a mistake of ours.
    assert status != 500 or any(kind in table for kind in kind.__mro__)


@pytest.mark.parametrize("kind", facts(), ids=lambda kind: kind.__name__)
def test_codes_are_stable_words(kind: type[CommerceError]) -> None:
    assert kind.code
    assert kind.code == kind.code.casefold()
    assert kind.code.replace("_", "").isalnum()
    assert kind.code != CommerceError.code


def test_one_code_is_one_fact() -> None:
    """Two classes share a code only when one is the other's special case."""
    named: dict[str, type[CommerceError]] = {}
    for kind in facts():
        if "code" in vars(kind):
            assert kind.code not in named, f"{kind.__name__} and {named[kind.code].__name__} share {kind.code}"
            named[kind.code] = kind


def test_the_drawn_tree_is_true() -> None:
    """The module's docstring opens with all classes that it defines."""
    defined = {
        name for name, value in vars(errors).items() if isinstance(value, type) and value.__module__ == errors.__name__
    }
    assert defined == {name for name in defined if name in (errors.__doc__ or "")}
