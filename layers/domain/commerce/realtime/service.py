"""Real time, the part that needs no open socket: the users' logs, and who is connected."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from commerce.events.model import Event
from commerce.kit import clock, logs, settings
from commerce.kit.limits import Limiter
from commerce.kit.parallel import run_all
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.realtime.model import Addressed, Connection, NewEvent, UserEvent, starting_cursor, surplus
from commerce.realtime.sockets_gateway import Sockets
from commerce.realtime.store import RealtimeStore


class Realtime:
    """Use cases over the event logs and connections of users. `close` closes a connection by its id."""

    def __init__(self, store: RealtimeStore, close: Callable[[str], None], limiter: Limiter) -> None:
        self._store = store
        self._close = close
        self._limiter = limiter

    def publish(self, messages: Sequence[Addressed], has_time: Callable[[], bool] = lambda: True) -> frozenset[int]:
        """Write the events into the logs of everyone whom they concern, all of one user's at once; answers the users
        whose logs lack some of them.

        Publishing them again adds nothing, so that an interrupted delivery can be taken up. A log that could not be
        written stops no other.
        """
        logs_of: dict[int, list[NewEvent]] = {}
        for message in messages:
            event = message.event
            for user_id, role in message.recipients.items():
                logs_of.setdefault(user_id, []).append(NewEvent(event.id, event.name, role, _kept(event)))
        users = list(logs_of)
        outcomes = run_all(lambda user_id: self._store.append(user_id, logs_of[user_id], has_time), users)
        failed = [(user_id, error) for user_id, error in zip(users, outcomes, strict=True) if error is not None]
        for user_id, error in failed:
            logs.failure("events are not in a log yet", error, user_id=user_id)
        return frozenset(user_id for user_id, _ in failed)

    def record(self, user_id: int, events: Sequence[NewEvent], has_time: Callable[[], bool] = lambda: True) -> None:
        """Write events into one user's log, in this order; those that are there already add nothing. Raises Busy."""
        self._store.append(user_id, events, has_time)

    def history(self, user_id: int, *, before: int | None = None, limit: int = 20) -> list[UserEvent]:
        """The user's latest events, newest first: at most `limit`, those numbered below `before`."""
        return self._store.before(user_id, before, limit)

    def connect(
        self,
        caller: Principal,
        connection_id: str,
        channel: str,
        *,
        since: int | None = None,
        numbered: bool = False,
        types: Sequence[str] = (),
    ) -> None:
        """Remember an opening connection. It is behind the user's log from `since` on, or from now when None.

        The oldest beyond MAX_CONNECTIONS are closed, so that nobody's crowd of sockets holds up everybody's messages.
        """
        cursor = starting_cursor(since, self._store.last(caller.user_id))
        self._store.connect(
            Connection(
                id=connection_id,
                user_id=caller.user_id,
                channel=channel,
                session_id=caller.session_id,
                connected_at=clock.now_ms(),
                cursor=cursor,
                numbered=numbered,
                types=tuple(types),
                began=cursor,
                is_seller=caller.is_seller,
                is_staff=caller.is_staff,
                epoch=caller.epoch,
            )
        )
        # They are counted after this one was written: of several that open at once, the last to count sees them all.
        for oldest in surplus(self._store.connections(caller.user_id)):
            self._end(oldest)

    def connection(self, connection_id: str) -> Connection | None:
        """An open connection by its id, None for one that is not known."""
        return self._store.connection(connection_id)

    def take_turn(self, connection: Connection) -> None:
        """Count something that the connection's user says; they may say so much in a minute. Raises RateLimited."""
        self._limiter.take("socket_message", str(connection.user_id))

    def choose_types(self, connection: Connection, types: Sequence[str]) -> None:
        """Send the connection messages of these types from now on; of all when there are none. When it is gone a
        no-op."""
        self._store.set_types(connection, types)

    def disconnect(self, connection_id: str) -> None:
        """Forget a connection that has ended."""
        self._store.disconnect(connection_id)

    def _end(self, connection: Connection) -> None:
        try:
            self._close(connection.id)
        except Exception as error:
            # It stays in the table, and whoever connects next tries again.
            logs.failure("a surplus connection is still open", error, connection_id=connection.id)
        else:
            self._store.forget(connection.user_id, connection.id)


def _kept(event: Event) -> dict[str, Any]:
    """What a log keeps of an event: not what every line was, which is of several sellers and of no use there."""
    return {name: value for name, value in event.payload.items() if name != "lines"}


@cache
def realtime() -> Realtime:
    """The service over the table and the sockets that the environment names."""
    sockets = Sockets(settings.text("SOCKETS_ENDPOINT"))
    table = Table(settings.text("REALTIME_TABLE"))
    return Realtime(RealtimeStore(table), sockets.close, Limiter(table, settings.rate_limits()))
