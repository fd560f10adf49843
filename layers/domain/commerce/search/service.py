"""Lists and search of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from commerce.kit import settings
from commerce.kit.errors import InvalidInput
from commerce.kit.pages import PageRequest
from commerce.search.model import (
    DEEPEST,
    NO_FACETS,
    Explanation,
    Facets,
    ProductSummary,
    SearchPage,
    SearchQuery,
    SellerFigures,
)
from commerce.search.replicas import IndexReader, IndexWriter
from commerce.search.store import IndexBucket

TOO_DEEP = f"Only the first {DEEPEST} results can be paged through."


class Index(Protocol):
    """What lists need of a search engine, here or elsewhere."""

    def find(self, query: SearchQuery) -> SearchPage: ...
    def by_ids(self, product_ids: Sequence[int]) -> list[ProductSummary]: ...
    def like(self, product_id: int, limit: int) -> Mapping[int, float]: ...
    def explain(self, query: SearchQuery) -> Explanation: ...
    def category_counts(self) -> Mapping[str, int]: ...
    def seller_figures(self, seller_id: int) -> SellerFigures: ...


class SearchService:
    """What a shopper may find: active products only, since no other is in the index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, query: SearchQuery) -> SearchPage:
        """The page that the query asks for, an empty one beyond the end; `with_facets` of the query adds how all of
        its products spread. What shoppers see goes through catalog.listing, which leaves out what was hidden since.

        Raises IndexUnavailable, and InvalidInput for a page that has products but lies too deep to be paged to.
        """
        page = query.page
        if page.number * page.size <= DEEPEST:
            return self._index.find(query)
        count = self._index.find(replace(query, page=PageRequest(1, 1))).count
        if count > page.offset:
            raise InvalidInput.of("page", TOO_DEEP)
        return SearchPage(count, (), page)

    def by_ids(self, product_ids: Sequence[int]) -> list[ProductSummary]:
        """Those of the products that are active, in the order asked for. Raises IndexUnavailable."""
        return self._index.by_ids(product_ids)

    def like(self, product_id: int, limit: int) -> Mapping[int, float]:
        """At most `limit` other active products whose texts mean nearly what a product's does, and how nearly, up to 1;
        none for a product that the index does not hold (yet). Raises IndexUnavailable."""
        return self._index.like(product_id, limit)

    def explain(self, query: SearchQuery) -> Explanation:
        """How the query is understood, and why the products of its page stand where they do; for staff.

        Raises IndexUnavailable, and InvalidInput for a page that lies too deep.
        """
        if query.page.number * query.page.size > DEEPEST:
            raise InvalidInput.of("page", TOO_DEEP)
        return self._index.explain(query)

    def category_counts(self) -> Mapping[str, int]:
        """How many active products there are in each category and what stands in it, by slug; those without any are
        not there. Raises IndexUnavailable."""
        return self._index.category_counts()

    def facets(self, query: SearchQuery) -> Facets:
        """How many products the query would find with each category, brand, condition and range of prices, in place of
        what it asks for of these; and how many of what it finds are in stock. Raises IndexUnavailable."""
        asked = replace(query, page=PageRequest(1, 1), with_facets=True)
        without = {
            "categories": replace(asked, category=None),
            "brands": replace(asked, brands=()),
            "conditions": replace(asked, conditions=()),
            "prices": replace(asked, price_min=None, price_max=None),
        }
        found = {one: self._index.find(one).facets or NO_FACETS for one in {asked, *without.values()}}
        return replace(found[asked], **{name: getattr(found[one], name) for name, one in without.items()})

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
