"""Contended writes are tried again by deadline, not by count: nobody is refused while there is time to serve them."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any

# Where nobody has set a limit: below the time-out of every function.
BUDGET_SECONDS = 9.0
# What a function needs after its last try, to answer.
RESERVE_SECONDS = 2.0

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Within it contended writes are tried for that long."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def limit_of(context: Any) -> Any:
    """The `time_limit` of a Lambda invocation, by its context; the usual one where there is none."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    seconds = remaining() / 1000 - RESERVE_SECONDS if remaining else BUDGET_SECONDS
    return time_limit(max(seconds, RESERVE_SECONDS))


def seconds_left() -> float:
    """How much of the time limit is left; all of the usual one outside of any."""
    ends_at = _ends_at.get()
    return BUDGET_SECONDS if ends_at is None else ends_at - time.monotonic()


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
