"""Who may know what: each outside thing is known to one module, keys and expressions to stores, clients to contracts.

The direction of imports between our own modules is checked by import-linter (pyproject.toml), as part of `make lint`.
"""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from support.sources import DOMAIN, FUNCTIONS, files, imports, name_of, packages, tree

OURS = files(DOMAIN, FUNCTIONS)
EXPRESSIONS = {
    "UpdateExpression",
    "KeyConditionExpression",
    "ConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
}
# A stream's record is an item as it is stored: who reads one has to know its keys.
STREAM_READERS = {
    "functions/workers/chat/app.py",
    "functions/workers/indexer/app.py",
    "functions/workers/metrics/app.py",
    "functions/workers/outbox/app.py",
    "layers/domain/commerce/indexing/announcements.py",
    "layers/domain/commerce/chat/outbox.py",
    "layers/domain/commerce/orders/outbox.py",
    "layers/domain/commerce/two_factor/outbox.py",
}
KEY = re.compile(r"[A-Z][A-Z_]*#")
CLIENTS = re.compile(r"\b(campus|marketplace|storefront|parts|omnisell)\b", re.IGNORECASE)
# `parts` is a word of the domain as well: an order has a part for each seller.
CLIENTS_OF_TEXT = re.compile(r"\b(campus|marketplace|storefront|omnisell)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("boto3", {"kit/aws.py"}),
        ("botocore", {"kit/aws.py"}),
        ("httpx", {"kit/http.py"}),
        ("stripe", {"payments/providers/stripe_gateway.py"}),
        ("PIL", {"media/pillow_gateway.py"}),
        # One engine: its gateway, and beside it its fields, its queries, and what is made of their matches.
        (
            "tantivy",
            {
                f"search/tantivy_{part}.py"
                for part in ("documents", "explaining", "figures", "gateway", "matching", "pages", "queries")
            },
        ),
        ("numpy", {"search/wordllama_gateway.py"}),
        ("tokenizers", {"search/wordllama_gateway.py"}),
        ("argon2", {"accounts/passwords.py"}),
        ("zxcvbn", {"accounts/passwords.py"}),
        ("jwt", {"sessions/tokens.py"}),
        ("pyotp", {"two_factor/pyotp_gateway.py"}),
        ("segno", {"two_factor/segno_gateway.py"}),
        ("aws_lambda_powertools", {"rest/api.py"}),
    ],
)
def test_each_package_is_known_to_one_module(package: str, allowed: set[str]) -> None:
    users = {path for path in OURS if package in packages(path)}
    assert {path.relative_to(DOMAIN if DOMAIN in path.parents else FUNCTIONS).as_posix() for path in users} == allowed


def test_pydantic_is_for_request_bodies_only() -> None:
    users = {path for path in OURS if "pydantic" in packages(path)}
    assert not {
        name_of(path)
        for path in users
        if not (path.name == "shapes.py" or path.parent in (FUNCTIONS / "rest", FUNCTIONS / "routes"))
        or DOMAIN in path.parents
    }


def test_models_are_pure() -> None:
    """A model has rules and no input or output: it imports neither vendors nor what reaches AWS or the environment."""
    impure = re.compile(
        r"(boto3|botocore|aws_lambda_powertools|stripe|httpx|pydantic|os|time|random)(\.|$)"
        r"|commerce\.kit\.(aws|tables|lookups|settings|secrets|http|limits)(\.|$)|commerce\.\w+\.(store|service)(\.|$)"
    )
    found = {
        f"{name_of(path)}: {name}" for path in DOMAIN.glob("*/model.py") for name in imports(path) if impure.match(name)
    }
    assert not found


def test_a_noun_asks_another_s_service_and_never_its_store() -> None:
    """Nor its gateways; and an endpoint group asks services only. Workers and sockets put their own parts together."""
    found = {
        f"{name_of(path)}: {name}"
        for path in OURS
        if not {FUNCTIONS / "workers", FUNCTIONS / "sockets"} & set(path.parents)
        for name in imports(path)
        if (match := re.match(r"commerce\.(\w+)\.(store|\w+_gateway)(\.|$)", name))
        if path.parent.name != match[1]
    }
    assert not found


def test_expressions_are_written_in_stores_only() -> None:
    found = {
        f"{name_of(path)}:{node.lineno}"
        for path in OURS
        if path.name != "store.py" and path.parent != DOMAIN / "kit" and name_of(path) not in STREAM_READERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in EXPRESSIONS | {"pk", "sk"}
    }
    assert not found


def test_keys_are_written_in_stores_only() -> None:
    """Texts like `USER#`. The ledger's are no keys of a table: they name entries within an order."""
    found = {
        f"{name_of(path)}:{node.lineno}"
        for path in OURS
        if path.name != "store.py" and path.parent != DOMAIN / "kit" and path != DOMAIN / "ledger" / "model.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value)
    }
    assert not found


def test_stored_items_are_seen_by_stores_only() -> None:
    """Services are given lookups and what these found; items, and reads of several keys, are for stores and the kit."""
    raw = re.compile(r"commerce\.kit\.(attributes|tables\.(read|read_together|Rows)|lookups\.Key)\b")
    found = {
        f"{name_of(path)}: {name}"
        for path in OURS
        if path.name != "store.py" and path.parent != DOMAIN / "kit" and name_of(path) not in STREAM_READERS
        for name in imports(path)
        if raw.match(name)
    }
    assert not found


def test_no_module_imports_itself_by_a_detour() -> None:
    """Not by an import inside a function either, which would only hide the circle."""
    roots = [*(path.name for path in FUNCTIONS.iterdir() if (path / "__init__.py").exists()), DOMAIN.name]
    graph = grimp.build_graph(*roots, cache_dir=None)
    modules = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(modules) > 200
    order = list(TopologicalSorter(modules).static_order())  # Raises CycleError, which names the circle.
    assert set(order) == set(modules)


def test_nothing_scans() -> None:
    """No caller names the operation, in whatever way the SDK would let it."""
    found = {
        f"{name_of(path)}:{node.lineno}"
        for path in OURS
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr == "scan")
        or (isinstance(node, ast.Constant) and node.value in ("scan", "Scan"))
    }
    assert not found


def test_the_environment_is_read_in_one_module() -> None:
    readers = {
        path
        for path in OURS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers == {DOMAIN / "kit" / "settings.py"}


@pytest.mark.parametrize("path", files(DOMAIN), ids=name_of)
def test_the_domain_knows_no_client(path: Path) -> None:
    """No contract's name in the core: not as a text that is compared with, not as a name, not in a comment."""
    values = {
        node.value.casefold()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
    }
    assert not values & {"campus", "marketplace", "storefront", "omnisell"}
    found = CLIENTS_OF_TEXT.findall(path.read_text(encoding="utf-8"))
    assert not found
    assert not any(CLIENTS.fullmatch(name.partition(".")[0]) for name in imports(path))
