"""Visits out to the queue that they are counted from."""

import json

from commerce.kit import aws
from commerce.metrics.activity import Visit


class CountingQueue:
    """The counting queue by its URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, visit: Visit) -> None:
        """Have a visit counted soon."""
        aws.client("sqs").send_message(QueueUrl=self._url, MessageBody=json.dumps(visit.message()))
