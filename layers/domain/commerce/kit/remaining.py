"""How much of its time a function has left, so that it hands work back instead of being stopped in the middle of it."""

from typing import Any


def seconds_left(context: Any) -> float:
    """Seconds until the invocation of that Lambda context is stopped; without one, nobody stops it."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining() / 1000 if remaining else float("inf")
