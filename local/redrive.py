"""`make redrive QUEUE=Settlement`: what lies in a dead-letter queue goes back to its queue, after its cause was mended.

QUEUE is the queue's name in the template without "Queue": Settlement or Notifications. Each message is put back before
it is taken out, so a run that is broken off loses none; consumers are idempotent, so one that comes twice does no harm.
On AWS: AWS_ENDPOINT_URL= STACK=<stack name> and the operator's own credentials.
"""

import os
import sys
from typing import Any

import boto3

from local import places

_AT_ONCE = 10


def main(name: str) -> int:
    """0 when the dead-letter queue is empty afterwards."""
    if "STACK" not in os.environ:
        os.environ.update(places.ROOT_CREDENTIALS)
    urls = _urls(os.environ.get("STACK", places.STACK_NAME))
    try:
        source, target = urls[f"{name}DeadLetters"], urls[f"{name}Queue"]
    except KeyError:
        known = sorted(queue.removesuffix("Queue") for queue in urls if queue.endswith("Queue"))
        print(f"There is no queue {name!r}. Choose one of {', '.join(known)}: make redrive QUEUE={known[0]}")
        return 1
    print(f"{_move(boto3.client('sqs'), source, target)} messages went back to {name}Queue.")
    return 0


def _urls(stack: str) -> dict[str, str]:
    """The stack's queues by their names in the template."""
    found = boto3.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in found
        if resource["ResourceType"] == "AWS::SQS::Queue"
    }


def _move(sqs: Any, source: str, target: str) -> int:
    moved = 0
    while True:
        answer = sqs.receive_message(
            QueueUrl=source, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=1, VisibilityTimeout=60
        )
        messages = answer.get("Messages", [])
        if not messages:
            return moved
        for message in messages:
            sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            moved += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
