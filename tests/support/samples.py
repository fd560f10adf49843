"""The sample events of events/, one for each kind of trigger."""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[2] / "events"


def sample(name: str) -> dict[str, Any]:
    """A fresh copy of events/<name>.json."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def queue_message(body: dict[str, Any], message_id: str) -> dict[str, Any]:
    """One SQS record with this body, otherwise as the sample has it."""
    [record] = sample("sqs-deliver")["Records"]
    return {**record, "messageId": message_id, "body": json.dumps(body)}
