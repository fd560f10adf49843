"""A category's new name and description, and whether it is shown; its slug stays, since clients keep it in their links.

Products carry their category's name, so that no reader has to look it up. A new name is written into all of them here,
found by the catalogue index and by the list of hidden products; an order keeps the name that was bought under.
"""

from functools import cache

from commerce.audit.service import Audit, audit
from commerce.catalog.model import Category
from commerce.catalog.service import Catalog, catalog
from commerce.catalog.store import CatalogStore
from commerce.kit import settings
from commerce.kit.errors import NotFound, Refused
from commerce.kit.pages import MAX_SIZE, PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.search.model import SearchQuery
from commerce.search.service import SearchService, search

# Ten transactions: what one request can do well within its time.
MAX_PRODUCTS = 1000


class CategoryTooLarge(Refused):
    code = "category_too_large"

    def __init__(self) -> None:
        super().__init__(f"A category of more than {MAX_PRODUCTS} products cannot be renamed.")


class CategoryEditor:
    """Changes of categories by staff."""

    def __init__(self, store: CatalogStore, catalog: Catalog, search: SearchService, audit: Audit) -> None:
        self._store = store
        self._audit = audit
        self._catalog = catalog
        self._search = search

    def change(
        self,
        caller: Principal,
        slug: str,
        name: str | None = None,
        description: str | None = None,
        is_active: bool | None = None,
    ) -> Category:
        """The category after the change. Repeating it finishes what was broken off.

        Raises Forbidden, NotFound, CategoryTooLarge, IndexUnavailable.
        """
        caller.require_staff()
        self._catalog.category(slug)
        products = self._products(slug) if name is not None else []
        values = {"name": name, "description": description, "is_active": is_active}
        if facts := {key: value for key, value in values.items() if value is not None}:
            self._store.change_category(slug, facts, self._audit.record_writes(caller, "category.changed", slug, facts))
        if name is not None:
            self._store.name_category(products, slug, name)
        found = self._store.category(slug)
        if found is None:
            raise NotFound("Category")
        return found

    def _products(self, slug: str) -> list[int]:
        found: list[int] = []
        for number in range(1, MAX_PRODUCTS // MAX_SIZE + 1):
            page = self._search.find(SearchQuery(category=slug, ordering="name", page=PageRequest(number, MAX_SIZE)))
            if page.count > MAX_PRODUCTS:
                raise CategoryTooLarge
            found += [summary.id for summary in page.products if summary.category_slug == slug]
            if not page.has_next:
                break
        hidden = self._catalog.products(list(self._store.all_hidden()))
        return found + [product.id for product in hidden if product.category_slug == slug]


@cache
def category_editor() -> CategoryEditor:
    """The use case over the table and the index that the environment names."""
    return CategoryEditor(CatalogStore(Table(settings.text("CATALOG_TABLE"))), catalog(), search(), audit())
