"""DynamoDB's typed JSON to plain Python and back.

Numbers are integers throughout (money in minor units, times in milliseconds), so the SDK's Decimal machinery and its
import are not needed; a float is refused as the mistake that it would be.
"""

from typing import Any

Item = dict[str, Any]


def to_wire(value: Any) -> dict[str, Any]:
    """One Python value as an attribute value. Raises TypeError for what must not be stored, floats above all."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [to_wire(entry) for entry in value]}
        case dict():
            return {"M": item_to_wire(value)}
        case set() | frozenset() if value and all(isinstance(entry, str) for entry in value):
            return {"SS": sorted(value)}
        case _:
            raise TypeError(f"{type(value).__name__} cannot be stored")


def item_to_wire(item: Item) -> dict[str, Any]:
    """A whole item, attribute by attribute."""
    return {name: to_wire(value) for name, value in item.items()}


def from_wire(value: dict[str, Any]) -> Any:
    """One attribute value as a Python value."""
    [(kind, content)] = value.items()
    match kind:
        case "S" | "BOOL" | "B":
            return content
        case "N":
            return int(content)
        case "NULL":
            return None
        case "L":
            return [from_wire(entry) for entry in content]
        case "M":
            return item_from_wire(content)
        case "SS":
            return set(content)
        case _:
            raise TypeError(f"attribute type {kind} is not used here")


def item_from_wire(item: dict[str, Any]) -> Item:
    """A whole item as a plain dict."""
    return {name: from_wire(value) for name, value in item.items()}
