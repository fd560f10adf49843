"""Why products were found: their scores taken apart, by asking for each product what each field's words score."""

from collections.abc import Mapping, Sequence

from tantivy import Occur, Query

from commerce.search import tokenizer
from commerce.search.model import ExplainedConcept, ExplainedHit, Explanation, ProductSummary, Stage
from commerce.search.tantivy_documents import WORDS
from commerce.search.tantivy_matching import Matches
from commerce.search.tantivy_pages import Hit, Pages
from commerce.search.tantivy_queries import EXACT_FIRST, Queries, any_of


def explained(
    pages: Pages,
    queries: Queries,
    matches: Matches,
    count: int,
    hits: Sequence[Hit],
    numbers: Sequence[int],
    summaries: Sequence[ProductSummary],
) -> Explanation:
    """The explanation of a page of hits."""
    found = []
    for (score, _), number, summary in zip(hits, numbers, summaries, strict=True):
        stage = _stage(pages, queries, matches, number)
        found.append(ExplainedHit(summary, stage, _without_tier(score), _parts(pages, queries, matches, number)))
    concepts = tuple(
        ExplainedConcept(" ".join(one.written), tuple(" ".join(phrase) for phrase in one.others), one.mistakes)
        for one in matches.concepts
    )
    return Explanation(matches.stage, count, tuple(matches.words), concepts, tuple(found))


def _stage(pages: Pages, queries: Queries, matches: Matches, number: int) -> Stage:
    """The first stage that finds the product; of the last one, nothing was found before."""
    if matches.stage is not Stage.WIDER:
        return matches.stage
    found = _score(pages, queries, queries.exact(matches.words), number)
    return Stage.WIDER if found is None else Stage.EXACT


def _parts(pages: Pages, queries: Queries, matches: Matches, number: int) -> Mapping[str, float]:
    """What each field's words score, and of the last stage what words and meaning counted."""
    stems = [tokenizer.stem(word) for word in matches.words]
    parts: dict[str, float] = {}
    for field in WORDS:
        asked = any_of([queries.term(field, stem, "freq") for stem in stems])
        parts[field] = _score(pages, queries, asked, number) or 0.0
    if number in matches.parts:
        words, meaning = matches.parts[number]
        parts |= {"words": words, "meaning": meaning}
    return parts


def _score(pages: Pages, queries: Queries, query: Query, number: int) -> float | None:
    """What the product scores, None when it does not match."""
    itself = Query.const_score_query(queries.term("id", number), 0.0)
    hits, _ = pages.search(Query.boolean_query([(Occur.Must, itself), (Occur.Must, query)]), 1)
    return hits[0][0] if hits else None


def _without_tier(score: float) -> float:
    """What words scored, without what only puts stages in their order."""
    return score - EXACT_FIRST if score >= EXACT_FIRST else score
