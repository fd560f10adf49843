"""Notifications: events of the bus become entries of users' logs and messages on their open sockets.

The notifications queue brings an event in EventBridge's envelope, or a request: to deliver, which a reconnecting
client's handshake left, to tell some people of an event, or to tell the next page of a crowd. Everything here may
happen twice: an event enters a log once, and a connection is sent it once. The events of a batch are written together,
each user's by as few writes as their log allows, and connections are served side by side.

A message comes again when somebody whom it concerns was not told everything, be it for a failure or because the
function's time was running out; what never succeeds ends in the dead-letter queue. A crowd goes on in spite of that:
who was not told gets a message of their own, and the following page is asked for once this one is done. So one page of
a product waits in the queue at a time, and nobody else's messages wait for a crowd.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.events.model import Event
from commerce.events.products import ProductEvent
from commerce.events.reading import read_event
from commerce.kit import logs, settings
from commerce.realtime.delivery import DeliveryIncomplete, delivery
from commerce.realtime.model import Addressed
from commerce.realtime.recipients import addressed
from commerce.realtime.service import realtime
from commerce.realtime.sqs_gateway import DELIVER, TELL, TELL_MORE, NotificationsQueue
from commerce.watching.model import Audience
from commerce.watching.service import watching
from sockets.channels import frame

# What may still have to end when time is up: a message on its way (seven seconds at most), and its settlement.
RESERVE_MS = 10_000

_realtime = realtime()
_delivery = delivery(frame)
_watching = watching()
_queue = NotificationsQueue(settings.text("NOTIFICATIONS_QUEUE_URL"))


@dataclass(frozen=True)
class Task:
    """What a message asks for: these users' connections brought up to date, once they were told of the event if there
    is one; `next` is where the rest of its crowd begins."""

    users: Sequence[int]
    told: Addressed | None = None
    next: Any = None


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Work through a batch of queue messages; answers those that have to come again."""

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > RESERVE_MS)

    failures: list[str] = []
    tasks: dict[str, Task] = {}
    for record in event["Records"]:
        try:
            message = json.loads(record["body"])
            tasks[record["messageId"]] = _TASKS[message.get("kind")](message)
        except Exception as error:
            logs.failure("a message has to come again", error, message_id=record["messageId"])
            failures.append(record["messageId"])
    behind = _carry_out(list(tasks.values()), has_time)
    failures += [message_id for message_id, task in tasks.items() if not _is_done(task, behind, message_id)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failures]}


def _carry_out(tasks: Sequence[Task], has_time: Callable[[], bool]) -> set[int]:
    """Write and deliver; answers the users who were not told everything."""
    behind = set(_realtime.publish([task.told for task in tasks if task.told], has_time))
    try:
        _delivery.deliver([user_id for task in tasks for user_id in task.users], has_time)
    except DeliveryIncomplete as incomplete:
        behind.update(incomplete.user_ids)
    return behind


def _is_done(task: Task, behind: set[int], message_id: str) -> bool:
    """Whether the message need not come again; what is left of a crowd has messages of its own then."""
    late = behind.intersection(task.users)
    if task.told is None or task.next is None:
        return not late
    try:
        if late:
            roles = task.told.recipients
            _queue.ask_to_tell(task.told.event, {user_id: roles[user_id] for user_id in late})
        _queue.ask_to_tell_more(task.told.event, task.next)
    except Exception as error:
        logs.failure("the rest of a crowd could not be asked for", error, message_id=message_id)
        return False
    return True


def _of_users(message: Mapping[str, Any]) -> Task:
    return Task([int(message["user_id"])])


def _of_recipients(message: Mapping[str, Any]) -> Task:
    recipients = {int(user_id): str(role) for user_id, role in message["recipients"]}
    return Task(list(recipients), Addressed(_event(message), recipients))


def _of_event(message: Mapping[str, Any]) -> Task:
    return _page(_event(message), None)


def _of_crowd(message: Mapping[str, Any]) -> Task:
    return _page(_event(message), message["position"])


def _page(event: Event, position: Any) -> Task:
    """The event and a page of those who hear of it."""
    kind: type = type(event)
    look_up: Callable[[Any, Any], Audience] = _AUDIENCES.get(kind, _named)
    audience = look_up(event, position)
    return Task(list(audience.recipients), Addressed(event, audience.recipients), audience.next)


def _named(event: Event, _: Any) -> Audience:
    return Audience(addressed(event).recipients)


def _event(message: Mapping[str, Any]) -> Event:
    return read_event(message["detail-type"], message["detail"])


# Kinds of events whose people have to be looked up; the others name them.
_AUDIENCES: Mapping[type, Callable[[Any, Any], Audience]] = {ProductEvent: _watching.audience}
# By the kind of a request; what the bus brings has none.
_TASKS: Mapping[str | None, Callable[[Mapping[str, Any]], Task]] = {
    None: _of_event,
    DELIVER: _of_users,
    TELL: _of_recipients,
    TELL_MORE: _of_crowd,
}
