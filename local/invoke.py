"""`make invoke FUNCTION=Notifications EVENT=sqs-order-placed`: invokes a function of the running local stack.

FUNCTION is its name in the template, EVENT a file of events/ (events/README.md lists them). Prints what it returns.
"""

import json
import os
import sys

import boto3

from local import paths
from local.stack_resources import physical_ids

EVENTS = paths.ROOT / "events"


def main(function: str, event: str) -> int:
    """0 when the function returned, 1 when it failed or does not exist."""
    os.environ.update(paths.ROOT_CREDENTIALS)
    functions = physical_ids(paths.STACK_NAME, "AWS::Lambda::Function")
    events = [path.stem for path in sorted(EVENTS.glob("*.json"))]
    for kind, name, known in (("FUNCTION", function, sorted(functions)), ("EVENT", event, events)):
        if name not in known:
            print(f"{kind} is one of {', '.join(known)}.")
            return 1
    answer = boto3.client("lambda").invoke(
        FunctionName=functions[function], Payload=(EVENTS / f"{event}.json").read_bytes()
    )
    print(json.dumps(json.loads(answer["Payload"].read() or b"null"), indent=2))
    return 1 if answer.get("FunctionError") else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
