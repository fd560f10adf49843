"""Lists and search of the catalogue, and the use case that keeps the index true to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from commerce.kit import logs, settings
from commerce.kit.errors import InvalidInput
from commerce.kit.pages import PageRequest
from commerce.search.copies import NothingToEdit, ReadingCopy, WorkingCopy
from commerce.search.model import DEEPEST, Card, Criteria, Entry, Found, shortened
from commerce.search.store import IndexBucket

if TYPE_CHECKING:
    from commerce.catalog.model import Product
    from commerce.catalog.service import Catalog

_BATCH = 50


class Index(Protocol):
    """What lists need of a search engine, here or elsewhere."""

    def find(self, criteria: Criteria) -> Found: ...


class EditableIndex(Protocol):
    """What the indexer needs of one; search.copies.WorkingCopy says what each promises."""

    def begin(self) -> None: ...
    def apply(self, entries: Iterable[Entry], gone: Iterable[int]) -> int: ...
    def replace(self, entries: Iterable[Entry]) -> int: ...


class SearchService:
    """What a shopper may find: active products only, since no other is in the index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(self, criteria: Criteria) -> Found:
        """The page that the criteria ask for, an empty one beyond the end.

        Raises IndexUnavailable, and InvalidInput for a page that has products but lies too deep to be paged to.
        """
        page = criteria.page
        if page.number * page.size <= DEEPEST:
            return self._index.find(criteria)
        count = self._index.find(replace(criteria, page=PageRequest(1, 1))).count
        if count > page.offset:
            raise InvalidInput.of("page", f"Only the first {DEEPEST} results can be paged through.")
        return Found(count, (), page)


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
        entries = {product.id: entry_of(product) for product in products if product.is_active}
        gone = [number for number in wanted if number not in entries and number not in unreadable]
        self._index.apply(entries.values(), gone)
        return unreadable

    def rebuild(self) -> int:
        """Build the index anew from the whole catalogue; how many products it holds. Raises PublishConflict."""
        return self._build(also=())[0]

    def _build(self, also: Sequence[int]) -> tuple[int, set[int]]:
        # The catalogue's list of products may lag a moment behind a product that was just made.
        wanted = list(dict.fromkeys([*self._catalog.all_product_ids(), *also]))
        unreadable: set[int] = set()

        def entries() -> Iterator[Entry]:
            for start in range(0, len(wanted), _BATCH):
                products, failed = self._read(wanted[start : start + _BATCH])
                unreadable.update(failed)
                yield from (entry_of(product) for product in products if product.is_active)

        return self._index.replace(entries()), unreadable

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


def entry_of(product: "Product") -> Entry:
    """What the index holds of an active product."""
    card = Card(
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
    return Entry(card, product.description)


@cache
def search() -> SearchService:
    """The service over the bucket that the environment names."""
    return SearchService(ReadingCopy(IndexBucket(settings.text("INDEX_BUCKET"))))


@cache
def indexing() -> Indexing:
    """The indexer's service over the bucket and the table that the environment names."""
    from commerce.catalog.service import catalog

    return Indexing(catalog(), WorkingCopy(IndexBucket(settings.text("INDEX_BUCKET"))))
