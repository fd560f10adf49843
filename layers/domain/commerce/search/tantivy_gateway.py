"""The search engine: tantivy (full-text search as a library), one directory of immutable segment files per index.

Called by search.store only; another engine replaces this module and that one, and nothing else. What surprises:

- Query text never reaches a query parser. It is cut into words (search.tokenizer), and each becomes a term or prefix
  query, so operators, quotes and patterns mean nothing.
- The inside of a word is found by a prefix query over the endings of all words: "phone" begins an ending of
  "smartphone". A pattern over the whole dictionary would cost ten times as much.
- Numbers are signed integer fields. With unsigned ones the writer dies.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor
from pathlib import Path
from typing import Any

import tantivy
from tantivy import DocAddress, FieldType, Occur, Order, Query

from commerce.kit.money import MAX_DECIMALS, thousandths
from commerce.search import tokenizer
from commerce.search.model import IndexDocument, ProductSummary, SearchPage, SearchQuery, SellerFigures

# Part of every manifest: raise it with any change of the fields, of a summary, or of what counts as a word.
SCHEMA = 3
WRITER_HEAP_BYTES = 32_000_000
MAX_NUMBER = 2**62
MAX_CATEGORIES = 10_000
_NAME_KEY_CHARACTERS = 60
_META = "meta.json"
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
        self._schema = _schema()
        if (directory / _META).exists():
            self._index = tantivy.Index.open(str(directory))
        else:
            # Lists are newest first unless terms otherwise; what comes first is stored first and found soonest.
            self._index = tantivy.Index(
                self._schema, path=str(directory), sort_by_field="created_at", sort_order=Order.Desc
            )
        self._index.config_reader(reload_policy="manual")
        self._index.reload()
        self._searcher = self._index.searcher()
        self._counts: Mapping[str, int] | None = None

    def reload(self) -> None:
        """Serve what the directory holds now. Raises when it holds no whole index, and goes on with the last one."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._counts = None

    def snapshot(self) -> Snapshot:
        """What has to be kept of the directory to open the same index elsewhere."""
        meta = (self._directory / _META).read_text(encoding="utf-8")
        bundles: dict[str, list[str]] = {}
        for segment in json.loads(meta)["segments"]:
            name = segment["segment_id"].replace("-", "")
            parts = [f"{name}.{part}" for part in _PARTS_OF_SEGMENT]
            bundles[name] = [part for part in parts if (self._directory / part).exists()]
            if segment["deletes"]:
                deleted = f"{name}.{segment['deletes']['opstamp']}"
                bundles[deleted] = [f"{deleted}.del"]
        return Snapshot(meta, bundles)

    def apply(self, documents: Iterable[IndexDocument], gone: Iterable[int]) -> int:
        """Replace or add the documents, remove the ids in `gone`, commit; how many documents that changed.

        A document that is held already in the same words changes nothing, so a replay is free: 0, and no commit.
        """
        writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        changed = 0
        for number in gone:
            if self._payload(number) is not None:
                writer.delete_documents_by_term("id", number)
                changed += 1
        for document in documents:
            payload = _payload_of(document)
            if payload != (held := self._payload(document.summary.id)):
                if held is not None:
                    writer.delete_documents_by_term("id", document.summary.id)
                writer.add_document(_engine_document(document, payload))
                changed += 1
        if changed:
            writer.commit()
        # Merges run beside the writer; after this nothing touches the directory any more.
        writer.wait_merging_threads()
        if changed:
            self.reload()
        return changed

    def find(self, query: SearchQuery) -> SearchPage:
        """The page of summaries that the query asks for, in a total order: equal ones stand by id."""
        page = query.page
        filters = self._filters(query)
        terms = tokenizer.query_terms(query.text)
        if query.text.strip() and not terms:
            return SearchPage(0, (), page)
        if terms and query.ordering is None:
            addresses, count = self._relevant(filters, terms, page.offset, page.size)
        else:
            matches = [self._anywhere(word) for word in terms]
            field, order = _order_of(query.ordering)
            addresses, count = self._slice(_all_of([*matches, *filters]), field, order, page.offset, page.size)
        return SearchPage(count, tuple(self._summary(address) for address in addresses), page)

    def by_ids(self, product_ids: Iterable[int]) -> list[ProductSummary]:
        """The summaries of those of the products that it holds, in the order asked for."""
        payloads = [self._payload(_bounded(number)) for number in product_ids]
        return [_summary_of(payload) for payload in payloads if payload is not None]

    def category_counts(self) -> Mapping[str, int]:
        """How many documents each category holds, counted once for as long as the index stays as it is."""
        if self._counts is None:
            terms = {"in": {"terms": {"field": "category_slug", "size": MAX_CATEGORIES}}}
            found = self._searcher.aggregate(Query.all_query(), terms)
            self._counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in found["in"]["buckets"]}
        return self._counts

    def seller_figures(self, seller_id: int) -> SellerFigures:
        """The sums over a seller's documents."""
        query = self._term("seller_id", _bounded(seller_id))
        sums = {name: {"sum": {"field": name}} for name in ("review_count", "rating_sum", "favorite_count")}
        found = self._searcher.aggregate(query, sums)
        reviews, ratings, favorites = (int(found[name]["value"] or 0) for name in sums)
        return SellerFigures(self._count(query), reviews, ratings, favorites)

    # How words match

    def _relevant(self, filters: list[Query], terms: list[str], offset: int, size: int) -> tuple[list[DocAddress], int]:
        """Best first, in four ranks: all words whole in the name; whole in name, brand, category or tags; inside words
        of the name; anywhere. Within a rank short names before long ones (more of it was terms for), then the newest.
        """
        in_name = _all_of([self._term("name", word) for word in terms])
        in_head = _all_of([self._term("head", word) for word in terms])
        inside_name = _all_of([self._inside(word, "name_endings", "name") for word in terms])
        anywhere = _all_of([self._anywhere(word) for word in terms])
        hits, count = self._search(_all_of([anywhere, *filters]), size, field="fit")
        if count <= size:
            better = [_all_of([rank, *filters]) for rank in (in_name, in_head, inside_name)]
            return self._ranked(hits, better)[offset:], count
        ranks = [
            in_name,
            _without(in_head, [in_name]),
            _without(inside_name, [in_head]),
            _without(anywhere, [in_head, inside_name]),
        ]
        addresses: list[DocAddress] = []
        passed = 0
        for rank in ranks:
            if len(addresses) == size:
                break
            query = _all_of([rank, *filters])
            found, matching = self._slice(query, "fit", Order.Desc, max(0, offset - passed), size - len(addresses))
            addresses += found
            passed += matching
        return addresses, count

    def _ranked(self, hits: list[tuple[int, DocAddress]], better: Sequence[Query]) -> list[DocAddress]:
        """All the matches of a query, few as they are: those of the first of the better queries first, and so on."""
        ranks: dict[tuple[int, int], int] = {}
        for rank, query in enumerate(better):
            if len(ranks) < len(hits):
                for _, address in self._search(query, len(hits))[0]:
                    ranks.setdefault((address.segment_ord, address.doc), rank)
        numbers: list[Any] = self._searcher.fast_field_values("id", [address for _, address in hits])

        def place(hit: tuple[int, tuple[int, DocAddress]]) -> tuple[int, int, int]:
            position, (fit, address) = hit
            return ranks.get((address.segment_ord, address.doc), len(better)), -fit, -numbers[position]

        return [address for _, (_, address) in sorted(enumerate(hits), key=place)]

    def _anywhere(self, word: str) -> Query:
        return self._inside(word, "endings", "head")

    def _inside(self, word: str, endings: str, whole: str) -> Query:
        """The word inside a word. One character alone only begins a word: inside, it would match nearly everything."""
        if len(word) == 1:
            return _any_of([self._prefix(whole, word), self._term(endings, word)])
        return self._prefix(endings, word)

    def _prefix(self, field: str, word: str) -> Query:
        return Query.fuzzy_term_query(self._schema, field, word, distance=0, prefix=True)

    def _term(self, field: str, value: str | int) -> Query:
        return Query.term_query(self._schema, field, value, index_option="basic")

    def _range(self, field: str, low: int | None, high: int | None) -> Query:
        least, most = (None if bound is None else _bounded(bound) for bound in (low, high))
        return Query.range_query(self._schema, field, FieldType.Integer, least, most)

    def _filters(self, query: SearchQuery) -> list[Query]:
        filters: list[Query] = []
        if query.category is not None:
            filters.append(self._category(query.category))
        if query.seller_id is not None:
            filters.append(self._term("seller_id", _bounded(query.seller_id)))
        if query.featured is not None:
            filters.append(self._term("featured", int(query.featured)))
        if query.price_min is not None or query.price_max is not None:
            low, high = (None if one is None else one * 10**MAX_DECIMALS for one in (query.price_min, query.price_max))
            filters.append(
                self._range("price", low if low is None else ceil(low), high if high is None else floor(high))
            )
        if query.in_stock is not None:
            filters.append(self._range("stock", 1, None) if query.in_stock else self._range("stock", None, 0))
        if query.on_sale is not None:
            filters.append(self._term("on_sale", int(query.on_sale)))
        if query.rating_min is not None:
            filters.append(self._range("average_rating", query.rating_min, None))
        for field, words in (("brand", query.brands), ("tag", query.tags), ("condition", query.conditions)):
            if words:
                filters.append(_any_of([self._term(field, _word(word)) for word in words]))
        return filters

    def _category(self, wanted: str) -> Query:
        by_slug = self._term("category_slug", _storable(wanted.casefold()))
        if wanted.isascii() and wanted.isdigit() and len(wanted) <= 16:
            return _any_of([by_slug, self._term("category_id", int(wanted))])
        return by_slug

    # How pages are cut

    def _count(self, query: Query) -> int:
        return self._search(query, 1)[1]

    def _search(
        self, query: Query, limit: int, *, offset: int = 0, field: str | None = None, order: Order = Order.Desc
    ) -> tuple[list[tuple[Any, DocAddress]], int]:
        """(sort key, address) of `limit` matches from `offset` on, and how many match in all."""
        result: Any = self._searcher.search(query, limit=limit, offset=offset, order_by_field=field, order=order)
        return result.hits, result.count

    def _slice(self, query: Query, field: str, order: Order, offset: int, size: int) -> tuple[list[DocAddress], int]:
        """Positions `offset` to `offset + size` of the matches in the order of (field, id), and how many match.

        The engine sorts by one field and leaves equal keys in no lasting order. Those within the page are sorted by id
        here; where a run of equal keys reaches over an edge of the page, the run is terms for again in order of id.
        """
        before = 1 if offset else 0
        hits, count = self._search(query, size + before + 1, offset=offset - before, field=field, order=order)
        window = hits[before : before + size]
        if not window:
            return [], count
        first, last = window[0][0], window[-1][0]
        runs_in = bool(before) and hits[0][0] == first
        runs_out = len(hits) > before + size and hits[-1][0] == last
        page: list[DocAddress] = []
        for key, group in groupby(window, key=lambda hit: hit[0]):
            addresses = [address for _, address in group]
            if (runs_in and key == first) or (runs_out and key == last):
                skipped = offset - self._count_before(query, field, order, key) if runs_in and key == first else 0
                run = _all_of([query, self._range(field, key, key)])
                in_order, _ = self._search(run, len(addresses), offset=skipped, field="id", order=order)
                page += [address for _, address in in_order]
            elif len(addresses) > 1:
                page += self._by_id(addresses, order)
            else:
                page += addresses
        return page, count

    def _count_before(self, query: Query, field: str, order: Order, key: int) -> int:
        before = self._range(field, None, key - 1) if order == Order.Asc else self._range(field, key + 1, None)
        return self._count(_all_of([query, before]))

    def _by_id(self, addresses: list[DocAddress], order: Order) -> list[DocAddress]:
        numbers: list[Any] = self._searcher.fast_field_values("id", addresses)
        placed = sorted(range(len(addresses)), key=numbers.__getitem__, reverse=order == Order.Desc)
        return [addresses[place] for place in placed]

    # What is stored

    def _payload(self, number: int) -> bytes | None:
        hits, _ = self._search(self._term("id", number), 1)
        return self._stored(hits[0][1]) if hits else None

    def _stored(self, address: DocAddress) -> bytes:
        stored: Any = self._searcher.doc(address).get_first("card")
        return bytes(stored)

    def _summary(self, address: DocAddress) -> ProductSummary:
        return _summary_of(self._stored(address))


