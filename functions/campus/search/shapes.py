"""What the campus client's search answers."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from campus.bodies import ProductBody
from commerce.search import model


class FacetValue(TypedDict):
    value: str
    count: int


class Facets(TypedDict):
    category: list[FacetValue]
    brand: list[FacetValue]
    condition: list[FacetValue]
    price: list[FacetValue]
    in_stock: int


class Found(TypedDict):
    count: int
    results: list[ProductBody]
    facets: Facets


def found(count: int, results: Sequence[ProductBody], facets: model.Facets) -> Found:
    return {
        "count": count,
        "results": list(results),
        "facets": {
            "category": _values(facets.categories),
            "brand": _values(facets.brands),
            "condition": _values(facets.conditions),
            "price": _values(facets.prices),
            "in_stock": facets.in_stock,
        },
    }


def _values(buckets: Iterable[model.Bucket]) -> list[FacetValue]:
    return [{"value": one.value, "count": one.count} for one in buckets]
