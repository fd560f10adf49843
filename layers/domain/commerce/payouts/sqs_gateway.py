"""The queue of what has to be done about payouts; events of orders come into it from the bus."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from commerce.kit import aws

BATCH = 10  # SQS's own limit for one SendMessageBatch.


class PayoutQueue:
    """Messages for the payouts worker, for `Payouts.process`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Have each of them done soon. Raises QueueRefused when one was not taken."""
        for start in range(0, len(messages), BATCH):
            entries = [
                {"Id": str(number), "MessageBody": json.dumps(message)}
                for number, message in enumerate(messages[start : start + BATCH])
            ]
            answer = aws.client("sqs").send_message_batch(QueueUrl=self._url, Entries=entries)
            if refused := answer.get("Failed"):
                raise QueueRefused(f"{len(refused)} messages were not taken")

    def waiting(self) -> int:
        """About how many messages nobody has taken yet."""
        answer = aws.client("sqs").get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


class QueueRefused(RuntimeError):
    """The queue did not take a message."""
