"""Ids that clients see: integers below 2^53, so that a JavaScript number holds them exactly.

41 bits of milliseconds since 2025 (enough until 2094) and 12 random bits. They sort by time, need no counter, and are
no secret: a write that creates one is conditional, and no id is ever a permission (docs/contracts: ids).
"""

import secrets

from commerce.kit import clock

EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00:00Z
RANDOM_BITS = 12
LARGEST = 2**53 - 1


def new_id() -> int:
    """A new id. Two made in the same millisecond collide once in 4096: create conditionally and draw again."""
    return ((clock.now_ms() - EPOCH_MS) << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)


def first_of(at_ms: int) -> int:
    """The smallest id that can be made at that time (milliseconds, UTC) or later."""
    return max(at_ms - EPOCH_MS, 0) << RANDOM_BITS


def parse(value: str) -> int | None:
    """An id out of a path or query, or None for what cannot be one (signs, spaces, other digits, too large)."""
    if not (value.isascii() and value.isdigit() and len(value) <= 16):
        return None
    number = int(value)
    return number if 0 < number <= LARGEST else None
