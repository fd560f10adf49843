"""Requests to the sender of messages, over its queue: for those who may not, or cannot yet, send themselves."""

import json
from collections.abc import Mapping
from typing import Any

from commerce.events.model import Event
from commerce.kit import aws

DELIVER = "deliver"
TELL = "tell"
TELL_MORE = "tell_more"
# A socket that is still being made cannot be sent to; a second later it is open.
DELAY_SECONDS = 1


class NotificationsQueue:
    """The notifications queue by its URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask_delivery(self, user_id: int, *, delay_seconds: int = DELAY_SECONDS) -> None:
        """Have everything sent to the user's connections that they have not been sent yet."""
        self._send({"kind": DELIVER, "user_id": user_id}, delay_seconds)

    def ask_to_tell(self, event: Event, recipients: Mapping[int, str]) -> None:
        """Have those people told of an event, whom this attempt did not reach."""
        self._send({"kind": TELL, **_said(event), "recipients": [list(one) for one in recipients.items()]})

    def ask_to_tell_more(self, event: Event, position: Any) -> None:
        """Have the next page of a crowd told of an event."""
        self._send({"kind": TELL_MORE, **_said(event), "position": position})

    def _send(self, message: Mapping[str, Any], delay_seconds: int = 0) -> None:
        body = json.dumps(message, separators=(",", ":"))
        aws.client("sqs").send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_seconds)


def _said(event: Event) -> dict[str, Any]:
    """An event as the bus says it, so that it is read in the same way."""
    return {"detail-type": event.name, "detail": dict(event.payload)}
