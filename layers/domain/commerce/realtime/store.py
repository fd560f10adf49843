"""Realtime table: one partition per user holds their log and their connections.

    USER#<user id>    EVENT#<event id>   one event of the log, and that it came; `after` is where the log ended before
    USER#<user id>    BLOCK#<number>     {ids}: the events in reading order, BLOCK_SIZE to a block; places are numbers
    USER#<user id>    CONNECTION#<id>    {cursor, …}, and while a worker sends to it {claimed_by, claimed_until}
    CONNECTION#<id>   CONNECTION         {user_id}, since all that $disconnect knows is the connection

An event enters a log by two single writes, which cost one unit each: it is stored under its own id, unless it is there
already, and then its id is added to the last block, under the condition that the block is still as long as it was read.
An event is part of the log when its id is in a block, so who reads the blocks in order never passes one that is still
on its way. Who finds an event stored cannot know whether it was numbered too (its first worker may have died between
the two writes), and looks: it can only stand behind `after`. Whoever numbers events of several messages at once adds
all of their ids by the same write.

A block is filled only after the next one exists, and only a full one expires: the last block, whose length numbers the
next event, is always there.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.contention import pause
from commerce.kit.errors import Busy
from commerce.kit.tables import ConditionFailed, Table, read, transact
from commerce.realtime.model import CONNECTION_SECONDS, KEPT_SECONDS, Batch, Connection, NewEvent, UserEvent

APPEND_ATTEMPTS = 100
# A block with this many ids of forty characters is smaller than 1 KB, so that adding to it costs one unit.
BLOCK_SIZE = 20
# Blocks outlive their newest event a little, so that an event that can still be read has its number.
BLOCK_SECONDS = KEPT_SECONDS + 86_400
BLOCKS_AT_ONCE = 8
EVENTS_AT_ONCE = 100  # DynamoDB's limit of one batch read.
# Longer than a sending function may live (its time-out) and shorter than its queue's visibility time-out.
CLAIM_SECONDS = 60


@dataclass(frozen=True)
class _Block:
    """A stretch of a log: the first of its ids has the number `start` + 1."""

    index: int
    ids: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        return self.index * BLOCK_SIZE

    @property
    def end(self) -> int:
        """The number of its last event."""
        return self.start + len(self.ids)

    @property
    def is_full(self) -> bool:
        return len(self.ids) >= BLOCK_SIZE


class Claim(Enum):
    """What became of an attempt to be the one who sends to a connection."""

    MINE = "mine"
    ELSEWHERE = "elsewhere"  # Somebody else is sending, or has been, or the connection is gone.
    ABANDONED = "abandoned"  # Its last sender died half-way; nobody knows what arrived.


class RealtimeStore:
    """Every access to the Realtime table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Logs

    def last(self, user_id: int) -> int:
        """The number of the user's newest event, 0 when they have none."""
        return self._last_blocks(_user(user_id))[-1].end

    def append(self, user_id: int, events: Sequence[NewEvent], has_time: Callable[[], bool] = lambda: True) -> None:
        """Add those of the events that are not in the user's log yet, in this order.

        Raises Busy when others keep appending to the same log for too long, or no time is left.
        """
        pk = _user(user_id)
        blocks = self._last_blocks(pk)
        waiting = {event.id: self._store_event(pk, event, blocks[-1].end) for event in events}
        for attempt in range(APPEND_ATTEMPTS):
            waiting = self._without_numbered(pk, waiting, blocks)
            try:
                while waiting:
                    ids = tuple(waiting)[: BLOCK_SIZE - len(blocks[-1].ids)]
                    blocks = self._number(pk, blocks, ids)
                    waiting = {event_id: after for event_id, after in waiting.items() if event_id not in ids}
            except ConditionFailed:
                if not has_time():
                    break
                pause(attempt)
                blocks = self._last_blocks(pk)
            else:
                return
        raise Busy

    def _store_event(self, pk: str, event: NewEvent, last: int) -> int:
        """Store an event unless it is there; answers the number behind which it stands, or is going to stand."""
        item: Item = {
            "pk": pk,
            "sk": _event_sk(event.id),
            "event_id": event.id,
            "name": event.name,
            "role": event.role,
            "payload": dict(event.payload),
            "created_at": clock.now_ms(),
            "after": last,
            "expires_at": clock.now() + KEPT_SECONDS,
        }
        try:
            self._table.write(self._table.put(item, condition="attribute_not_exists(#pk)"))
        except ConditionFailed as refusal:
            return int((refusal.found or item)["after"])
        return last

    def _last_blocks(self, pk: str) -> list[_Block]:
        """The end of the log: the block that the next event belongs to, and before it the one that was filled last."""
        rows = self._table.query(pk, prefix="BLOCK#", backwards=True, limit=2, consistent=True)
        blocks = [_block(row) for row in reversed(rows.items)]
        if len(blocks) == 2 and not blocks[0].is_full:
            return blocks[:1]  # The next one was opened by somebody who has not filled this one yet.
        if not blocks or blocks[-1].is_full:
            blocks.append(_Block(blocks[-1].index + 1 if blocks else 0))
        return blocks

    def _without_numbered(self, pk: str, waiting: dict[str, int], blocks: Sequence[_Block]) -> dict[str, int]:
        """Those of the ids that are in no block up to the last of `blocks`."""
        numbered = {event_id for block in blocks for event_id in block.ids}
        left = {event_id: after for event_id, after in waiting.items() if event_id not in numbered}
        first = min(left.values(), default=blocks[0].start) // BLOCK_SIZE
        if first < blocks[0].index:
            bounds = (_block_sk(first), _block_sk(blocks[0].index - 1))
            for row in self._table.query_all(pk, between=bounds, limit=BLOCKS_AT_ONCE, consistent=True):
                for event_id in row["ids"]:
                    left.pop(event_id, None)
                if not left:
                    break
        return left

    def _number(self, pk: str, blocks: Sequence[_Block], ids: tuple[str, ...]) -> list[_Block]:
        """Add ids to the last block; answers the end of the log behind them. Raises ConditionFailed."""
        block = blocks[-1]
        filled = _Block(block.index, block.ids + ids)
        expiry, values = "", {"none": [], "ids": list(ids), "count": len(block.ids)}
        if filled.is_full:
            self._open(pk, block.index + 1)
            expiry, values["end"] = ", #expires_at = :end", clock.now() + BLOCK_SECONDS
        unborn = "" if block.ids else "attribute_not_exists(#ids) OR "
        self._table.write(
            self._table.update(
                pk,
                _block_sk(block.index),
                f"SET #ids = list_append(if_not_exists(#ids, :none), :ids){expiry}",
                condition=f"{unborn}size(#ids) = :count",
                values=values,
            )
        )
        return [filled, _Block(block.index + 1)] if filled.is_full else [*blocks[:-1], filled]

    def _open(self, pk: str, index: int) -> None:
        empty = {"pk": pk, "sk": _block_sk(index), "ids": []}
        with suppress(ConditionFailed):
            self._table.write(self._table.put(empty, condition="attribute_not_exists(#pk)"))

    def after(self, user_id: int, seq: int, limit: int) -> Batch:
        """At most `limit` events after `seq`, oldest first, with all that were appended before this call."""
        pk = _user(user_id)
        found: list[tuple[int, str]] = []
        bounds = (_block_sk(seq // BLOCK_SIZE), _LAST_BLOCK)
        for row in self._table.query_all(pk, between=bounds, limit=BLOCKS_AT_ONCE, consistent=True):
            block = _block(row)
            found += [(number, event_id) for number, event_id in enumerate(block.ids, block.start + 1) if number > seq]
            if len(found) >= limit or not block.is_full:
                break  # Behind a block that was not full yet when it was read, a number could be missing.
        found = found[:limit]
        return Batch(tuple(self._entries(pk, found)), found[-1][0] if found else seq)

    def before(self, user_id: int, seq: int | None, limit: int) -> list[UserEvent]:
        """At most `limit` events before `seq` (None: the newest), newest first."""
        pk = _user(user_id)
        found: list[tuple[int, str]] = []
        newest = _LAST_BLOCK if seq is None else _block_sk(max(seq - 2, 0) // BLOCK_SIZE)
        bounds = (_block_sk(0), newest)
        for row in self._table.query_all(pk, between=bounds, backwards=True, limit=BLOCKS_AT_ONCE, consistent=True):
            block = _block(row)
            numbers = [pair for pair in enumerate(block.ids, block.start + 1) if seq is None or pair[0] < seq]
            found += reversed(numbers)
            if len(found) >= limit:
                break
        return self._entries(pk, found[:limit])

    def _entries(self, pk: str, numbered: Sequence[tuple[int, str]]) -> list[UserEvent]:
        """The events of those (number, id) that have not expired, in the same order."""
        entries: list[UserEvent] = []
        for start in range(0, len(numbered), EVENTS_AT_ONCE):
            pairs = numbered[start : start + EVENTS_AT_ONCE]
            rows = read([(self._table, pk, _event_sk(event_id)) for _, event_id in pairs], consistent=True)
            entries += [
                _entry(number, row) for (number, _), row in zip(pairs, rows, strict=True) if row and _is_live(row)
            ]
        return entries

    # Connections

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
            "types": list(connection.types),
            "began": connection.began,
            "is_seller": connection.is_seller,
            "is_staff": connection.is_staff,
            "epoch": connection.epoch,
        }
        expires_at = clock.now() + CONNECTION_SECONDS
        transact([self._table.put({**item, "expires_at": expires_at}) for item in (row, lookup)])

    def connection(self, connection_id: str) -> Connection | None:
        """A connection by its id alone, None for one that is not known."""
        lookup = self._table.get(f"CONNECTION#{connection_id}", "CONNECTION", consistent=True)
        row = lookup and self._table.get(_user(lookup["user_id"]), f"CONNECTION#{connection_id}", consistent=True)
        return _connection(row) if row else None

    def set_types(self, connection: Connection, types: Sequence[str]) -> None:
        """Store which types of messages a connection is sent; for one that is gone a no-op."""
        chosen = self._table.update(
            *_connection_key(connection),
            "SET #types = :types",
            condition="attribute_exists(#pk)",
            values={"types": list(types)},
        )
        with suppress(ConditionFailed):
            self._table.write(chosen)

    def disconnect(self, connection_id: str) -> None:
        """Forget a connection by its id alone; for one that is not known a no-op."""
        lookup = self._table.get(f"CONNECTION#{connection_id}", "CONNECTION", consistent=True)
        if lookup:
            self.forget(lookup["user_id"], connection_id)

    def forget(self, user_id: int, connection_id: str) -> None:
        """Forget a user's connection; for one that is not known a no-op."""
        transact(
            [
                self._table.delete(_user(user_id), f"CONNECTION#{connection_id}"),
                self._table.delete(f"CONNECTION#{connection_id}", "CONNECTION"),
            ]
        )

    def connections(self, user_id: int) -> list[Connection]:
        """The user's connections that may be open."""
        rows = self._table.query_all(_user(user_id), prefix="CONNECTION#", consistent=True)
        return [_connection(row) for row in rows if _is_live(row)]

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


_LAST_BLOCK = "BLOCK#~"


def _user(user_id: int) -> str:
    return f"USER#{user_id}"


def _event_sk(event_id: str) -> str:
    return f"EVENT#{event_id}"


def _block_sk(index: int) -> str:
    return f"BLOCK#{index:012d}"


def _connection_key(connection: Connection) -> tuple[str, str]:
    return _user(connection.user_id), f"CONNECTION#{connection.id}"


def _is_live(row: Item) -> bool:
    return bool(row["expires_at"] > clock.now())


def _block(row: Item) -> _Block:
    return _Block(int(row["sk"].removeprefix("BLOCK#")), tuple(row["ids"]))


def _entry(seq: int, row: Item) -> UserEvent:
    return UserEvent(
        seq=seq,
        event_id=row["event_id"],
        name=row["name"],
        role=row["role"],
        payload=row["payload"],
        created_at=row["created_at"],
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
        # Connections from before there were these have not got them.
        types=tuple(row.get("types", ())),
        began=row["began"] if "began" in row else row["cursor"],
        is_seller=row.get("is_seller", False),
        is_staff=row.get("is_staff", False),
        epoch=row.get("epoch", 0),
    )
