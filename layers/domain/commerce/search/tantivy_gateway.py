"""The search engine: tantivy (full-text search as a library), one directory of immutable segment files per index.

Called by search.replicas only; another engine replaces the modules named tantivy_* and nothing else. Numbers are signed
integer fields: with unsigned ones the writer dies.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import DocAddress, Order

from commerce.search import tantivy_figures as figures
from commerce.search.model import (
    Explanation,
    IndexDocument,
    ProductSummary,
    SearchPage,
    SearchQuery,
    SellerFigures,
)
from commerce.search.tantivy_documents import SCHEMA as SCHEMA
from commerce.search.tantivy_documents import (
    engine_document,
    has_same_text,
    payload_of,
    schema,
    summary_of,
    text_of,
)
from commerce.search.tantivy_explaining import explained
from commerce.search.tantivy_matching import Matches, Matching
from commerce.search.tantivy_pages import Hit, Pages
from commerce.search.tantivy_queries import Queries, bounded

WRITER_HEAP_BYTES = 32_000_000
_META = "meta.json"
_VECTORS = ".vectors"
_TEXTS_AT_ONCE = 256
_PARTS_OF_SEGMENT = ("idx", "pos", "term", "fast", "fieldnorm", "store")


@dataclass(frozen=True)
class Snapshot:
    """The files of one commit. A bundle's files live and die together and never change: {bundle: [file names]}."""

    meta: str
    bundles: Mapping[str, list[str]]


