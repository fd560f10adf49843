"""The access matrix: every operation of every contract, tried as everybody.

`matrix.tsv` is the whole of it: a row per operation (more where its objects differ in who may see them), a column per
principal, a status in each cell. `$words` stand for things of scenario.py. Each answer is also compared with the
contract's OpenAPI document: the status has to be declared and the body to have the declared keys, and no others.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from support.account import empty_account
from support.client import Answer, Client
from support.fake_provider import FakeProvider
from support.operations import FUNCTIONS, all_operations

from .scenario import PRINCIPALS, People, Things

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """An operation with the values that it is called with, and the status that each principal gets."""

    contract: str
    operation: str
    given: str
    values: str
    query: str
    body: str
    statuses: tuple[int, ...]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.contract, self.operation, self.given, self.values)))

    def send(self, people: People, things: Things, principal: str) -> Answer:
        method, path = self.operation.split(" ")
        for pair in filter(None, self.values.split("&")):
            name, _, value = pair.partition("=")
            path = path.replace(f"{{{name}}}", Template(value).substitute(things))
        options: dict[str, Any] = {"query": Template(self.query).substitute(things)}
        if self.body:
            options["json"] = json.loads(Template(self.body).substitute(things))
        return Client(self.contract).send(method, path, token=people.token(principal), **options)


def rows() -> list[Row]:
    with (HERE / "matrix.tsv").open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert reader.fieldnames is not None
        assert tuple(reader.fieldnames[6:]) == PRINCIPALS
        return [
            Row(*(line[name] for name in reader.fieldnames[:6]), tuple(int(line[who]) for who in PRINCIPALS))
            for line in reader
        ]


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with empty_account():
        FakeProvider().install()
        yield People()


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    assert {(row.contract, row.operation) for row in rows()} == {
        (entry.contract, entry.name) for entry in all_operations()
    }


@pytest.mark.parametrize("row", rows(), ids=str)
def test_everybody_gets_what_the_matrix_says(row: Row, people: People) -> None:
    things = Things(people)
    for name in filter(None, row.given.split(",")):
        _ = things[name]
    answers = {principal: row.send(people, things, principal) for principal in PRINCIPALS}
    assert {who: answer.status for who, answer in answers.items()} == dict(zip(PRINCIPALS, row.statuses, strict=True))
    for answer in answers.values():
        check(row, answer)


def check(row: Row, answer: Answer) -> None:
    """The answer is one that the OpenAPI document declares, key by key."""
    method, path = row.operation.split(" ")
    document = described(row.contract)
    if path not in document["paths"]:
        return
    responses = document["paths"][path][method.lower()]["responses"]
    assert str(answer.status) in responses
    response = responses[str(answer.status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        assert not answer.body
    else:
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.body)


@cache
def described(contract: str) -> dict[str, Any]:
    """The contract's document, with every object closed: what it does not name may not be answered."""
    document: dict[str, Any] = json.loads((FUNCTIONS / contract / "openapi.json").read_text(encoding="utf-8"))
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return document
