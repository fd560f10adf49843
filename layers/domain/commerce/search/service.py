"""Lists and search of the catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from commerce.kit import settings
from commerce.kit.errors import InvalidInput
from commerce.kit.pages import PageRequest
from commerce.search.model import DEEPEST, ProductSummary, SearchPage, SearchQuery, SellerFigures
from commerce.search.replicas import IndexReader, IndexWriter
from commerce.search.store import IndexBucket


class Index(Protocol):
    """What lists need of a search engine, here or elsewhere."""

    def find(self, query: SearchQuery) -> SearchPage: ...
    def by_ids(self, product_ids: Sequence[int]) -> list[ProductSummary]: ...
    def category_counts(self) -> Mapping[str, int]: ...
    def seller_figures(self, seller_id: int) -> SellerFigures: ...


class SearchService:
    """What a shopper may find: active products only, since no other is in the index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, query: SearchQuery) -> SearchPage:
        """The page that the query asks for, an empty one beyond the end.

        Raises IndexUnavailable, and InvalidInput for a page that has products but lies too deep to be paged to.
        """
        page = query.page
        if page.number * page.size <= DEEPEST:
            return self._index.find(query)
        count = self._index.find(replace(query, page=PageRequest(1, 1))).count
        if count > page.offset:
            raise InvalidInput.of("page", f"Only the first {DEEPEST} results can be paged through.")
        return SearchPage(count, (), page)

    def by_ids(self, product_ids: Sequence[int]) -> list[ProductSummary]:
        """Those of the products that are active, in the order asked for. Raises IndexUnavailable."""
        return self._index.by_ids(product_ids)

    def category_counts(self) -> Mapping[str, int]:
        """How many active products there are in each category and what stands in it, by slug; those without any are
        not there. Raises IndexUnavailable."""
        return self._index.category_counts()

    def facets(self, query: SearchQuery, conditions: Iterable[str]) -> dict[str, dict[str, int]]:
        """How many products the query would find with each category, and with each of the conditions, in place of what
        it asks for of these; values without any are not there. Raises IndexUnavailable."""

        def count(**narrowed: Any) -> int:
            return self._index.find(replace(query, page=PageRequest(1, 1), **narrowed)).count

        facets = {
            "category": {slug: count(category=slug) for slug in self._index.category_counts()},
            "condition": {word: count(conditions=(word,)) for word in conditions},
        }
        return {name: {value: found for value, found in counts.items() if found} for name, counts in facets.items()}

    def seller_figures(self, seller_id: int) -> SellerFigures:
        """What a seller's active products add up to. Raises IndexUnavailable."""
        return self._index.seller_figures(seller_id)


@cache
def search() -> SearchService:
    """The service over the bucket that the environment names."""
    return SearchService(IndexReader(IndexBucket(settings.text("INDEX_BUCKET"))))


def index_writer() -> IndexWriter:
    """The index as its one writer edits it, in the bucket that the environment names."""
    return IndexWriter(IndexBucket(settings.text("INDEX_BUCKET")))
