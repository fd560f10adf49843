"""Reads that a store describes and interprets, and that a service puts together: of several stores in one call.

A service never sees a key or an item: it is given lookups by stores, has them read, and asks for what each found.

    cart, product = carts.cart_lookup(owner), catalog.product_lookup(product_id)
    found = read_lookups([cart, product])
    found[cart].added(found[product], …)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from commerce.kit.attributes import Item
from commerce.kit.tables import Table, read, read_together

Value = TypeVar("Value", covariant=True)

# DynamoDB's limit of one batch.
MAX_KEYS = 100

# Of a stored item: its table, `pk` and `sk`.
Key = tuple[Table, str, str]


@dataclass(frozen=True, eq=False)
class Lookup(Generic[Value]):
    """The items under some keys, and what their store makes of them: `interpret` gets them in the order of the keys,
    None where there is none."""

    keys: Sequence[Key]
    interpret: Callable[..., Value]


class Found:
    """What a read found, by lookup. Nothing is interpreted before it is asked for."""

    def __init__(self, items: Mapping[Lookup[Any], Sequence[Item | None]]) -> None:
        self._items = items

    def __getitem__(self, lookup: Lookup[Value]) -> Value:
        """What the lookup's store makes of its items. Raises what it raises."""
        return lookup.interpret(*self._items[lookup])


def read_lookups(lookups: Sequence[Lookup[Any]], *, consistent: bool = True, together: bool = False) -> Found:
    """The lookups' items in one call; `together`, as they stood at one moment (twice the units). Raises Busy."""
    keys = [key for lookup in lookups for key in lookup.keys]
    items = iter(read_together(keys) if together else read(keys, consistent=consistent))
    return Found({lookup: [next(items) for _ in lookup.keys] for lookup in lookups})


def read_many(lookups: Sequence[Lookup[Any]], *, consistent: bool = True) -> Found:
    """The lookups' items, however many: as few calls as their keys need. Raises Busy."""
    keys = [key for lookup in lookups for key in lookup.keys]
    calls = (read(keys[start : start + MAX_KEYS], consistent=consistent) for start in range(0, len(keys), MAX_KEYS))
    items = chain.from_iterable(calls)
    return Found({lookup: [next(items) for _ in lookup.keys] for lookup in lookups})