_TAGS = list(ProductSummary.__dataclass_fields__).index("tags")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for number in ("id", "category_id", "seller_id", "featured", "on_sale"):
        builder.add_integer_field(number, indexed=True, fast=number == "id")
    for sortable in ("created_at", "price", "stock", "fit", "view_count", "favorite_count", "average_rating"):
        builder.add_integer_field(sortable, fast=True)
    for summed in ("review_count", "rating_sum"):
        builder.add_integer_field(summed, fast=True)
    for word in ("brand", "tag", "condition"):
        builder.add_text_field(word, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("category_slug", fast=True, tokenizer_name="raw", index_option="basic")
    for text in ("name", "head", "name_endings", "endings"):
        builder.add_text_field(text, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("name_key", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    return builder.build()


def _engine_document(source: IndexDocument, payload: bytes) -> tantivy.Document:
    summary = source.summary
    name = tokenizer.indexed(summary.name)
    head = list(
        dict.fromkeys(name + tokenizer.indexed(" ".join([summary.brand, summary.category_name, *summary.tags])))
    )
    suffixes = dict.fromkeys(tokenizer.suffixes(head) + tokenizer.indexed(source.description))
    shortness = 63 - min(63, len(name))
    document = tantivy.Document()
    document.add_integer("id", summary.id)
    if summary.category_id is not None:
        document.add_integer("category_id", summary.category_id)
    document.add_integer("seller_id", summary.seller_id)
    document.add_integer("featured", int(summary.is_featured))
    document.add_integer("created_at", summary.created_at)
    document.add_integer("price", thousandths(summary.price_minor, summary.currency))
    document.add_integer("stock", summary.stock)
    document.add_integer("fit", (shortness << 44) + summary.created_at)
    document.add_text("name", " ".join(name))
    document.add_text("head", " ".join(head))
    document.add_text("name_endings", " ".join(tokenizer.suffixes(name)))
    document.add_text("endings", " ".join(suffixes))
    document.add_integer("on_sale", int(summary.original_price_minor > summary.price_minor))
    document.add_integer("view_count", summary.view_count)
    document.add_integer("favorite_count", summary.favorite_count)
    document.add_integer("average_rating", summary.rating_micros)
    document.add_integer("review_count", summary.review_count)
    document.add_integer("rating_sum", summary.rating_sum)
    document.add_text("brand", _word(summary.brand))
    document.add_text("condition", _word(summary.condition))
    for tag in summary.tags:
        document.add_text("tag", _word(tag))
    for slug in (*source.category_path, summary.category_slug):
        document.add_text("category_slug", _storable(slug.casefold()))
    # The id makes the key unique; the separator sorts before every letter, so a name stands before its continuations.
    document.add_text(
        "name_key", f"{' '.join(tokenizer.split(summary.name))[:_NAME_KEY_CHARACTERS]}\x01{summary.id:016d}"
    )
    document.add_bytes("card", payload)
    return document


def _payload_of(document: IndexDocument) -> bytes:
    """The summary as stored, closed by a digest of what is searched but not shown: equal payloads, equal documents."""
    unseen = repr((document.description, document.category_path))
    digest = hashlib.blake2b(unseen.encode(), digest_size=8).hexdigest()
    return json.dumps([*vars(document.summary).values(), digest], separators=(",", ":")).encode()


def _summary_of(payload: bytes) -> ProductSummary:
    fields = json.loads(payload.decode())
    fields[_TAGS] = tuple(fields[_TAGS])
    return ProductSummary(*fields[:-1])


def _order_of(ordering: str | None) -> tuple[str, Order]:
    if ordering is None:
        return "created_at", Order.Desc
    field = ordering.removeprefix("-")
    return {"name": "name_key"}.get(field, field), Order.Desc if ordering.startswith("-") else Order.Asc


def _all_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.all_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _any_of(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _without(query: Query, others: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query), *((Occur.MustNot, other) for other in others)])


def _bounded(number: int) -> int:
    """No value of a field lies beyond these bounds, so cutting a caller's number there changes no answer."""
    return max(-MAX_NUMBER, min(MAX_NUMBER, number))


def _word(written: str) -> str:
    """A word that is asked for as a whole: without case, accents, and blanks around it."""
    return _storable(tokenizer.fold(written).strip())


def _storable(text: str) -> str:
    """Without lone surrogates, which JSON can carry and UTF-8 cannot, and within what the engine takes as a term."""
    return text[:200].encode("utf-8", "replace").decode()
