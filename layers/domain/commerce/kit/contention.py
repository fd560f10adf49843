"""Contended writes are tried again by deadline, not by count: nobody is refused while there is time to serve them."""

import random
import time
from collections.abc import Iterator
from contextvars import ContextVar
from itertools import count

# Below the time-out of every function, with enough left to answer.
BUDGET_SECONDS = 9.0

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


def contended() -> Iterator[int]:
    """The rounds of a contended write: the loop's body tries once and leaves the loop when it succeeded.

    Between rounds it waits at random, longer from round to round; it ends when time is over, and the caller then raises
    Busy. Loops within loops share the outermost one's time.
    """
    ends_at = _ends_at.get() or time.monotonic() + BUDGET_SECONDS
    token = _ends_at.set(ends_at)
    try:
        for attempt in count():
            yield attempt
            if time.monotonic() >= ends_at:
                return
            pause(attempt)
    finally:
        _ends_at.reset(token)


def pause(attempt: int) -> None:
    """Full-jitter backoff between rounds: 5 ms doubling to at most 200 ms."""
    time.sleep(random.uniform(0, min(0.2, 0.005 * 2 ** min(attempt, 10))))  # noqa: S311 (jitter is no secret)
