"""Lists and search of the catalogue, and the use case that keeps the index true to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from commerce.kit import logs, settings
from commerce.kit.errors import InvalidInput
from commerce.kit.pages import PageRequest
from commerce.search.model import DEEPEST, IndexDocument, ProductSummary, SearchPage, SearchQuery, shortened
from commerce.search.replicas import IndexReader, IndexWriter, NothingToEdit
from commerce.search.store import IndexBucket

if TYPE_CHECKING:
    from commerce.catalog.model import Product
    from commerce.catalog.service import Catalog

_BATCH = 50


class Index(Protocol):
    """What lists need of a search engine, here or elsewhere."""

    def find(self, query: SearchQuery) -> SearchPage: ...


class EditableIndex(Protocol):
    """What the indexer needs of one; search.copies.IndexWriter says what each promises."""

    def begin(self) -> None: ...
    def apply(self, documents: Iterable[IndexDocument], gone: Iterable[int]) -> int: ...
    def replace(self, documents: Iterable[IndexDocument]) -> int: ...


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


class Indexing:
    """Brings the index to what the catalogue says now, never to what an event said: repeated, late and reordered
    events all end in the same index.
    """

    def __init__(self, catalog: "Catalog", index: EditableIndex) -> None:
        self._catalog = catalog
        self._index = index

    def update(self, product_ids: Iterable[int]) -> set[int]:
        """Index the products as they are now, and forget those that are gone or inactive.

        Builds the whole index when there is none to change. Answers the ids of products that cannot be read, which is
        for a person to look at; the others are done. Raises PublishConflict: nothing is done then, try again.
        """
        wanted = list(dict.fromkeys(product_ids))
        try:
            self._index.begin()
        except NothingToEdit:
            return self._build(also=wanted)[1]
        products, unreadable = self._read(wanted)
        documents = {product.id: document_of(product) for product in products if product.is_active}
        gone = [number for number in wanted if number not in documents and number not in unreadable]
        self._index.apply(documents.values(), gone)
        return unreadable

    def rebuild(self) -> int:
        """Rebuild the index from the whole catalogue; how many products it holds. Raises PublishConflict."""
        return self._build(also=())[0]

    def _build(self, also: Sequence[int]) -> tuple[int, set[int]]:
        # The catalogue's list of products may lag a moment behind a product that was just made.
        wanted = list(dict.fromkeys([*self._catalog.all_product_ids(), *also]))
        unreadable: set[int] = set()

        def documents() -> Iterator[IndexDocument]:
            for start in range(0, len(wanted), _BATCH):
                products, failed = self._read(wanted[start : start + _BATCH])
                unreadable.update(failed)
                yield from (document_of(product) for product in products if product.is_active)

        return self._index.replace(documents()), unreadable

    def _read(self, product_ids: Sequence[int]) -> "tuple[list[Product], set[int]]":
        """The products, and the ids of those whose stored items make no product; one such must not stop the others."""
        try:
            return self._catalog.products(product_ids), set()
        except (KeyError, TypeError, ValueError) as error:
            if len(product_ids) == 1:
                logs.failure("a product cannot be read", error, product_id=product_ids[0])
                return [], set(product_ids)
        products: list[Product] = []
        unreadable: set[int] = set()
        for number in product_ids:
            found, failed = self._read([number])
            products += found
            unreadable |= failed
        return products, unreadable


def document_of(product: "Product") -> IndexDocument:
    """What the index holds of an active product."""
    summary = ProductSummary(
        id=product.id,
        name=product.name,
        slug=product.slug,
        short_description=shortened(product.description),
        price_minor=product.price_minor,
        currency=product.currency,
        stock=product.available,
        category_id=product.category_id,
        category_slug=product.category_slug,
        category_name=product.category_name,
        brand=product.brand,
        tags=product.tags,
        seller_id=product.seller_id,
        image=product.images[0] if product.images else "",
        is_featured=product.is_featured,
        created_at=product.created_at,
        updated_at=product.updated_at,
    )
    return IndexDocument(summary, product.description)


@cache
def search() -> SearchService:
    """The service over the bucket that the environment names."""
    return SearchService(IndexReader(IndexBucket(settings.text("INDEX_BUCKET"))))


@cache
def indexing() -> Indexing:
    """The indexer's service over the bucket and the table that the environment names."""
    from commerce.catalog.service import catalog

    return Indexing(catalog(), IndexWriter(IndexBucket(settings.text("INDEX_BUCKET"))))
