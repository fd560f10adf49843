"""Numbered pages: the form that every contract's lists share."""

from dataclasses import dataclass

DEFAULT_SIZE = 20
MAX_SIZE = 100
# Beyond every list. A larger number is as far beyond, and says so instead of being refused.
LAST_PAGE = 10**9


@dataclass(frozen=True)
class PageRequest:
    """Page `number` counts from 1; `size` is 1 to 100."""

    number: int = 1
    size: int = DEFAULT_SIZE

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.size
