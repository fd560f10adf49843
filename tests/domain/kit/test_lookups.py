"""Reads that stores describe and interpret, and services put together."""

from typing import Any

import pytest

from commerce.kit.attributes import Item
from commerce.kit.lookups import Lookup, read_lookups, read_many
from commerce.kit.tables import Table
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")


def names(*items: Item | None) -> list[Any]:
    return [item and item["name"] for item in items]


def refused(*items: Item | None) -> None:
    raise KeyError("nobody asked")


def test_several_stores_are_read_in_one_call_and_each_interprets_its_own() -> None:
    carts, orders = Table("Carts"), Table("Orders")
    carts.write(carts.put({"pk": "a", "sk": "1", "name": "one"}))
    orders.write(orders.put({"pk": "b", "sk": "2", "name": "two"}))
    both = Lookup([(carts, "a", "1"), (orders, "b", "2")], names)
    other = Lookup([(orders, "b", "2")], names)
    nothing = Lookup([(carts, "a", "none")], names)
    with Meter() as meter:
        found = read_lookups([both, other, nothing])
    assert [call.operation for call in meter.calls] == ["BatchGetItem"]
    assert (found[both], found[other], found[nothing]) == (["one", "two"], ["two"], [None])


def test_what_is_not_asked_for_is_not_interpreted() -> None:
    asked, other = Lookup([(Table("Carts"), "a", "1")], names), Lookup([(Table("Carts"), "a", "2")], refused)
    found = read_lookups([asked, other])
    assert found[asked] == [None]
    with pytest.raises(KeyError, match="nobody asked"):
        found[other]


def test_together_is_one_transaction() -> None:
    lookup = Lookup([(Table("Carts"), "a", "1")], names)
    with Meter() as meter:
        assert read_lookups([lookup], together=True)[lookup] == [None]
    assert [call.operation for call in meter.calls] == ["TransactGetItems"]


def test_many_lookups_are_read_in_as_few_calls_as_their_keys_need() -> None:
    """The hundredth key is in the middle of a lookup."""
    carts = Table("Carts")
    for number in (0, 33, 34, 39):
        carts.write(carts.put({"pk": f"c{number}", "sk": "1", "name": number}))
    lookups = [Lookup([(carts, f"c{number}", str(part)) for part in range(3)], names) for number in range(40)]
    with Meter() as meter:
        found = read_many(lookups)
        read_many([])
    assert [call.operation for call in meter.calls] == ["BatchGetItem"] * 2
    there = {number: found[lookup] for number, lookup in enumerate(lookups) if found[lookup] != [None] * 3}
    assert there == {number: [None, number, None] for number in (0, 33, 34, 39)}
