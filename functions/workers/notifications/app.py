"""Notifications: events of the bus become entries of users' logs and messages on their open sockets.

The notifications queue brings two kinds of message: an event in EventBridge's envelope, and a request to deliver that
a reconnecting client's handshake left. Everything here may happen twice: an event enters a log once, and a connection
is sent it once. What fails is reported alone and comes again; what never succeeds ends in the dead-letter queue.
"""

import json
from collections.abc import Mapping
from typing import Any

from commerce.events.model import read_order_event
from commerce.kit import logs, settings
from commerce.kit.tables import Table
from commerce.realtime.delivery import Delivery
from commerce.realtime.service import realtime
from commerce.realtime.sockets_gateway import Sockets
from commerce.realtime.sqs_gateway import DELIVER
from commerce.realtime.store import RealtimeStore
from sockets.channels import frame

_realtime = realtime()
_delivery = Delivery(
    RealtimeStore(Table(settings.text("REALTIME_TABLE"))), Sockets(settings.text("SOCKETS_ENDPOINT")), frame
)


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Work through a batch of queue messages; answers those that have to come again."""
    failures = []
    for record in event["Records"]:
        try:
            _take(json.loads(record["body"]))
        except Exception as error:
            logs.failure("a message has to come again", error, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _take(message: Mapping[str, Any]) -> None:
    if message.get("kind") == DELIVER:
        _delivery.deliver([message["user_id"]])
    else:
        event = read_order_event(message["detail-type"], message["detail"])
        _delivery.deliver(_realtime.publish(event))
