"""Audit table: actions of staff by the day (UTC). Written once, read, and gone only by their age.

AUDIT#2026-11-21   <milliseconds>-<random>   {actor_id, action, object_id, values, expires_at}
"""

from commerce.audit.model import RETENTION_SECONDS, Entry
from commerce.kit import clock
from commerce.kit.items import Item
from commerce.kit.tables import Table, Write


class AuditStore:
    """Every access to the Audit table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def writing(self, entry: Entry) -> Write:
        """The write that records an action: alone, or with the transaction that carries it out."""
        item = {
            **_key(entry.id, entry.at),
            "at": entry.at,
            "actor_id": entry.actor_id,
            "action": entry.action,
            "object_id": entry.object_id,
            "values": dict(entry.values),
            "expires_at": entry.at // 1000 + RETENTION_SECONDS,
        }
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def write(self, entry: Entry) -> None:
        """Record an action on its own."""
        self._table.write(self.writing(entry))

    def of_day(self, day: str, limit: int, before: Entry | None = None) -> list[Entry]:
        """At most `limit` actions of a day (2026-11-21), the latest first; only those before `before` when given."""
        start = {name: {"S": value} for name, value in _key(before.id, before.at).items()} if before else None
        rows = self._table.query(f"AUDIT#{day}", backwards=True, limit=limit, start=start)
        now = clock.now()
        return [_entry(item) for item in rows.items if item["expires_at"] > now]


def _key(entry_id: str, at: int) -> dict[str, str]:
    return {"pk": f"AUDIT#{clock.iso(at)[:10]}", "sk": entry_id}


def _entry(item: Item) -> Entry:
    return Entry(item["sk"], item["at"], item["actor_id"], item["action"], item["object_id"], item["values"])
