"""What each function is granted is what it uses, both ways: no right lies idle, and no call is refused in AWS.

One test runs all cases and compares the committed table with the calls that it saw; the others read the table, which
that makes as good as a run. What Lambda itself does for a function's event source is no call of ours.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from benchmarks.rights import TABLE, committed, measured, text
from support import rights, template
from support.rights import Right, granted, of_event_sources
from support.seam import Call

# Granted though no call takes it, each with its reason.
IDLE = {
    ("Reconciler", Right("sqs:SendMessageBatch", "VisitQueue")): (
        "AWS authorises a batch by sqs:SendMessage and knows no such action; the local stack asks for it by name"
    ),
    ("AdminPayouts", Right("sqs:SendMessageBatch", "PayoutsQueue")): (
        "AWS authorises a batch by sqs:SendMessage and knows no such action; the local stack asks for it by name"
    ),
    ("PayoutClock", Right("sqs:SendMessageBatch", "PayoutsQueue")): (
        "AWS authorises a batch by sqs:SendMessage and knows no such action; the local stack asks for it by name"
    ),
    ("PayoutWorker", Right("sqs:SendMessageBatch", "PayoutsQueue")): (
        "AWS authorises a batch by sqs:SendMessage and knows no such action; the local stack asks for it by name"
    ),
    ("Settlement", Right("sqs:SendMessageBatch", "PayoutsQueue")): (
        "AWS authorises a batch by sqs:SendMessage and knows no such action; the local stack asks for it by name"
    ),
    (
        "MarketplaceImages",
        Right("s3:GetObject", "MediaBucket/products/*"),
    ): "whoever holds its presigned address uses it",
    ("MarketplaceProfiles", Right("s3:GetObject", "MediaBucket/profiles/*")): "likewise",
    ("Images", Right("s3:DeleteObject", "MediaBucket/products/*")): (
        "takes back what it made of a picture that was removed while it was checked (tests/workers/test_images.py)"
    ),
}


def used(function: str) -> set[Right]:
    return {Right(action, resource) for name, action, resource in committed() if name == function}


def test_the_committed_table_is_true() -> None:
    assert TABLE.read_text(encoding="utf-8").splitlines() == text(measured()).splitlines(), "run `make bench-calls`"


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_a_function_is_granted_what_it_uses(function: str) -> None:
    assert (used(function) | of_event_sources(function)) - granted(function) == set()


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_a_function_uses_what_it_is_granted(function: str) -> None:
    idle = {right for name, right in IDLE if name == function}
    assert granted(function) - used(function) - of_event_sources(function) == idle


@pytest.mark.parametrize("function", sorted(template.functions()))
def test_no_permission_of_a_function_lies_in_another(function: str) -> None:
    """A policy all of whose rights another one grants as well is attached for nothing."""
    documents = {
        name: {
            (action, str(resource))
            for statement in template.resources("AWS::IAM::ManagedPolicy")[name]["PolicyDocument"]["Statement"]
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }
        for name in template.managed_policies(function)
    }
    assert not [
        (name, other)
        for name, rights in documents.items()
        for other, more in documents.items()
        if name != other and rights <= more
    ]


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def call_of(service: str, operation: str, **arguments: Any) -> Call:
    return Call(service, operation, arguments, 3, None, lambda: None)


def test_a_transaction_takes_the_rights_of_its_items() -> None:
    writes = [
        {"Put": {"TableName": "Orders"}},
        {"Update": {"TableName": "Catalog"}},
        {"Delete": {"TableName": "Carts"}},
        {"ConditionCheck": {"TableName": "Accounts"}},
    ]
    assert rights.used(call_of("dynamodb", "TransactWriteItems", TransactItems=writes), {}) == {
        Right("dynamodb:PutItem", "Orders"),
        Right("dynamodb:UpdateItem", "Catalog"),
        Right("dynamodb:DeleteItem", "Carts"),
        Right("dynamodb:ConditionCheckItem", "Accounts"),
    }
    reads = [{"Get": {"TableName": "Carts"}}]
    found = rights.used(call_of("dynamodb", "TransactGetItems", TransactItems=reads), {})
    assert found == {Right("dynamodb:GetItem", "Carts")}


def test_a_query_of_an_index_takes_no_right_on_its_table() -> None:
    query = call_of("dynamodb", "Query", TableName="Orders", IndexName="by_day")
    assert rights.used(query, {}) == {Right("dynamodb:Query", "Orders/index/by_day")}


def test_who_hears_that_an_object_is_not_there_may_list_its_bucket() -> None:
    call = call_of("s3", "GetObject", Bucket="bazaar-index", Key="none")
    absent = ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
    assert rights.used(call, {}) == {Right("s3:GetObject", "IndexBucket/*")}
    assert rights.used(call, absent) == {Right("s3:GetObject", "IndexBucket/*"), Right("s3:ListBucket", "IndexBucket")}
