"""The queues of orders that have something to be done about their money."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from commerce.kit import aws

BATCH = 10  # SQS's own limit for one SendMessageBatch.


class SettlementQueue:
    """Messages for the settlement worker: each is what one webhook was about, for `Payments.process_webhook`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, message: Mapping[str, Any]) -> None:
        """Have the provider asked about it soon."""
        aws.client("sqs").send_message(QueueUrl=self._url, MessageBody=json.dumps(message))


class VisitQueue:
    """Messages for the visitor: each names one order that something is due about."""

    def __init__(self, url: str) -> None:
        self._url = url

    def waiting(self) -> int:
        """About how many visits nobody has taken yet."""
        answer = aws.client("sqs").get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def ask_visits(self, order_ids: Sequence[int]) -> None:
        """Have each of the orders visited soon."""
        for start in range(0, len(order_ids), BATCH):
            batch = order_ids[start : start + BATCH]
            entries = [{"Id": str(order_id), "MessageBody": json.dumps({"order_id": order_id})} for order_id in batch]
            aws.client("sqs").send_message_batch(QueueUrl=self._url, Entries=entries)
