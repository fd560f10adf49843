"""The queue of payments that want settling: each message names one attempt."""

import json

from commerce.kit import aws


class SettlementQueue:
    """Messages for the settlement worker."""

    def __init__(self, url: str) -> None:
        self._url = url

    def settle(self, order_id: int, reference: str) -> None:
        """Have the attempt's provider asked about it soon."""
        body = json.dumps({"order_id": order_id, "reference": reference})
        aws.client("sqs").send_message(QueueUrl=self._url, MessageBody=body)
