"""Questions in the engine's own terms: filters, and words in three stages, each looser than the one before.

- `exact`: every word, in singular or plural, in a product's name, brand, category, tags or description.
- `wider`: every word, or a synonym of it, or a word that it is the inside of; misspelled, with a letter or two wrong.
- `loose`: any of these.

Query text never reaches a query parser, so operators, quotes and patterns mean nothing. The inside of a word is found
by a prefix query over the endings of all words: "phone" begins an ending of "smartphone".
"""

from collections.abc import Sequence
from math import ceil, floor

import tantivy
from tantivy import FieldType, Occur, Query

from commerce.kit.money import MAX_DECIMALS
from commerce.search import tokenizer
from commerce.search.model import SearchQuery
from commerce.search.synonyms import Phrase
from commerce.search.tantivy_documents import storable, word
from commerce.search.understanding import Concept

MAX_NUMBER = 2**62
BOOSTS = {"name": 3.0, "head": 2.0, "body": 1.0}
# How much of the best field's score the others add.
_OTHER_FIELDS = 0.3
_SYNONYM = 0.8
_INSIDE_NAME, _INSIDE = 3.0, 1.5
_MISTAKES = {1: 4.0, 2: 2.0}
# Above what words can score, so what matches exactly comes before all else.
EXACT_FIRST = 1_000.0


class Queries:
    """Builds queries over one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def exact(self, words: Sequence[str]) -> Query:
        return all_of([self.whole(tokenizer.stem(one)) for one in words])

    def wider(self, words: Sequence[str], concepts: Sequence[Concept]) -> Query:
        wider = all_of([self._concept(concept) for concept in concepts])
        first = Query.const_score_query(self.exact(words), EXACT_FIRST)
        return Query.boolean_query([(Occur.Must, any_of([wider, self.exact(words)])), (Occur.Should, first)])

    def loose(self, concepts: Sequence[Concept]) -> Query:
        return any_of([self._concept(concept) for concept in concepts])

    def whole(self, stem: str) -> Query:
        """The word in any of the fields; the best one counts, the others a little."""
        fields = [Query.boost_query(self.term(field, stem, "freq"), boost) for field, boost in BOOSTS.items()]
        return Query.disjunction_max_query(fields, _OTHER_FIELDS)

    def _concept(self, concept: Concept) -> Query:
        as_written = all_of([self._word(one, concept.mistakes) for one in concept.written])
        others = [Query.boost_query(self._phrase(phrase), _SYNONYM) for phrase in concept.others]
        return Query.disjunction_max_query([as_written, *others]) if others else as_written

    def _phrase(self, phrase: Phrase) -> Query:
        return all_of([self.whole(stem) for stem in phrase])

    def _word(self, written: str, mistakes: int) -> Query:
        ways = [
            self.whole(tokenizer.stem(written)),
            Query.const_score_query(self._inside(written, "name_endings"), _INSIDE_NAME),
            Query.const_score_query(self._inside(written, "endings"), _INSIDE),
        ]
        for distance in range(1, mistakes + 1):
            fuzzy = Query.fuzzy_term_query(self._schema, "spelled", written, distance=distance)
            ways.append(Query.const_score_query(fuzzy, _MISTAKES[distance]))
        return Query.disjunction_max_query(ways)

    def _inside(self, written: str, endings: str) -> Query:
        """The word inside a word. One character alone only begins a word: inside, it would match nearly everything."""
        if len(written) == 1:
            return any_of([self._prefix("spelled", written), self.term(endings, written)])
        return self._prefix(endings, written)

    def _prefix(self, field: str, written: str) -> Query:
        return Query.fuzzy_term_query(self._schema, field, written, distance=0, prefix=True)

    def term(self, field: str, value: str | int, index_option: str = "basic") -> Query:
        return Query.term_query(self._schema, field, value, index_option=index_option)

    def among(self, product_ids: Sequence[int]) -> Query:
        return any_of([self.term("id", number) for number in product_ids])

    def range(self, field: str, low: int | None, high: int | None) -> Query:
        least, most = (None if bound is None else bounded(bound) for bound in (low, high))
        return Query.range_query(self._schema, field, FieldType.Integer, least, most)

    def filters(self, query: SearchQuery) -> list[Query]:
        """What restricts beside words."""
        filters: list[Query] = []
        if query.category is not None:
            filters.append(self._category(query.category))
        if query.seller_id is not None:
            filters.append(self.term("seller_id", bounded(query.seller_id)))
        if query.featured is not None:
            filters.append(self.term("featured", int(query.featured)))
        if query.price_min is not None or query.price_max is not None:
            low, high = (None if one is None else one * 10**MAX_DECIMALS for one in (query.price_min, query.price_max))
            filters.append(
                self.range("price", low if low is None else ceil(low), high if high is None else floor(high))
            )
        if query.in_stock is not None:
            filters.append(self.range("stock", 1, None) if query.in_stock else self.range("stock", None, 0))
        if query.on_sale is not None:
            filters.append(self.term("on_sale", int(query.on_sale)))
        if query.rating_min is not None:
            filters.append(self.range("average_rating", query.rating_min, None))
        for field, words in (("brand", query.brands), ("tag", query.tags), ("condition", query.conditions)):
            if words:
                filters.append(any_of([self.term(field, word(one)) for one in words]))
        return filters

    def _category(self, wanted: str) -> Query:
        by_slug = self.term("category_slug", storable(wanted.casefold()))
        if wanted.isascii() and wanted.isdigit() and len(wanted) <= 16:
            return any_of([by_slug, self.term("category_id", int(wanted))])
        return by_slug


def all_of(queries: Sequence[Query]) -> Query:
    """Everything when there are none."""
    if not queries:
        return Query.all_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Sequence[Query]) -> Query:
    """Nothing when there are none."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def within(query: Query, filters: Sequence[Query]) -> Query:
    """The query's matches with its scores, restricted."""
    unscored = [Query.const_score_query(one, 0.0) for one in filters]
    return all_of([query, *unscored])


def bounded(number: int) -> int:
    """No value of a field lies beyond these bounds, so cutting a caller's number there changes no answer."""
    return max(-MAX_NUMBER, min(MAX_NUMBER, number))
