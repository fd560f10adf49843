"""How pages are cut from the engine's matches: total orders, so that no product stands on two pages or on none."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import tantivy
from tantivy import DocAddress, Order, Query

from commerce.search.tantivy_queries import Queries, all_of

# Best matches up to this position are in a total order; behind it equal ones stand as the engine has them.
_ORDERED = 200

Hit = tuple[float, DocAddress]


class Pages:
    """Pages of one searcher's matches."""

    def __init__(self, searcher: tantivy.Searcher, queries: Queries) -> None:
        self._searcher = searcher
        self._queries = queries

    def count(self, query: Query) -> int:
        return self.search(query, 1)[1]

    def search(
        self, query: Query, limit: int, *, offset: int = 0, field: str | None = None, order: Order = Order.Desc
    ) -> tuple[list[tuple[Any, DocAddress]], int]:
        """(sort key or score, address) of `limit` matches from `offset` on, and how many match in all."""
        result: Any = self._searcher.search(query, limit=limit, offset=offset, order_by_field=field, order=order)
        return result.hits, result.count

    def best(self, query: Query, depth: int) -> tuple[list[Hit], int]:
        """The first `depth` matches by score, equal ones the newest first, and how many match in all."""
        hits, count = self.search(query, max(_ORDERED, depth))
        return (self.newest_first(hits[:_ORDERED]) + hits[_ORDERED:]), count

    def newest_first(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits by score; equal ones by age, then by id."""
        addresses = [address for _, address in hits]
        made = self._searcher.fast_field_values("created_at", addresses)
        numbers = self.ids(addresses)
        places = sorted(range(len(hits)), key=lambda at: (-hits[at][0], -(made[at] or 0), -numbers[at]))
        return [hits[place] for place in places]

    def ids(self, addresses: list[DocAddress]) -> list[int]:
        numbers: list[Any] = self._searcher.fast_field_values("id", addresses)
        return numbers

    def slice(self, query: Query, field: str, order: Order, offset: int, size: int) -> tuple[list[DocAddress], int]:
        """Positions `offset` to `offset + size` of the matches in the order of (field, id), and how many match.

        The engine sorts by one field and leaves equal keys in no lasting order. Those within the page are sorted by id
        here; where a run of equal keys reaches over an edge of the page, the run is asked for again in order of id.
        """
        before = 1 if offset else 0
        hits, count = self.search(query, size + before + 1, offset=offset - before, field=field, order=order)
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
                run = all_of([query, self._queries.range(field, key, key)])
                in_order, _ = self.search(run, len(addresses), offset=skipped, field="id", order=order)
                page += [address for _, address in in_order]
            elif len(addresses) > 1:
                page += self._by_id(addresses, order)
            else:
                page += addresses
        return page, count

    def _count_before(self, query: Query, field: str, order: Order, key: int) -> int:
        low, high = (None, key - 1) if order == Order.Asc else (key + 1, None)
        return self.count(all_of([query, self._queries.range(field, low, high)]))

    def _by_id(self, addresses: list[DocAddress], order: Order) -> list[DocAddress]:
        numbers = self.ids(addresses)
        placed = sorted(range(len(addresses)), key=numbers.__getitem__, reverse=order == Order.Desc)
        return [addresses[place] for place in placed]
