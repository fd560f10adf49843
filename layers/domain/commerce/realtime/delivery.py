"""Delivery: from a user's log to their open sockets, each event at most once per connection and in order.

Whoever appended an event comes here and brings every connection of the user up to date, many at a time. For each
connection they

1. read what it is behind,
2. claim it, so that nobody else sends to it meanwhile,
3. send, and settle the claim with the cursor behind what was sent,
4. look again, because who found the connection claimed has gone away and left their event to the claimant.

So two workers never overtake each other, and no event is left behind. What cannot be known is never guessed: when a
message may or may not have arrived (the answer was lost, or the sender died between claim and settlement), the
connection is closed. Its client comes back with the last `seq` that it saw and misses nothing; sending again could
show it an event twice.

Before the function's time is over, delivery stops between two messages and says who is still behind: a function that
is cut off would leave claims that nobody settles, and their connections would have to be closed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import uuid4

from commerce.kit import clock, logs, settings
from commerce.kit.contention import pause
from commerce.kit.parallel import run_all
from commerce.kit.tables import Table
from commerce.realtime.model import Connection, UserEvent
from commerce.realtime.sockets_gateway import ConnectionGone, Frame, NotSent, Sockets
from commerce.realtime.store import Claim, RealtimeStore

BATCH = 50
GRACE_ATTEMPTS = 8


class DeliveryIncomplete(Exception):
    """Some connections are still behind; deliver to these users again later."""

    def __init__(self, user_ids: list[int]) -> None:
        super().__init__(f"still behind: {user_ids}")
        self.user_ids = user_ids


class Delivery:
    """Brings connections up to date. `frame` turns an event into a channel's message, or None to pass over it."""

    def __init__(
        self, store: RealtimeStore, sockets: Sockets, frame: Callable[[Connection, UserEvent], Frame | None]
    ) -> None:
        self._store = store
        self._sockets = sockets
        self._frame = frame

    def deliver(self, user_ids: Iterable[int], has_time: Callable[[], bool] = lambda: True) -> None:
        """Send each of the users what their connections have not been sent yet.

        One connection's failure stops no other. Raises DeliveryIncomplete in the end when there was one, or when
        `has_time` said no before everything was sent.
        """
        behind: dict[int, None] = {}
        users = list(dict.fromkeys(user_ids))
        connections: list[Connection] = []
        for user_id, found in zip(users, run_all(self._store.connections, users), strict=True):
            if isinstance(found, Exception):
                logs.failure("connections cannot be read", found, user_id=user_id)
                behind[user_id] = None
            else:
                connections += found
        outcomes = run_all(lambda connection: self._bring_up_to_date(connection, has_time), connections)
        for connection, error in zip(connections, outcomes, strict=True):
            if error is not None:
                user_id = connection.user_id
                logs.failure("a connection is still behind", error, connection_id=connection.id, user_id=user_id)
                behind[user_id] = None
        if behind:
            raise DeliveryIncomplete(list(behind))

    def _bring_up_to_date(self, connection: Connection, has_time: Callable[[], bool]) -> None:
        while (batch := self._store.after(connection.user_id, connection.cursor, BATCH)).end > connection.cursor:
            if not has_time():
                raise NotSent(connection.id)
            frames = [(entry.seq, self._message(connection, entry)) for entry in batch.entries]
            sender = uuid4().hex
            claim = self._store.claim(connection, sender)
            if claim is Claim.ABANDONED:
                self._close(connection)
            if claim is not Claim.MINE or not self._send_all(connection, sender, frames, batch.end, has_time):
                return
            connection = replace(connection, cursor=batch.end)

    def _message(self, connection: Connection, entry: UserEvent) -> Frame | None:
        """The event as a message. One that cannot be put into words is passed over, or nothing would follow it."""
        try:
            return self._frame(connection, entry)
        except Exception as error:
            logs.failure("an event has no message", error, event_id=entry.event_id, channel=connection.channel)
            return None

    def _send_all(
        self,
        connection: Connection,
        sender: str,
        frames: list[tuple[int, Frame | None]],
        end: int,
        has_time: Callable[[], bool],
    ) -> bool:
        """Send and settle, as the claimant; answers whether the connection is still there. Raises NotSent."""
        cursor = connection.cursor
        try:
            for seq, frame in frames:
                if frame is not None:
                    if not has_time():
                        raise NotSent(connection.id)
                    self._send(connection, frame)
                cursor = seq
        except NotSent:
            self._store.settle(connection, sender, cursor)
            raise
        except ConnectionGone:
            self._store.forget(connection.user_id, connection.id)
            return False
        except Exception as error:
            logs.failure("a message may be lost: connection closed", error, connection_id=connection.id)
            self._close(connection)
            return False
        self._store.settle(connection, sender, end)
        return True

    def _send(self, connection: Connection, frame: Frame) -> None:
        for attempt in range(GRACE_ATTEMPTS):
            try:
                return self._sockets.send(connection.id, frame)
            except ConnectionGone:
                if not connection.is_young(clock.now_ms()):
                    raise
                pause(attempt)
        raise NotSent(connection.id)

    def _close(self, connection: Connection) -> None:
        self._sockets.close(connection.id)
        self._store.forget(connection.user_id, connection.id)


def delivery(frame: Callable[[Connection, UserEvent], Frame | None]) -> Delivery:
    """The service over the table and the WebSocket API that the environment names."""
    return Delivery(
        RealtimeStore(Table(settings.text("REALTIME_TABLE"))), Sockets(settings.text("SOCKETS_ENDPOINT")), frame
    )
