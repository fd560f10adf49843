"""What a stream's reader gave up: kept whole in a bucket, told to a queue, and given to it again by the operator."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from e2e.conftest import ROOT
from support.samples import sample
from support.stack import Stack

# The local stack gives a batch up when its records are a minute old.
TIMEOUT_SECONDS = 180


@pytest.fixture
def resources(stack: Stack) -> dict[str, str]:
    """{name in the template: id} of everything that is deployed."""
    pages = stack.aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName="bazaar")
    found = [row for page in pages for row in page["StackResourceSummaries"]]
    return {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in found}


def redrive(stack: Stack, queue: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "local.redrive", queue],
        cwd=ROOT,
        env={**os.environ, "PORT": stack.url.rpartition(":")[2]},
        capture_output=True,
        text=True,
        check=False,
    )


def awaited(question: Callable[[], Any]) -> Any:
    """The first answer that says something."""
    for _ in range(TIMEOUT_SECONDS * 2):
        if found := question():
            return found
        time.sleep(0.5)
    raise AssertionError("nothing came")


def waiting(stack: Stack, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = stack.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_a_batch_that_was_given_up_is_published_after_its_cause_is_gone(
    stack: Stack, resources: dict[str, str]
) -> None:
    """An object as Lambda writes it: its key, and the function's whole event as a text."""
    [placed, *_] = sample("dynamodb-orders-stream")["Records"]
    order_id = str(uuid4().int % 10**12)
    placed["dynamodb"]["NewImage"]["id"] = {"N": order_id}
    given_up = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "payload": json.dumps({"Records": [placed]})}
    stack.aws("s3").put_object(
        Bucket=resources["OutboxFailures"], Key=f"aws/lambda/{uuid4()}/shard/{uuid4()}", Body=json.dumps(given_up)
    )
    awaited(lambda: waiting(stack, resources["OutboxDeadLetters"]))

    ended = redrive(stack, "Outbox")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout == "1 batches were given to Outbox again and succeeded.\n"
    assert waiting(stack, resources["OutboxDeadLetters"]) == 0
    key = {"pk": {"S": "USER#7"}, "sk": {"S": f"EVENT#OrderPlaced:{order_id}"}}
    awaited(lambda: stack.aws("dynamodb").get_item(TableName=resources["Realtime"], Key=key).get("Item"))


def test_a_record_that_can_never_become_an_event_is_kept_whole(stack: Stack, resources: dict[str, str]) -> None:
    """A row that looks like an order, and has nothing that orders have; in either place where orders may stand."""
    name = str(uuid4().int % 10**12)
    for pk, sk in ((f"ORDER#{name}", "ORDER"), (f"BUYER#{name}", f"ORDER#{name}")):
        item = {"pk": {"S": pk}, "sk": {"S": sk}}
        stack.aws("dynamodb").put_item(TableName=resources["Orders"], Item=item)
    awaited(lambda: waiting(stack, resources["OutboxDeadLetters"]))

    listed = stack.aws("s3").list_objects_v2(Bucket=resources["OutboxFailures"])["Contents"]
    newest = max(listed, key=lambda entry: entry["LastModified"])["Key"]
    kept = json.loads(stack.aws("s3").get_object(Bucket=resources["OutboxFailures"], Key=newest)["Body"].read())
    assert name in kept["payload"]
    ended = redrive(stack, "Outbox")
    assert ended.returncode == 1
    assert "stays: " in ended.stdout
    assert waiting(stack, resources["OutboxDeadLetters"]) > 0
    stack.aws("sqs").purge_queue(QueueUrl=resources["OutboxDeadLetters"])


def test_who_names_no_queue_is_told_the_queues(stack: Stack) -> None:
    ended = redrive(stack, "Nothing")
    assert ended.returncode == 1
    assert "ChatOutbox, Counting, Images, Indexer, Mail, Notifications, Outbox, Payouts, Settlement" in ended.stdout
