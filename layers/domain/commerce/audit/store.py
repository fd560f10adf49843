"""Audit table: actions of staff by the day (UTC). Written once, read, and gone only by their age.

AUDIT#2026-11-21   <milliseconds>-<random>   {actor_id, action, object_id, values, expires_at}
"""

from commerce.audit.model import RETENTION_SECONDS, AuditRecord
from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.tables import Table, Write


class AuditStore:
    """Every access to the Audit table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record_write(self, record: AuditRecord) -> Write:
        """The write that records an action: alone, or with the transaction that carries it out."""
        item = {
            **_key(record.id, record.at),
            "at": record.at,
            "actor_id": record.actor_id,
            "action": record.action,
            "object_id": record.object_id,
            "values": dict(record.values),
            "expires_at": record.at // 1000 + RETENTION_SECONDS,
        }
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def write(self, record: AuditRecord) -> None:
        """Record an action on its own."""
        self._table.write(self.record_write(record))

    def of_day(self, day: str, limit: int, before: AuditRecord | None = None) -> list[AuditRecord]:
        """At most `limit` actions of a day (2026-11-21), the latest first; only those before `before` when given."""
        start = {name: {"S": value} for name, value in _key(before.id, before.at).items()} if before else None
        rows = self._table.query(f"AUDIT#{day}", backwards=True, limit=limit, start=start)
        now = clock.now()
        return [_record(item) for item in rows.items if item["expires_at"] > now]


def _key(entry_id: str, at: int) -> dict[str, str]:
    return {"pk": f"AUDIT#{clock.iso(at)[:10]}", "sk": entry_id}


def _record(item: Item) -> AuditRecord:
    return AuditRecord(item["sk"], item["at"], item["actor_id"], item["action"], item["object_id"], item["values"])
