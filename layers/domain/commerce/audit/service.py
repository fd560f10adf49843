"""The audit trail: written with every changing action of staff, read by staff, changed by nobody.

The service that carries an action out records it, so no caller of that service can forget to (decision 18).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from commerce.audit import model
from commerce.audit.model import AuditRecord
from commerce.audit.store import AuditStore
from commerce.kit import clock, settings
from commerce.kit.errors import InvalidInput
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, Write

# How many days without any action are looked through for the newest ones: one query each.
QUIET_DAYS = 31


class Audit:
    """Actions of staff."""

    def __init__(self, store: AuditStore) -> None:
        self._store = store

    def record_writes(
        self, caller: Principal, action: str, object_id: str | int, values: Mapping[str, Any]
    ) -> list[Write]:
        """What records an action that staff carries out; it belongs into the transaction that does so. Nothing is
        recorded of a caller who is not staff."""
        if not caller.is_staff:
            return []
        return [self._store.record_write(model.record(caller.user_id, action, object_id, values, clock.now_ms()))]

    def record(self, caller: Principal, action: str, object_id: str | int, values: Mapping[str, Any]) -> None:
        """As `record_writes`, for an action that is no single transaction: recorded right after it."""
        if caller.is_staff:
            self._store.write(model.record(caller.user_id, action, object_id, values, clock.now_ms()))

    def newest(self, caller: Principal, limit: int, before: str | None = None) -> list[AuditRecord]:
        """At most `limit` actions, the latest first, from the one before the action of id `before` on.

        Days without any action are passed over, a month of them at most. Raises Forbidden, InvalidInput (`before`).
        """
        caller.require_staff()
        last = None
        at = clock.now_ms()
        if before is not None:
            found = model.time_of(before)
            if found is None:
                raise InvalidInput.of("before", "There is no such action.")
            last, at = AuditRecord(before, found, 0, "", "", {}), found
        day = datetime.fromtimestamp(at // 1000, UTC).date()
        entries: list[AuditRecord] = []
        for days_back in range(QUIET_DAYS):
            if len(entries) == limit:
                break
            wanted = (day - timedelta(days=days_back)).isoformat()
            entries += self._store.of_day(wanted, limit - len(entries), None if days_back else last)
        return entries


@cache
def audit() -> Audit:
    """The service over the table that the environment names."""
    return Audit(AuditStore(Table(settings.text("AUDIT_TABLE"))))
