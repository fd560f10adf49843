"""A batch of queue messages, one after the other, for workers whose messages take long."""

import json
from collections.abc import Callable
from typing import Any

from commerce.kit import logs
from commerce.kit.errors import NotFound
from commerce.kit.remaining import seconds_left


def handle_each(
    event: dict[str, Any],
    context: object,
    action: Callable[[dict[str, Any]], object],
    *,
    seconds: float,
    unknown: str,
    failed: str,
) -> dict[str, list[dict[str, str]]]:
    """`action` of the body of each of an event's messages; answers those that have to come again: they failed, or were
    not begun, since less than `seconds` were left of the function's time. The first one is always begun.

    A message about something that does not exist never succeeds: it is logged as `unknown` and done with. Failures are
    logged as `failed`.
    """
    again = []
    for position, record in enumerate(event["Records"]):
        message_id = record["messageId"]
        if position and seconds_left(context) < seconds:
            again.append(message_id)
            continue
        try:
            action(json.loads(record["body"]))
        except NotFound:
            logs.warning(unknown, message_id=message_id)
        except Exception as error:
            logs.failure(failed, error, message_id=message_id)
            again.append(message_id)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