class Engine:
    """An index in a directory; it must not be shared with another writer. Creates an empty one where there is none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._schema = schema()
        self._queries = Queries(self._schema)
        if (directory / _META).exists():
            self._index = tantivy.Index.open(str(directory))
        else:
            # Lists are newest first unless terms otherwise; what comes first is stored first and found soonest.
            self._index = tantivy.Index(
                self._schema, path=str(directory), sort_by_field="created_at", sort_order=Order.Desc
            )
        self._index.config_reader(reload_policy="manual")
        self._vectors: tuple[str, ...] = tuple(json.loads(self._meta().get("payload") or "[]"))
        self.reload()

    def reload(self) -> None:
        """Serve what the directory holds now. Raises when it holds no whole index, and goes on with the last one."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._pages = Pages(self._searcher, self._queries)
        self._matching = Matching(self._searcher, self._queries, self._pages, self._nearest)
        self._counts: Mapping[str, int] | None = None

    def snapshot(self) -> Snapshot:
        """What has to be kept of the directory to open the same index elsewhere."""
        meta = self._meta()
        bundles: dict[str, list[str]] = {name: [f"{name}{_VECTORS}"] for name in self._vectors}
        for segment in meta["segments"]:
            name = segment["segment_id"].replace("-", "")
            parts = [f"{name}.{part}" for part in _PARTS_OF_SEGMENT]
            bundles[name] = [part for part in parts if (self._directory / part).exists()]
            if segment["deletes"]:
                deleted = f"{name}.{segment['deletes']['opstamp']}"
                bundles[deleted] = [f"{deleted}.del"]
        return Snapshot(json.dumps(meta), bundles)

    def apply(self, documents: Iterable[IndexDocument], gone: Iterable[int]) -> int:
        """Replace or add the documents, remove the ids in `gone`, commit; how many documents that changed.

        A document that is held already in the same words changes nothing, so a replay is free: 0, and no commit.
        """
        writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        changed = 0
        meanings = _Meanings()
        for number in gone:
            if self._payload(number) is not None:
                writer.delete_documents_by_term("id", number)
                changed += 1
        for document in documents:
            payload = payload_of(document)
            if payload != (held := self._payload(document.summary.id)):
                if held is not None:
                    writer.delete_documents_by_term("id", document.summary.id)
                if held is None or not has_same_text(held, payload):
                    meanings.add(document)
                writer.add_document(engine_document(document, payload))
                changed += 1
        if changed:
            writer.commit()
        # Merges run beside the writer; after this nothing touches the directory any more.
        writer.wait_merging_threads()
        if changed:
            self.reload()
            self._add_vectors(meanings)
        return changed

    def find(self, query: SearchQuery) -> SearchPage:
        """The page of summaries that the query asks for, in a total order: equal ones stand by id."""
        matches = self._matching.matches(query)
        hits, count = self._hits(query, matches)
        addresses = [address for _, address in hits]
        facets = figures.facets(self._searcher, matches.query) if query.with_facets else None
        return SearchPage(count, tuple(map(self._summary, addresses)), query.page, facets)

    def like(self, product_id: int, limit: int) -> Mapping[int, float]:
        """Other products whose texts mean nearly what a product's does, and how nearly, up to 1."""
        if not self._vectors:
            return {}
        from commerce.search import wordllama_gateway

        nearest = wordllama_gateway.nearest_to(self._directory, self._vectors, product_id, limit)
        # Of what went meanwhile a row may be left.
        return {number: likeness for number, likeness in nearest if self._payload(number) is not None}

    def explain(self, query: SearchQuery) -> Explanation:
        """How the query was understood, and why each product of its page stands where it does."""
        matches = self._matching.matches(query)
        hits, count = self._hits(query, matches)
        numbers = self._pages.ids([address for _, address in hits])
        summaries = [self._summary(address) for _, address in hits]
        return explained(self._pages, self._queries, matches, count, hits, numbers, summaries)

    def by_ids(self, product_ids: Iterable[int]) -> list[ProductSummary]:
        """The summaries of those of the products that it holds, in the order asked for."""
        payloads = [self._payload(bounded(number)) for number in product_ids]
        return [summary_of(payload) for payload in payloads if payload is not None]

    def category_counts(self) -> Mapping[str, int]:
        """How many documents each category holds, counted once for as long as the index stays as it is."""
        if self._counts is None:
            self._counts = figures.category_counts(self._searcher)
        return self._counts

    def seller_figures(self, seller_id: int) -> SellerFigures:
        """The sums over a seller's documents."""
        query = self._queries.term("seller_id", bounded(seller_id))
        return figures.seller_figures(self._searcher, query, self._pages.count(query))

    def _hits(self, query: SearchQuery, matches: Matches) -> tuple[list[Hit], int]:
        """The page's part of the matches in its order, and how many there are in all."""
        offset, size = query.page.offset, query.page.size
        if query.ordering is None and matches.count is not None:
            return list(matches.ranked[offset : offset + size]), matches.count
        column, order = _order_of(query.ordering)
        addresses, count = self._pages.slice(matches.query, column, order, offset, size)
        return [(0.0, address) for address in addresses], count

    # What is stored

    def _payload(self, number: int) -> bytes | None:
        hits, _ = self._pages.search(self._queries.term("id", number), 1)
        return self._stored(hits[0][1]) if hits else None

    def _stored(self, address: DocAddress) -> bytes:
        stored: Any = self._searcher.doc(address).get_first("card")
        return bytes(stored)

    def _summary(self, address: DocAddress) -> ProductSummary:
        return summary_of(self._stored(address))

    # What texts mean

    def _nearest(self, text: str, limit: int, among: Sequence[int] | None) -> Sequence[tuple[int, float]]:
        if not self._vectors:
            return []
        from commerce.search import wordllama_gateway

        return wordllama_gateway.nearest(self._directory, self._vectors, text, limit, among)

    def _add_vectors(self, meanings: "_Meanings") -> None:
        def is_held(number: int) -> bool:
            return self._payload(number) is not None

        if parts := meanings.finished():
            from commerce.search import wordllama_gateway

            self._vectors = wordllama_gateway.added(self._directory, self._vectors, parts, is_held)
        # The engine keeps a place for its user in its table of contents, and empties it with each commit.
        part = self._directory / f"{_META}.part"
        part.write_text(json.dumps(self._meta() | {"payload": json.dumps(self._vectors)}), encoding="utf-8")
        part.replace(self._directory / _META)

    def _meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = json.loads((self._directory / _META).read_text(encoding="utf-8"))
        return meta


class _Meanings:
    """The vectors of documents that are added one by one, taken from some texts at a time: texts are large."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._parts: list[Any] = []

    def add(self, document: IndexDocument) -> None:
        self._texts[document.summary.id] = text_of(document)
        if len(self._texts) == _TEXTS_AT_ONCE:
            self.finished()

    def finished(self) -> list[Any]:
        """All vectors, in parts."""
        if self._texts:
            from commerce.search import wordllama_gateway

            self._parts.append(wordllama_gateway.rows_of(self._texts))
            self._texts = {}
        return self._parts


def _order_of(ordering: str | None) -> tuple[str, Order]:
    if ordering is None:
        return "created_at", Order.Desc
    field = ordering.removeprefix("-")
    return {"name": "name_key"}.get(field, field), Order.Desc if ordering.startswith("-") else Order.Asc
