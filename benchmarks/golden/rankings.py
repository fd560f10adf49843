"""Precision and reciprocal rank of the golden queries: plain BM25, SQLite FTS5, and the catalogue index.

    PYTHONPATH=layers/domain:. python -m benchmarks.golden.rankings [--misses] [--tuned]

All three have the same products and fields. BM25 is the engine's own, over one field of all text, any word matching;
FTS5 has three columns and its bm25(), any word matching as well, since with all of them it finds little.
"""

import csv
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import tantivy

from benchmarks.golden.catalogue import documents
from commerce.kit.pages import PageRequest
from commerce.search import tokenizer
from commerce.search.model import IndexDocument, SearchQuery
from commerce.search.tantivy_gateway import Engine

QUERIES = Path(__file__).with_name("queries.tsv")
FIRST, DEPTH = 5, 20
Ranking = Callable[[str], Sequence[str]]


class Golden(NamedTuple):
    """One query with what is relevant to it."""

    query: str
    kind: str
    relevant: frozenset[str]
    held_out: bool


class Score(NamedTuple):
    """Of one query or, on average, of many."""

    precision: float
    reciprocal_rank: float


def golden(slugs: Sequence[str]) -> list[Golden]:
    """The golden queries, their patterns resolved."""
    with QUERIES.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    found = []
    for row in rows:
        patterns = row["relevant"].split()
        relevant = frozenset(slug for slug in slugs if any(fnmatchcase(slug, pattern) for pattern in patterns))
        found.append(Golden(row["query"], row["kind"], relevant, row["held_out"] == "yes"))
    return found


def score(found: Sequence[str], relevant: frozenset[str]) -> Score:
    right = [slug in relevant for slug in found[:DEPTH]]
    precision = sum(right[:FIRST]) / min(FIRST, len(relevant))
    return Score(precision, 1 / (right.index(True) + 1) if True in right else 0.0)


def _text(document: IndexDocument) -> tuple[str, str, str]:
    summary = document.summary
    return summary.name, " ".join([summary.brand, summary.category_name, *summary.tags]), document.description


def plain_bm25(shelf: Sequence[IndexDocument]) -> Ranking:
    """The engine as it comes: its default tokenizer, one field."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text")
    builder.add_text_field("slug", stored=True, tokenizer_name="raw")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(20_000_000, 1)
    for document in shelf:
        writer.add_document(tantivy.Document(text=" ".join(_text(document)), slug=document.summary.slug))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ranking(text: str) -> list[str]:
        query, _ = index.parse_query_lenient(" ".join(tokenizer.split(text)), ["text"])
        return [str(searcher.doc(at).get_first("slug")) for _, at in searcher.search(query, DEPTH).hits]

    return ranking


def fts5(shelf: Sequence[IndexDocument]) -> Ranking:
    """SQLite's full-text search with its stemmer and weighted columns."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(slug UNINDEXED, name, head, body, tokenize='porter unicode61')")
    base.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(one.summary.slug, *_text(one)) for one in shelf])

    def ranking(text: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in tokenizer.split(text))
        asked = f"SELECT slug FROM t WHERE t MATCH ? ORDER BY bm25(t, 0, 3, 2, 1) LIMIT {DEPTH}"
        return [slug for [slug] in base.execute(asked, [match])]

    return ranking


def ours(shelf: Sequence[IndexDocument], directory: Path) -> Ranking:
    """The catalogue index."""
    engine = Engine(directory)
    engine.apply(shelf, ())

    def ranking(text: str) -> list[str]:
        found = engine.find(SearchQuery(text=text, page=PageRequest(1, DEPTH)))
        return [summary.slug for summary in found.products]

    return ranking


def scores(ranking: Ranking, queries: Sequence[Golden]) -> Score:
    """The averages."""
    each = [score(ranking(one.query), one.relevant) for one in queries]
    return Score(mean(one.precision for one in each), mean(one.reciprocal_rank for one in each))


def table(rankings: Mapping[str, Ranking], queries: Sequence[Golden]) -> None:
    """A line for each kind of the queries, then all of them: precision at 5 and reciprocal rank of each ranking."""
    print(f"{'':10}{'queries':>8}" + "".join(f"{name:>22}" for name in rankings))
    for kind in [*dict.fromkeys(one.kind for one in queries), "all"]:
        chosen = [one for one in queries if kind in (one.kind, "all")]
        found = [scores(ranking, chosen) for ranking in rankings.values()]
        print(
            f"{kind:10}{len(chosen):8}" + "".join(f"{one.precision:15.3f}{one.reciprocal_rank:7.3f}" for one in found)
        )


def main(arguments: Sequence[str]) -> None:
    shelf = list(documents())
    queries = golden([document.summary.slug for document in shelf])
    tuned = [one for one in queries if not one.held_out]
    with tempfile.TemporaryDirectory() as directory:
        index = ours(shelf, Path(directory))
        rankings = {"plain BM25": plain_bm25(shelf), "SQLite FTS5": fts5(shelf), "ours": index}
        print("Tuned on: precision at 5, reciprocal rank")
        table(rankings, tuned)
        if "--tuned" not in arguments:
            print("\nHeld out")
            table(rankings, [one for one in queries if one.held_out])
        if "--misses" in arguments:
            for one in tuned:
                found = index(one.query)
                if score(found, one.relevant) != (1.0, 1.0):
                    print(f"{one.kind:10}{one.query}: {score(found, one.relevant)} {', '.join(found[:FIRST])}")


if __name__ == "__main__":
    main(sys.argv[1:])
