"""`make rebuild-index`: the catalogue index is built anew from the table, while lists go on with the one they have.

On the running local stack; on AWS: AWS_ENDPOINT_URL= STACK=<stack name> and the operator's own credentials, as
AWS_PROFILE has them. The indexer itself does it, so nothing is published twice, and readers notice within a second.
"""

import json
import os
import sys
from time import sleep
from typing import Any

import boto3
from botocore.config import Config

from local import paths
from local.stack_resources import physical_ids

_INDEXER = "Indexer"
# Longer than any function may run.
_READ_TIMEOUT_SECONDS = 910
_ATTEMPTS = 5
_PAUSE_SECONDS = 3


def main() -> int:
    """0 when the index was built and published; 1 and the reason when not.

    A change that is published meanwhile wins, and the rebuild is begun again.
    """
    if "STACK" not in os.environ:
        os.environ.update(paths.ROOT_CREDENTIALS)
    stack = os.environ.get("STACK", paths.STACK_NAME)
    indexer = physical_ids(stack, "AWS::Lambda::Function")[_INDEXER]
    client = _lambda()
    result: Any = None
    for _ in range(_ATTEMPTS):
        try:
            answer = client.invoke(FunctionName=indexer, Payload=b'{"rebuild": true}')
        except client.exceptions.TooManyRequestsException as refusal:
            # There is one indexer at a time, and it is at work.
            result = refusal
            sleep(_PAUSE_SECONDS)
            continue
        result = json.loads(answer["Payload"].read() or b"null")
        if not answer.get("FunctionError"):
            print(f"{result['products']} products are listed now.")
            return 0
        if result.get("errorType") != "PublishConflict":
            break
    print(f"The index stays as it was: {result}")
    return 1


def _lambda() -> Any:
    # One attempt: a second one would start a second rebuild beside the first.
    config = Config(read_timeout=_READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=config)


if __name__ == "__main__":
    sys.exit(main())
