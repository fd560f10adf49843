"""What shoppers find: the catalogue index's answer without what was hidden since the index was published.

The index is a second or two behind. A product that its seller or staff just hid must not be found by its words, so the
items of a page that was searched for are looked up in the table: one call, whatever the size of the catalogue. Lists
without words do without, and pay nothing (decision 27).
"""

from dataclasses import replace
from functools import cache

from commerce.catalog.store import CatalogStore
from commerce.kit import settings
from commerce.kit.tables import Table
from commerce.search.model import SearchPage, SearchQuery
from commerce.search.service import SearchService, search


class Listing:
    """Lists and search for everybody."""

    def __init__(self, store: CatalogStore, search: SearchService) -> None:
        self._store = store
        self._search = search

    def find(self, query: SearchQuery) -> SearchPage:
        """The page that the query asks for; of one with text only what is still shown, and counted without the rest.

        Facets, where the query wants them, are the index's. Raises IndexUnavailable, and InvalidInput for a page that
        has products but lies too deep to be paged to.
        """
        page = self._search.find(query)
        if not query.text.strip() or not page.products:
            return page
        shown = self._store.shown([summary.id for summary in page.products])
        products = tuple(summary for summary in page.products if summary.id in shown)
        return replace(page, products=products, count=page.count - len(page.products) + len(products))


@cache
def listing() -> Listing:
    """The use case over the table and the index that the environment names."""
    return Listing(CatalogStore(Table(settings.text("CATALOG_TABLE"))), search())
