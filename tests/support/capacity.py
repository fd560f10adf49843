"""DynamoDB's billing rules as AWS documents them: sizes of items, read and write units. Arithmetic on typed JSON.

Emulators do not keep them: DynamoDB Local reports 2 units for any small transaction, moto none at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

Item = Mapping[str, Any]
READ_BLOCK = 4096
WRITE_BLOCK = 1024


@dataclass(frozen=True)
class Index:
    """A global secondary index: its key attributes, and what else it holds (None: everything)."""

    name: str
    keys: tuple[str, ...]
    projected: tuple[str, ...] | None

    def entry(self, item: Item | None, table_keys: Iterable[str]) -> Item | None:
        """What the index holds of an item; nothing of one without all of the index's key attributes."""
        if item is None or not all(name in item for name in self.keys):
            return None
        if self.projected is None:
            return item
        held = {*self.keys, *table_keys, *self.projected}
        return {name: value for name, value in item.items() if name in held}


def size(item: Item) -> int:
    """Bytes of an item: names and values in UTF-8, numbers by their significant digits."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one attribute value."""
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return _number_size(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_size(entry) for entry in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(entry) for name, entry in content.items())
        case "SS":
            return sum(len(entry.encode()) for entry in content)
        case "NS":
            return sum(map(_number_size, content))
        case _:
            raise ValueError(f"attribute type {kind} is not known")


def _number_size(written: str) -> int:
    number = Decimal(written).normalize()
    digits = len(number.as_tuple().digits) if number else 1
    return ceil(digits / 2) + 1 + (number < 0)


def read_units(bytes_read: int, *, consistent: bool = False, transactional: bool = False) -> float:
    """Units of reading that many bytes at once: half for an eventually consistent read, two for a transaction's."""
    blocks = max(1, ceil(bytes_read / READ_BLOCK))
    return blocks * (2.0 if transactional else 1.0 if consistent else 0.5)


def write_units(old: Item | None, new: Item | None, *, transactional: bool = False) -> float:
    """Units of one write to a table: the larger of the item before and after, in whole KB, at least one."""
    larger = max(size(item) if item else 0 for item in (old, new))
    return max(1, ceil(larger / WRITE_BLOCK)) * (2.0 if transactional else 1.0)


def index_units(index: Index, table_keys: Iterable[str], old: Item | None, new: Item | None) -> float:
    """Units that a write costs in an index: none when nothing that it holds has changed, two when a key has.

    A transaction does not double them.
    """
    table_keys = tuple(table_keys)
    before, after = index.entry(old, table_keys), index.entry(new, table_keys)
    if before is None and after is None:
        return 0.0
    if before is None or after is None:
        return write_units(before, after)
    if any(before[name] != after[name] for name in index.keys):
        return write_units(before, None) + write_units(None, after)
    return 0.0 if before == after else write_units(before, after)
