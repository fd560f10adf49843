"""Realtime table: one partition per user holds his log and his connections.

    USER#<user id>    SEQ                {last}: the number of the user's newest event
    USER#<user id>    EVENT#<seq>        one event of his log
    USER#<user id>    SEEN#<event id>    {seq}: this event is in the log already
    USER#<user id>    CONNECTION#<id>    {cursor, …}, and while a worker sends to it {claimed_by, claimed_until}
    CONNECTION#<id>   CONNECTION         {user_id}, since all that $disconnect knows is the connection

Events are numbered by one transaction that moves SEQ and writes the event, so an event can be read only when all
before it can: who reads the log in order never passes one that is still on its way.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import Enum
from typing import Any

from commerce.kit import clock
from commerce.kit.contention import pause
from commerce.kit.errors import Busy
from commerce.kit.items import Item
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, read, transact
from commerce.realtime.model import CONNECTION_SECONDS, KEPT_SECONDS, Batch, Connection, Entry

APPEND_ATTEMPTS = 100
# Longer than a sending function may live (its time-out) and shorter than its queue's visibility time-out.
CLAIM_SECONDS = 60


class Claim(Enum):
    """What became of an attempt to be the one who sends to a connection."""

    MINE = "mine"
    ELSEWHERE = "elsewhere"  # Somebody else is sending, or has been, or the connection is gone.
    ABANDONED = "abandoned"  # Its last sender died half-way; nobody knows what arrived.


class RealtimeStore:
    """Every access to the Realtime table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def last(self, user_id: int) -> int:
        """The number of the user's newest event, 0 when he has none."""
        found = self._table.get(_user(user_id), "SEQ", consistent=True)
        return found["last"] if found else 0

    def append(self, user_id: int, event_id: str, name: str, role: str, payload: Mapping[str, Any]) -> int:
        """Add an event to the user's log, once; answers its number, the old one when it was there already.

        Raises Busy when others keep appending to the same log for too long.
        """
        pk = _user(user_id)
        seq, seen = read([(self._table, pk, "SEQ"), (self._table, pk, f"SEEN#{event_id}")], consistent=True)
        if seen:
            return int(seen["seq"])
        last = seq["last"] if seq else 0
        for attempt in range(APPEND_ATTEMPTS):
            try:
                self._append_after(last, pk, event_id, {"name": name, "role": role, "payload": dict(payload)})
                return last + 1
            except TransactionRefused as refusal:
                if seen := refusal.failures.get(2):
                    return int(seen["seq"])
                found = refusal.failures.get(0)
                last = found["last"] if found else 0
            pause(attempt)
        raise Busy

    def _append_after(self, last: int, pk: str, event_id: str, content: Item) -> None:
        expires_at = clock.now() + KEPT_SECONDS
        entry = {
            "pk": pk,
            "sk": _sk(last + 1),
            "seq": last + 1,
            "event_id": event_id,
            **content,
            "created_at": clock.now_ms(),
            "is_read": False,
            "expires_at": expires_at,
        }
        seen = {"pk": pk, "sk": f"SEEN#{event_id}", "seq": last + 1, "expires_at": expires_at}
        unmoved, known = ("#last = :last", {"last": last}) if last else ("attribute_not_exists(#pk)", {})
        transact(
            [
                self._table.update(
                    pk, "SEQ", "SET #last = :next", condition=unmoved, values={"next": last + 1, **known}
                ),
                self._table.put(entry, condition="attribute_not_exists(#pk)"),
                self._table.put(seen, condition="attribute_not_exists(#pk)"),
            ]
        )

    def after(self, user_id: int, seq: int, limit: int) -> Batch:
        """At most `limit` events after `seq`, oldest first, with all that were appended before this call."""
        rows = self._table.query(_user(user_id), between=(_sk(seq + 1), _LAST_SK), limit=limit, consistent=True)
        return Batch(tuple(_entry(row) for row in _live(rows.items)), rows.items[-1]["seq"] if rows.items else seq)

    def before(self, user_id: int, seq: int | None, limit: int) -> list[Entry]:
        """At most `limit` events before `seq` (None: the newest), newest first."""
        newest = _LAST_SK if seq is None else _sk(max(seq - 1, 0))
        rows = self._table.query(_user(user_id), between=(_sk(0), newest), backwards=True, limit=limit)
        return [_entry(row) for row in _live(rows.items)]

    def connect(self, connection: Connection) -> None:
        """Remember a new connection."""
        lookup = {"pk": f"CONNECTION#{connection.id}", "sk": "CONNECTION", "user_id": connection.user_id}
        row = {
            "pk": _user(connection.user_id),
            "sk": f"CONNECTION#{connection.id}",
            "user_id": connection.user_id,
            "channel": connection.channel,
            "session_id": connection.session_id,
            "connected_at": connection.connected_at,
            "cursor": connection.cursor,
            "numbered": connection.numbered,
        }
        expires_at = clock.now() + CONNECTION_SECONDS
        transact([self._table.put({**item, "expires_at": expires_at}) for item in (row, lookup)])

    def disconnect(self, connection_id: str) -> None:
        """Forget a connection by its id alone; one that is not known is nothing."""
        lookup = self._table.get(f"CONNECTION#{connection_id}", "CONNECTION", consistent=True)
        if lookup:
            self.forget(lookup["user_id"], connection_id)

    def forget(self, user_id: int, connection_id: str) -> None:
        """Forget a user's connection; one that is not known is nothing."""
        transact(
            [
                self._table.delete(_user(user_id), f"CONNECTION#{connection_id}"),
                self._table.delete(f"CONNECTION#{connection_id}", "CONNECTION"),
            ]
        )

    def connections(self, user_id: int) -> list[Connection]:
        """The user's connections that may be open."""
        rows = self._table.query_all(_user(user_id), prefix="CONNECTION#", consistent=True)
        return [_connection(row) for row in _live(rows)]

    def claim(self, connection: Connection, sender: str) -> Claim:
        """Become the only one who sends to the connection, if its cursor still stands where we read it.

        One sender at a time keeps the order; and a claim that outlived its sender is never taken over, because its
        sender may have died before or after its last message left.
        """
        now = clock.now()
        try:
            self._table.write(
                self._table.update(
                    *_connection_key(connection),
                    "SET #claimed_by = :sender, #claimed_until = :until",
                    condition="#cursor = :cursor AND attribute_not_exists(#claimed_by)",
                    values={"sender": sender, "until": now + CLAIM_SECONDS, "cursor": connection.cursor},
                )
            )
        except ConditionFailed as refusal:
            found = refusal.found or {}
            if found.get("claimed_by") == sender:
                return Claim.MINE  # Our own write, whose answer was lost and which the SDK repeated.
            return Claim.ABANDONED if found.get("claimed_until", now) < now else Claim.ELSEWHERE
        return Claim.MINE

    def settle(self, connection: Connection, sender: str, cursor: int) -> None:
        """Give a claim back with the cursor behind the last message that was sent."""
        settled = self._table.update(
            *_connection_key(connection),
            "SET #cursor = :cursor REMOVE #claimed_by, #claimed_until",
            condition="#claimed_by = :sender",
            values={"cursor": cursor, "sender": sender},
        )
        # It fails when the client left meanwhile, or as the SDK's repetition of a write whose answer was lost.
        with suppress(ConditionFailed):
            self._table.write(settled)


_LAST_SK = "EVENT#~"


def _user(user_id: int) -> str:
    return f"USER#{user_id}"


def _sk(seq: int) -> str:
    return f"EVENT#{seq:012d}"


def _connection_key(connection: Connection) -> tuple[str, str]:
    return _user(connection.user_id), f"CONNECTION#{connection.id}"


def _live(rows: Iterable[Item]) -> list[Item]:
    now = clock.now()
    return [row for row in rows if row["expires_at"] > now]


def _entry(row: Item) -> Entry:
    return Entry(
        seq=row["seq"],
        event_id=row["event_id"],
        name=row["name"],
        role=row["role"],
        payload=row["payload"],
        created_at=row["created_at"],
        is_read=row["is_read"],
    )


def _connection(row: Item) -> Connection:
    return Connection(
        id=row["sk"].removeprefix("CONNECTION#"),
        user_id=row["user_id"],
        channel=row["channel"],
        session_id=row["session_id"],
        connected_at=row["connected_at"],
        cursor=row["cursor"],
        numbered=row["numbered"],
    )
