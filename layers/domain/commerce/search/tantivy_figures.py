"""What the engine counts and adds up over its matches."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import tantivy
from tantivy import Query

from commerce.kit.money import MAX_DECIMALS
from commerce.search.model import Bucket, Facets, SellerFigures

MAX_CATEGORIES = 10_000
_MAX_VALUES = 50
_PRICES = (0, 25, 50, 100, 250, 500, 1_000)
_THOUSANDTHS = 10**MAX_DECIMALS
_TERMS = {"categories": "category_slug", "brands": "brand_label", "conditions": "condition"}


def facets(searcher: tantivy.Searcher, query: Query) -> Facets:
    """How the matches of a query spread, at most _MAX_VALUES values of each kind."""
    asked: dict[str, Any] = {
        name: {"terms": {"field": field, "size": _MAX_VALUES, "order": {"_count": "desc"}}}
        for name, field in _TERMS.items()
    }
    edges = [*pairwise(_PRICES), (_PRICES[-1], None)]
    ranges = [_range(low, high) for low, high in edges]
    asked["prices"] = {"range": {"field": "price", "ranges": ranges}}
    asked["in_stock"] = {"range": {"field": "stock", "ranges": [{"key": "in_stock", "from": 1}]}}
    found = searcher.aggregate(query, asked)
    terms = {
        name: tuple(
            Bucket(value, count) for count, value in sorted(_counts(found[name]), key=lambda one: (-one[0], one[1]))
        )
        for name in _TERMS
    }
    by_range = {key: count for count, key in _counts(found["prices"])}
    prices = tuple(Bucket(one["key"], by_range[one["key"]]) for one in ranges if by_range.get(one["key"]))
    in_stock = {key: count for count, key in _counts(found["in_stock"])}["in_stock"]
    return Facets(**terms, prices=prices, in_stock=in_stock)


def category_counts(searcher: tantivy.Searcher) -> Mapping[str, int]:
    """How many documents each category holds."""
    terms = {"in": {"terms": {"field": "category_slug", "size": MAX_CATEGORIES}}}
    found = searcher.aggregate(Query.all_query(), terms)
    return {key: count for count, key in _counts(found["in"])}


def seller_figures(searcher: tantivy.Searcher, query: Query, products: int) -> SellerFigures:
    """The sums over the documents of a query that matches so many."""
    sums = {name: {"sum": {"field": name}} for name in ("review_count", "rating_sum", "favorite_count")}
    found = searcher.aggregate(query, sums)
    reviews, ratings, favorites = (int(found[name]["value"] or 0) for name in sums)
    return SellerFigures(products, reviews, ratings, favorites)


def _range(low: int, high: int | None) -> dict[str, Any]:
    end = {} if high is None else {"to": high * _THOUSANDTHS}
    return {"key": f"{low}-{'' if high is None else high}", "from": low * _THOUSANDTHS, **end}


def _counts(found: Any) -> list[tuple[int, str]]:
    return [(int(bucket["doc_count"]), bucket["key"]) for bucket in found["buckets"]]
