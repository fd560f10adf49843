"""Notifications: events of the bus become entries of users' logs and messages on their open sockets.

The notifications queue brings two kinds of message: an event in EventBridge's envelope, and a request to deliver that
a reconnecting client's handshake left. Everything here may happen twice: an event enters a log once, and a connection
is sent it once. The events of a batch are written together, each user's by as few writes as their log allows, and
connections are served side by side. A message comes again when somebody whom it concerns was not told everything, be it
for a failure or because the function's time was running out; what never succeeds ends in the dead-letter queue.
"""

import json
from collections.abc import Callable
from typing import Any

from commerce.events.model import Event, read_event
from commerce.kit import logs
from commerce.realtime.delivery import DeliveryIncomplete, delivery
from commerce.realtime.service import realtime
from commerce.realtime.sqs_gateway import DELIVER
from sockets.channels import frame

# What may still have to end when time is up: a message on its way (seven seconds at most), and its settlement.
RESERVE_MS = 10_000

_realtime = realtime()
_delivery = delivery(frame)


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Work through a batch of queue messages; answers those that have to come again."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > RESERVE_MS)

    failures: list[str] = []
    read: dict[str, Event | int] = {}
    for record in event["Records"]:
        try:
            read[record["messageId"]] = _read(json.loads(record["body"]))
        except Exception as error:
            logs.failure("a message has to come again", error, message_id=record["messageId"])
            failures.append(record["messageId"])
    failures += _carry_out(read, has_time)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failures]}


def _read(message: Any) -> Event | int:
    """The event that a message brings, or the user id of a request to deliver."""
    if message.get("kind") == DELIVER:
        return int(message["user_id"])
    return read_event(message["detail-type"], message["detail"])


def _carry_out(read: dict[str, Event | int], has_time: Callable[[], bool]) -> list[str]:
    """Write and deliver; answers the ids of the messages of which somebody was not told everything."""
    published = _realtime.publish([found for found in read.values() if isinstance(found, Event)], has_time)
    concerned = {
        message_id: published.recipients[found.id] if isinstance(found, Event) else (found,)
        for message_id, found in read.items()
    }
    behind = set(published.failed)
    try:
        _delivery.deliver([user_id for users in concerned.values() for user_id in users], has_time)
    except DeliveryIncomplete as incomplete:
        behind.update(incomplete.user_ids)
    return [message_id for message_id, users in concerned.items() if behind.intersection(users)]
