"""Requests to the sender of messages, over its queue: for those who may not, or cannot yet, send themselves."""

import json

from commerce.kit import aws

DELIVER = "deliver"
# A socket that is still being made cannot be sent to; a second later it is open.
DELAY_SECONDS = 1


class NotificationsQueue:
    """The notifications queue by its URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask_delivery(self, user_id: int, *, delay_seconds: int = DELAY_SECONDS) -> None:
        """Have everything sent to the user's connections that they have not been sent yet."""
        body = json.dumps({"kind": DELIVER, "user_id": user_id})
        aws.client("sqs").send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_seconds)
