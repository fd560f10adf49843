"""Lists and search of the catalogue."""

from dataclasses import replace
from functools import cache
from typing import Protocol

from commerce.kit import settings
from commerce.kit.errors import InvalidInput
from commerce.kit.pages import PageRequest
from commerce.search.model import DEEPEST, SearchPage, SearchQuery
from commerce.search.replicas import IndexReader, IndexWriter
from commerce.search.store import IndexBucket


class Index(Protocol):
    """What lists need of a search engine, here or elsewhere."""

    def find(self, query: SearchQuery) -> SearchPage: ...


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


@cache
def search() -> SearchService:
    """The service over the bucket that the environment names."""
    return SearchService(IndexReader(IndexBucket(settings.text("INDEX_BUCKET"))))


def index_writer() -> IndexWriter:
    """The index as its one writer edits it, in the bucket that the environment names."""
    return IndexWriter(IndexBucket(settings.text("INDEX_BUCKET")))
