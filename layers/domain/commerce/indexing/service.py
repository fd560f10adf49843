"""Keeps the catalogue index true to the catalogue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from commerce.catalog.model import Product
from commerce.catalog.service import Catalog, catalog
from commerce.indexing.model import document_of
from commerce.kit import logs
from commerce.search.model import IndexDocument
from commerce.search.replicas import NothingToEdit
from commerce.search.service import index_writer

_BATCH = 50


class EditableIndex(Protocol):
    """What the indexer needs of one; search.replicas.IndexWriter says what each promises."""

    def begin(self) -> None: ...
    def apply(self, documents: Iterable[IndexDocument], gone: Iterable[int]) -> int: ...
    def replace(self, documents: Iterable[IndexDocument]) -> int: ...


@dataclass(frozen=True)
class Indexed:
    """What an update came to: the products that exist as they were read for it, hidden ones included, and the ids of
    those that cannot be read, which is for a person to look at."""

    products: Mapping[int, Product]
    unreadable: frozenset[int]


class Indexing:
    """Brings the index to what the catalogue says now, never to what an event said: repeated, late and reordered
    events all end in the same index.
    """

    def __init__(self, catalog: Catalog, index: EditableIndex) -> None:
        self._catalog = catalog
        self._index = index

    def update(self, product_ids: Iterable[int]) -> Indexed:
        """Index the products as they are now, and forget those that are gone or inactive.

        Builds the whole index when there is none to change. All that can be read are done. Raises PublishConflict:
        nothing is done then, try again.
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
        return Indexed({product.id: product for product in products}, frozenset(unreadable))

    def rebuild(self) -> int:
        """Rebuild the index from the whole catalogue; how many products it holds. Raises PublishConflict."""
        return self._build(also=())[0]

    def _build(self, also: Sequence[int]) -> tuple[int, Indexed]:
        # The catalogue's list of products may lag a moment behind a product that was just made.
        wanted = list(dict.fromkeys([*self._catalog.all_product_ids(), *also]))
        asked_for, read = set(also), dict[int, Product]()
        unreadable: set[int] = set()

        def documents() -> Iterator[IndexDocument]:
            for start in range(0, len(wanted), _BATCH):
                products, failed = self._read(wanted[start : start + _BATCH])
                unreadable.update(failed)
                read.update((product.id, product) for product in products if product.id in asked_for)
                yield from (document_of(product) for product in products if product.is_active)

        return self._index.replace(documents()), Indexed(read, frozenset(unreadable))

    def _read(self, product_ids: Sequence[int]) -> tuple[list[Product], set[int]]:
        """The products, and the ids of those whose stored items make no product; one such must not stop the others."""
        try:
            return self._catalog.whole_products(product_ids), set()
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


@cache
def indexing() -> Indexing:
    """The service over the bucket and the table that the environment names."""
    return Indexing(catalog(), index_writer())
