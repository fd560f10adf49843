"""Which products match a text: words in stages, the next one only where the one before found too little.

The stage depends on the query and never on its page, so the pages of a query belong to one answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import tantivy
from tantivy import Query

from commerce.search import synonyms, tokenizer, understanding
from commerce.search.model import SearchQuery, Stage
from commerce.search.tantivy_documents import WORDS
from commerce.search.tantivy_pages import Hit, Pages
from commerce.search.tantivy_queries import Queries, all_of, within
from commerce.search.understanding import Concept

# Fewer matches than this, and words are matched more widely.
ENOUGH = 10
# How many the last stage looks at, for their words and for their meaning.
NEAR = 40
# From which likeness on a product means what the text does, if no word says so; and how much meaning counts.
LIKE = 0.35
MEANING = 1.0

# Of what filters leave, so many are compared: a page of them is found then, though perhaps not the nearest of all.
COMPARED = 2_000

Nearest = Callable[[str, int, Sequence[int] | None], Sequence[tuple[int, float]]]


@dataclass(frozen=True)
class Matches:
    """What matches: the engine's query for it and how many, None where they were not counted.

    Where the best are to come first, `ranked` has them down to the end of the page; of the last stage, `parts` has what
    words and meaning counted.
    """

    stage: Stage
    query: Query
    count: int | None = None
    words: Sequence[str] = ()
    concepts: Sequence[Concept] = ()
    ranked: Sequence[Hit] = ()
    parts: Mapping[int, tuple[float, float]] = field(default_factory=dict)


class Matching:
    """The stages over one searcher. `nearest` answers which ids, of some or all, mean most nearly what a text does."""

    def __init__(self, searcher: tantivy.Searcher, queries: Queries, pages: Pages, nearest: Nearest) -> None:
        self._searcher = searcher
        self._queries = queries
        self._pages = pages
        self._nearest = nearest

    def matches(self, query: SearchQuery) -> Matches:
        """What the query finds."""
        filters = self._queries.filters(query)
        terms = tokenizer.query_terms(query.text)
        if not terms:
            found = Query.empty_query() if query.text.strip() else all_of(filters)
            return Matches(Stage.EXACT, found)
        words = understanding.meaningful(terms)
        exact = within(self._queries.exact(words), filters)
        ranked, count = self._best(exact, query)
        if count >= ENOUGH:
            return Matches(Stage.EXACT, exact, count, words, ranked=ranked)
        concepts = understanding.concepts(words, synonyms.committed(), self._occurs)
        wider = within(self._queries.wider(words, concepts), filters)
        ranked, count = self._best(wider, query)
        if count:
            return Matches(Stage.WIDER, wider, count, words, concepts, ranked)
        return self._near(words, concepts, filters)

    def _best(self, wanted: Query, query: SearchQuery) -> tuple[list[Hit], int]:
        if query.ordering is None:
            return self._pages.best(wanted, query.page.offset + query.page.size)
        return [], self._pages.count(wanted)

    def _near(self, words: Sequence[str], concepts: Sequence[Concept], filters: Sequence[Query]) -> Matches:
        """Where nothing matches all words: what matches some, or means the same, by both together."""
        by_words, _ = self._pages.search(within(self._queries.loose(concepts), filters), NEAR)
        likeness = dict(self._nearest(" ".join(words), NEAR, self._ids(filters)))
        alike = [number for number, value in likeness.items() if value >= LIKE]
        by_meaning, _ = self._pages.search(within(self._queries.among(alike), filters), NEAR) if alike else ([], 0)
        addresses = [address for _, address in (*by_words, *by_meaning)]
        places = dict(zip(self._pages.ids(addresses), addresses, strict=True))
        most = by_words[0][0] if by_words else 1.0
        numbers = self._pages.ids([address for _, address in by_words])
        scores = {number: score / most for number, (score, _) in zip(numbers, by_words, strict=True)}
        parts = {number: (scores.get(number, 0.0), MEANING * max(0.0, likeness.get(number, 0.0))) for number in places}
        ranked = self._pages.newest_first([(sum(parts[number]), address) for number, address in places.items()])
        return Matches(Stage.NEAR, self._queries.among(list(places)), len(ranked), words, concepts, ranked, parts)

    def _ids(self, filters: Sequence[Query]) -> list[int] | None:
        """The ids that meaning is compared with; None for all."""
        if not filters:
            return None
        hits, _ = self._pages.search(all_of(filters), COMPARED)
        return self._pages.ids([address for _, address in hits])

    def _occurs(self, stem: str) -> bool:
        return any(self._searcher.doc_freq(field, stem) for field in WORDS)
