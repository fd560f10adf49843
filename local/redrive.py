"""`make redrive QUEUE=Settlement`: the messages of a dead-letter queue are tried again, after the cause was fixed.

QUEUE is the dead-letter queue's name in the template without "DeadLetters". Messages of a queue (Settlement,
Notifications, Mail, Images) go back to it. Those of a stream's reader (Outbox, Indexer) name a batch in a bucket, and
the function is called with it again here. A message is taken out only after that, so a run that is broken off loses
none; consumers are idempotent, so one that comes twice does no harm.
On AWS: AWS_ENDPOINT_URL= STACK=<stack name> and the operator's own credentials.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.config import Config

from local import paths
from local.stack_resources import physical_ids

_BATCH_SIZE = 10
# Longer than any function may run.
_READ_TIMEOUT_SECONDS = 910
_VISIBILITY_TIMEOUT_SECONDS = 1000
_SUFFIX = "DeadLetters"

Message = dict[str, Any]


class RedriveFailed(Exception):
    """A message could not be handled; the text says why."""


def main(name: str) -> int:
    """0 when the dead-letter queue is empty afterwards."""
    if "STACK" not in os.environ:
        os.environ.update(paths.ROOT_CREDENTIALS)
    stack = os.environ.get("STACK", paths.STACK_NAME)
    resources = physical_ids(stack, "AWS::SQS::Queue", "AWS::Lambda::Function")
    source = resources.get(f"{name}{_SUFFIX}")
    if source is None:
        known = sorted(key.removesuffix(_SUFFIX) for key in resources if key.endswith(_SUFFIX))
        print(f"There is no queue {name!r}. Choose one of {', '.join(known)}: make redrive QUEUE={known[0]}")
        return 1
    sqs = boto3.client("sqs")
    if target := resources.get(f"{name}Queue"):
        moved, failed = _drain(sqs, source, lambda message: _send_back(sqs, target, message))
        print(f"{moved} messages went back to {name}Queue.")
    else:
        function = resources[name]
        moved, failed = _drain(sqs, source, lambda message: _invoke(function, message))
        print(f"{moved} batches were given to {name} again and succeeded.")
    return 1 if failed else 0


def _drain(sqs: Any, source: str, handle: Callable[[Message], None]) -> tuple[int, int]:
    """(handled and deleted, failed): how many of the queue's messages."""
    moved, failed = 0, []
    for message in _messages(sqs, source):
        try:
            handle(message)
        except RedriveFailed as reason:
            print(f"Message {message['MessageId']} stays: {reason}")
            failed.append(message["ReceiptHandle"])
        else:
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    for handle in failed:
        sqs.change_message_visibility(QueueUrl=source, ReceiptHandle=handle, VisibilityTimeout=0)
    return moved, len(failed)


def _messages(sqs: Any, source: str) -> Iterator[Message]:
    while found := sqs.receive_message(
        QueueUrl=source,
        MaxNumberOfMessages=_BATCH_SIZE,
        WaitTimeSeconds=1,
        VisibilityTimeout=_VISIBILITY_TIMEOUT_SECONDS,
    ).get("Messages"):
        yield from found


def _send_back(sqs: Any, target: str, message: Message) -> None:
    sqs.send_message(QueueUrl=target, MessageBody=message["Body"])


def _invoke(function: str, message: Message) -> None:
    """Invokes the function with a batch that its stream gave up. Raises RedriveFailed."""
    answer = _lambda().invoke(FunctionName=function, Payload=_batch(message["Body"]).encode())
    result = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        raise RedriveFailed(f"{function} failed: {result}")
    if failures := (result or {}).get("batchItemFailures"):
        raise RedriveFailed(f"{function} could not deal with {len(failures)} of its records.")


def _batch(body: str) -> str:
    """The event that the function failed on, read from the object that the message names."""
    try:
        detail = json.loads(body)["detail"]
        bucket, key = detail["bucket"]["name"], detail["object"]["key"]
    except (ValueError, KeyError, TypeError):
        raise RedriveFailed(f"it names no batch: {body[:200]}") from None
    s3 = boto3.client("s3")
    try:
        record = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        raise RedriveFailed(f"{key} is not in {bucket} any more.") from None
    payload = record["payload"]
    return payload if isinstance(payload, str) else json.dumps(payload)


def _lambda() -> Any:
    config = Config(read_timeout=_READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=config)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
