"""Lists by time, kept in an index named `agenda` (hash `agenda`, range `agenda_at` in milliseconds): things of a day,
and things that are due, in shards so that no single key takes all the writes."""

from collections.abc import Iterable, Iterator
from typing import Any

from commerce.kit import clock
from commerce.kit.items import Item, item_to_wire
from commerce.kit.tables import Table, read

DUE_SHARDS = 4
_BATCH = 100
_INDEX = ("agenda", "agenda")


def of_day(name: str, at_ms: int) -> dict[str, Any]:
    """The attributes that put an item on the list `name` of its day (UTC)."""
    return {"agenda": f"{name}#{clock.iso(at_ms)[:10]}", "agenda_at": at_ms}


def reminder(number: int, due_ms: int) -> dict[str, Any]:
    """The attributes that remind of an item when it is due; `number` chooses the shard."""
    return {"agenda": f"DUE#{number % DUE_SHARDS}", "agenda_at": due_ms}


def items_of_day(table: Table, name: str, day: str) -> Iterator[Item]:
    """The items on a day's list (2026-11-21), oldest first: one call for each hundred besides the index's own."""
    keys = [(table, row["pk"], row["sk"]) for row in table.query_all(f"{name}#{day}", index=_INDEX)]
    for start in range(0, len(keys), _BATCH):
        yield from (item for item in read(keys[start : start + _BATCH]) if item)


def newest_of_day(
    table: Table, name: str, day: str, limit: int, after: tuple[str, str, int] | None = None
) -> list[Item]:
    """At most `limit` items of a day's list, the latest first; those that follow `after` (pk, sk, time) when given."""
    start = None
    if after is not None:
        pk, sk, at_ms = after
        start = item_to_wire({"pk": pk, "sk": sk, "agenda": f"{name}#{day}", "agenda_at": at_ms})
    rows = table.query(f"{name}#{day}", index=_INDEX, backwards=True, limit=limit, start=start)
    return [item for item in read([(table, row["pk"], row["sk"]) for row in rows.items]) if item] if rows.items else []


def due(table: Table, now_ms: int, limit: int) -> Iterable[tuple[str, str]]:
    """Keys (pk, sk) of what is due by now, at most `limit` of each shard, the longest due first."""
    for shard in range(DUE_SHARDS):
        for row in table.query_until(f"DUE#{shard}", (*_INDEX, "agenda_at"), now_ms, limit):
            yield row["pk"], row["sk"]
