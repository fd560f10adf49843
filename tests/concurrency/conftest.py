"""The template's tables in DynamoDB Local, one server for the session and fresh tables for each test."""

import json
import os
import time
from collections.abc import Iterator

import pytest

from support import dynamodb_local
from support.template import create_tables


def _server_scope(fixture_name: str, config: pytest.Config) -> str:
    """Full races get a server each: DynamoDB Local slows down with all that it has ever held."""
    return "function" if os.environ.get("FULL") == "1" else "session"


@pytest.fixture(scope=_server_scope)
def dynamodb_url() -> Iterator[str]:
    if reason := dynamodb_local.missing():
        pytest.skip(f"races were not run: {reason}")
    with dynamodb_local.running() as url:
        yield url


@pytest.fixture
def dynamodb(dynamodb_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Fresh tables, and every client of this test and its processes pointed at them."""
    import boto3

    from commerce.kit import aws, secrets
    from support.account import JWT_RING

    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url)
    aws.forget_clients()
    monkeypatch.setitem(secrets._kept, "bazaar/jwt", (time.monotonic() + 86_400, json.loads(JWT_RING)))
    client = boto3.client("dynamodb")
    for table in client.list_tables()["TableNames"]:
        client.delete_table(TableName=table)
    create_tables(client)
    yield dynamodb_url
    aws.forget_clients()
