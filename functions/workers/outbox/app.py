"""Outbox: every order that was written becomes an event on the bus, in the order of the stream, and a line in the lists
of its sellers; and so does every change of an account's second factor.

The streams of Orders and Accounts call this function with the rows that changed. A record whose event was not accepted
is reported with all that follow it, so that the stream comes back from there and nothing overtakes. When it is the very
first one, the whole call fails instead: only then does Lambda bisect the batch, until a record that can never become an
event
stands alone, is kept in the bucket of failures, and holds the others up no longer. What is kept there can be handed in
here again (`make redrive QUEUE=Outbox`). An event that comes twice has the same id, and its consumers count it once.
"""

from typing import Any

from commerce.events.eventbridge_gateway import EventBus, EventRefused
from commerce.events.model import Event
from commerce.kit import logs, settings
from commerce.kit.attributes import item_from_wire
from commerce.orders.outbox import outbox
from commerce.two_factor.outbox import account_events

_bus = EventBus(settings.text("EVENT_BUS"))
_outbox = outbox()


class NothingPublished(Exception):
    """The first record of a batch did not become an event."""


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Publish a batch of stream records; answers the sequence numbers that have to come again.

    Raises NothingPublished, and the SDK's errors.
    """
    records = event["Records"]
    done = _publish(records)
    if records and done == 0:
        raise NothingPublished(_sequence_number(records[0]))
    return {"batchItemFailures": [{"itemIdentifier": _sequence_number(late)} for late in records[done:]]}


def _publish(records: list[dict[str, Any]]) -> int:
    """How many of the first records need not come again."""
    events: list[Event] = []
    positions: list[int] = []
    done = len(records)
    for position, record in enumerate(records):
        try:
            found = _events(record)
        except Exception as error:
            logs.failure("unreadable stream record", error, sequence_number=_sequence_number(record))
            done = position
            break
        events += found
        positions += [position] * len(found)
    try:
        _bus.publish(events)
    except EventRefused as refusal:
        logs.failure("the bus refused an event", refusal, event_id=refusal.event_id, code=refusal.code)
        done = positions[refusal.accepted]
    return done


def _events(record: dict[str, Any]) -> list[Event]:
    change = record["dynamodb"]
    before, after = (item_from_wire(change[image]) if image in change else None for image in ("OldImage", "NewImage"))
    return [*_outbox.follow(before, after), *account_events(before, after)]


def _sequence_number(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
