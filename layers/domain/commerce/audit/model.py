"""What staff did, when and to what: a record that nobody edits. Rules only."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Two years; the law of most places wants records of money decisions for at least one.
RETENTION_SECONDS = 730 * 86_400
MAX_TEXT_LENGTH = 200


@dataclass(frozen=True)
class AuditRecord:
    """One changing action of staff. `action` is a past fact (product.changed), `object_id` what it happened to, and
    `values` what was asked for, or what was and what became. `id` sorts by time; `at` in milliseconds, UTC."""

    id: str
    at: int
    actor_id: int
    action: str
    object_id: str
    values: Mapping[str, Any]


def record(actor_id: int, action: str, object_id: str | int, values: Mapping[str, Any], now: int) -> AuditRecord:
    """The record of an action, its values made compact."""
    compact = {name: _compact(value) for name, value in values.items()}
    return AuditRecord(f"{now:013d}-{secrets.token_hex(4)}", now, actor_id, action, str(object_id), compact)


def time_of(entry_id: str) -> int | None:
    """When the action of that id was recorded, None for what is no id."""
    at, _, tail = entry_id.partition("-")
    is_one = at.isascii() and at.isdigit() and len(at) == 13 and len(tail) == 8 and tail.isalnum() and tail.isascii()
    return int(at) if is_one else None


def _compact(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case list() | tuple():
            return [_compact(part) for part in value]
        case Mapping():
            return {str(name): _compact(part) for name, part in value.items()}
        case _:
            written = str(value)
            return written if len(written) <= MAX_TEXT_LENGTH else f"{written[: MAX_TEXT_LENGTH - 1]}…"
