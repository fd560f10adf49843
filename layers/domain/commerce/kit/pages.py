"""Numbered pages: the form that every contract's lists share."""

from dataclasses import dataclass

from commerce.kit.errors import InvalidInput

DEFAULT_SIZE = 20
MAX_SIZE = 100
# Beyond every list. A larger number is as far beyond, and says so instead of being refused.
LAST_PAGE = 10**9


@dataclass(frozen=True)
class PageRequest:
    """Page `number` counts from 1; `size` is 1 to 100."""

    number: int = 1
    size: int = DEFAULT_SIZE

    @classmethod
    def parse(cls, number: str | None, size: str | None) -> "PageRequest":
        """From query values. Raises InvalidInput naming `page` or `page_size`: a bad number is never ignored (G11)."""
        return cls(_page(number), _size(size))

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.size


def _page(written: str | None) -> int:
    if written is None:
        return 1
    number = _whole(written)
    if number is None or number < 1:
        raise InvalidInput.of("page", "A whole number from 1 is required.")
    return min(number, LAST_PAGE)


def _size(written: str | None) -> int:
    if written is None:
        return DEFAULT_SIZE
    number = _whole(written)
    if number is None or not 1 <= number <= MAX_SIZE:
        raise InvalidInput.of("page_size", f"A whole number from 1 to {MAX_SIZE} is required.")
    return number


def _whole(written: str) -> int | None:
    """The number that ASCII digits alone write, None for anything else; of many digits the first tell enough."""
    return int(written[:20]) if written.isascii() and written.isdigit() else None
