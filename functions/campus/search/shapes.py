"""What the campus client's search answers."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from campus.bodies import ProductBody


class FacetValue(TypedDict):
    value: str
    count: int


class Facets(TypedDict):
    category: list[FacetValue]
    condition: list[FacetValue]


class Found(TypedDict):
    count: int
    results: list[ProductBody]
    facets: Facets


def found(count: int, results: Sequence[ProductBody], facets: Mapping[str, Mapping[str, int]]) -> Found:
    return {
        "count": count,
        "results": list(results),
        "facets": {"category": _values(facets["category"]), "condition": _values(facets["condition"])},
    }


def _values(counts: Mapping[str, int]) -> list[FacetValue]:
    """The values of a facet, those with the most products first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"value": value, "count": count} for value, count in ordered]
