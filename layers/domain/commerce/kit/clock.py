"""Time, always UTC. One module, so that tests can move the clock in one place."""

import time
from datetime import UTC, datetime

MAX_MS = 2**53 - 1  # Later than any time, and than any id.


def now() -> int:
    """Whole seconds since 1970."""
    return int(time.time())


def now_ms() -> int:
    """Whole milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def iso(milliseconds: int) -> str:
    """Milliseconds since 1970 as `2025-01-08T10:00:00Z`: the form of every document, whole seconds."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
