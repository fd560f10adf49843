"""Views and clicks, on their way to be counted: beside what the visitor waits for, and never in its way."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

from commerce.kit import logs, settings
from commerce.kit.parallel import run_beside
from commerce.metrics.activity import Visit
from commerce.metrics.sqs_gateway import CountingQueue

Answer = TypeVar("Answer")

# For so long an answer that is ready waits for a queue that is not.
PATIENCE_SECONDS = 1.0


class Visits:
    """Has visits counted."""

    def __init__(self, queue: CountingQueue) -> None:
        self._queue = queue

    def sent_beside(self, visit: Visit, answer: Callable[[], Answer]) -> Answer:
        """What `answer` answers, or raises; meanwhile the visit is sent. That it could not be is logged, and nothing
        that the visitor hears of."""
        return run_beside(lambda: self._try_to_send(visit), answer, PATIENCE_SECONDS)

    def send(self, visit: Visit) -> None:
        """Have a visit counted. The SDK's errors rise."""
        self._queue.send(visit)

    def _try_to_send(self, visit: Visit) -> None:
        try:
            self.send(visit)
        except Exception as error:
            logs.failure("a visit could not be sent", error, product_id=visit.product_id)


@cache
def visits() -> Visits:
    """The service over the queue that the environment names."""
    return Visits(CountingQueue(settings.text("COUNTING_QUEUE_URL")))
