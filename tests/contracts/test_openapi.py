"""The committed OpenAPI documents: valid, what the code says now, and served."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from local.openapi.contracts import described, text_of
from support.client import APIS, Client
from support.operations import contracts, registered

FUNCTIONS = Path(__file__).parents[2] / "functions"

each = pytest.mark.parametrize("contract", described())


def committed(contract: str) -> str:
    return (FUNCTIONS / contract / "openapi.json").read_text(encoding="utf-8")


def document(contract: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(committed(contract))
    return found


def test_every_contract_is_described() -> None:
    assert described() == contracts()


@each
def test_the_committed_document_is_what_the_code_says(contract: str) -> None:
    assert committed(contract) == text_of(contract), "run `make openapi`"


@each
def test_the_document_is_valid(contract: str) -> None:
    OpenAPIV31SpecValidator(document(contract)).validate()


@each
def test_the_document_names_every_operation(contract: str) -> None:
    operations = {
        (entry.operation.method.lower(), entry.operation.path)
        for entry in registered(contract)
        if entry.group != "fallback"
    }
    paths = document(contract)["paths"]
    assert {(method, path) for path, methods in paths.items() for method in methods} == operations


@each
def test_every_answer_that_can_be_described_is(contract: str) -> None:
    bare = [
        entry.name
        for entry in registered(contract)
        if entry.group != "fallback" and entry.operation.returns is None and entry.operation.status != 204
    ]
    assert not bare


@pytest.mark.parametrize("contract", [contract for contract in described() if contract in APIS])
def test_the_document_and_its_page_are_served(contract: str) -> None:
    client = Client(contract)
    [path, page] = [entry.operation.path for entry in registered(contract) if entry.group == "fallback"]
    answer = client.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.body == document(contract)
    shown = client.get(page)
    assert (shown.status, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "/openapi.json" in shown.body
