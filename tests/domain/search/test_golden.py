"""Golden queries: search stays better than what one gets for nothing, and no worse where words are well spelled.

`make bench` prints the table; the figures are in docs/proofs.md."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.golden.catalogue import documents
from benchmarks.golden.rankings import Golden, fts5, golden, ours, plain_bm25, scores


def test_search_beats_plain_rankings_on_what_it_was_tuned_on_and_on_what_was_held_out(tmp_path: Path) -> None:
    shelf = list(documents())
    queries = golden([document.summary.slug for document in shelf])
    index, plain, peer = ours(shelf, tmp_path), plain_bm25(shelf), fts5(shelf)
    assert len(queries) >= 60 and sum(one.held_out for one in queries) >= len(queries) // 3
    assert all(one.relevant for one in queries)

    def is_no_worse(chosen: Sequence[Golden]) -> bool:
        own = scores(index, chosen)
        return all(
            own.precision >= other.precision and own.reciprocal_rank >= other.reciprocal_rank
            for other in (scores(plain, chosen), scores(peer, chosen))
        )

    for held_out in (False, True):
        chosen = [one for one in queries if one.held_out is held_out]
        assert is_no_worse(chosen)
        assert is_no_worse([one for one in chosen if one.kind in ("exact", "plural")])
    assert scores(index, [one for one in queries if not one.held_out]).precision >= 0.9
