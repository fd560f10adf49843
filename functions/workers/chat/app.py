"""Chat: messages of the Chat table's stream enter the logs of those who take part, in the conversation's order.

A record whose message could not be told to everybody is reported with all that follow it, so that the stream comes back
from there and nothing overtakes. When it is the very first one the whole call fails instead, as in workers/outbox: only
then does Lambda bisect the batch until what can never be told stands alone and is kept, to be handed in here again
(`make redrive QUEUE=ChatOutbox`).
Sending to open sockets is the notifications worker's, which is asked for it: a slow socket must not hold up the stream.
"""

from typing import Any

from commerce.chat.outbox import ChatOutbox
from commerce.kit import settings
from commerce.kit.attributes import item_from_wire
from commerce.realtime.service import realtime
from commerce.realtime.sqs_gateway import NotificationsQueue

# Two calls of AWS for each person have to end when time is up.
RESERVE_MS = 10_000

_queue = NotificationsQueue(settings.text("NOTIFICATIONS_QUEUE_URL"))
_outbox = ChatOutbox(realtime(), lambda user_id: _queue.ask_delivery(user_id, delay_seconds=0))


class NothingTold(Exception):
    """The message of the first record of a batch was not told to everybody."""


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Tell of a batch of stream records; answers the sequence numbers that have to come again.

    Raises NothingTold, so that the batch is bisected.
    """
    changes = [record["dynamodb"] for record in event["Records"]]
    done = _outbox.follow(
        [item_from_wire(change["NewImage"]) for change in changes],
        lambda: bool(context.get_remaining_time_in_millis() > RESERVE_MS),
    )
    if changes and done == 0:
        raise NothingTold(changes[0]["SequenceNumber"])
    return {"batchItemFailures": [{"itemIdentifier": str(change["SequenceNumber"])} for change in changes[done:]]}
