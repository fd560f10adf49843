"""Numbered pages: the form that every contract's lists share."""

from dataclasses import dataclass

from commerce.kit.errors import InvalidInput

DEFAULT_SIZE = 20
LARGEST_SIZE = 100
LARGEST_PAGE = 10_000


@dataclass(frozen=True)
class PageRequest:
    """Page `number` counts from 1; `size` is 1 to 100."""

    number: int = 1
    size: int = DEFAULT_SIZE

    @classmethod
    def parse(cls, number: str | None, size: str | None) -> "PageRequest":
        """From query values. Raises InvalidInput naming `page` or `page_size`: a bad number is never ignored (G11)."""
        return cls(
            _whole(number, "page", 1, LARGEST_PAGE),
            _whole(size, "page_size", DEFAULT_SIZE, LARGEST_SIZE),
        )

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.size


def _whole(value: str | None, field: str, default: int, largest: int) -> int:
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and 1 <= int(value) <= largest):
        raise InvalidInput.of(field, f"A whole number from 1 to {largest} is required.")
    return int(value)
