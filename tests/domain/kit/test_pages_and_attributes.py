"""Numbered pages, and values as DynamoDB stores them."""

from typing import Any

import pytest

from commerce.kit.attributes import from_wire, item_from_wire, item_to_wire, to_wire
from commerce.kit.pages import DEFAULT_SIZE, MAX_SIZE, PageRequest


@pytest.mark.parametrize(
    ("page", "offset"),
    [(PageRequest(), 0), (PageRequest(3), 2 * DEFAULT_SIZE), (PageRequest(2, MAX_SIZE), 100), (PageRequest(7, 1), 6)],
)
def test_rows_that_stand_before_a_page(page: PageRequest, offset: int) -> None:
    assert page.offset == offset


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, {"NULL": True}),
        (True, {"BOOL": True}),
        (0, {"N": "0"}),
        (-(2**53), {"N": str(-(2**53))}),
        ("é", {"S": "é"}),
        ("", {"S": ""}),
        (b"\x00", {"B": b"\x00"}),
        ([1, "a", None], {"L": [{"N": "1"}, {"S": "a"}, {"NULL": True}]}),
        ({"a": {"b": []}}, {"M": {"a": {"M": {"b": {"L": []}}}}}),
        ({"b", "a"}, {"SS": ["a", "b"]}),
    ],
)
def test_values_come_back_as_they_went(value: Any, wire: dict[str, Any]) -> None:
    assert to_wire(value) == wire
    assert from_wire(wire) == value
    assert item_from_wire(item_to_wire({"name": value})) == {"name": value}


def test_tuples_come_back_as_lists_and_truth_is_no_number() -> None:
    assert from_wire(to_wire((1, 2))) == [1, 2]
    assert to_wire(True) != to_wire(1)


@pytest.mark.parametrize("value", [1.5, float("nan"), object(), set(), {1, 2}, [1.5]])
def test_what_must_not_be_stored(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        to_wire(value)


def test_types_that_are_not_used_are_not_guessed() -> None:
    with pytest.raises(TypeError, match="not used here"):
        from_wire({"NS": ["1"]})
