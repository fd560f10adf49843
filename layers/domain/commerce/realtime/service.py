"""Real time, the part that needs no open socket: the users' logs, and who is connected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from commerce.events.model import AccountEvent, Event
from commerce.kit import clock, logs, settings
from commerce.kit.parallel import run_all
from commerce.kit.tables import Table
from commerce.realtime.model import BUYER, OWNER, SELLER, Connection, NewEvent, UserEvent, starting_cursor, surplus
from commerce.realtime.sockets_gateway import Sockets
from commerce.realtime.store import RealtimeStore


@dataclass(frozen=True)
class Publication:
    """What became of some events: whom each concerns by its id, the buyer first, and whose logs lack some of them."""

    recipients: Mapping[str, tuple[int, ...]]
    failed: frozenset[int]


class Realtime:
    """Use cases over the event logs and connections of users. `close` closes a connection by its id."""

    def __init__(self, store: RealtimeStore, close: Callable[[str], None]) -> None:
        self._store = store
        self._close = close

    def publish(self, events: Sequence[Event], has_time: Callable[[], bool] = lambda: True) -> Publication:
        """Write the events into the logs of everyone whom they concern, all of one user's at once.

        Publishing them again adds nothing and answers the same, so that an interrupted delivery can be taken up. A log
        that could not be written stops no other; it is among the failed.
        """
        recipients = {event.id: _recipients(event) for event in events}
        logs_of: dict[int, list[NewEvent]] = {}
        for event in events:
            for user_id, role in recipients[event.id].items():
                logs_of.setdefault(user_id, []).append(NewEvent(event.id, event.name, role, _kept(event)))
        users = list(logs_of)
        outcomes = run_all(lambda user_id: self._store.append(user_id, logs_of[user_id], has_time), users)
        failed = [(user_id, error) for user_id, error in zip(users, outcomes, strict=True) if error is not None]
        for user_id, error in failed:
            logs.failure("events are not in a log yet", error, user_id=user_id)
        concerned = {event_id: tuple(roles) for event_id, roles in recipients.items()}
        return Publication(concerned, frozenset(user_id for user_id, _ in failed))

    def record(self, user_id: int, events: Sequence[NewEvent], has_time: Callable[[], bool] = lambda: True) -> None:
        """Write events into one user's log, in this order; those that are there already add nothing. Raises Busy."""
        self._store.append(user_id, events, has_time)

    def history(self, user_id: int, *, before: int | None = None, limit: int = 20) -> list[UserEvent]:
        """The user's latest events, newest first: at most `limit`, those numbered below `before`."""
        return self._store.before(user_id, before, limit)

    def connect(
        self,
        user_id: int,
        connection_id: str,
        channel: str,
        session_id: str,
        *,
        since: int | None = None,
        numbered: bool = False,
    ) -> None:
        """Remember an opening connection. It is behind the user's log from `since` on, or from now when None.

        The oldest beyond MAX_CONNECTIONS are closed, so that nobody's crowd of sockets holds up everybody's messages.
        """
        cursor = starting_cursor(since, self._store.last(user_id))
        self._store.connect(Connection(connection_id, user_id, channel, session_id, clock.now_ms(), cursor, numbered))
        # They are counted after this one was written: of several that open at once, the last to count sees them all.
        for oldest in surplus(self._store.connections(user_id)):
            self._end(oldest)

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


def _recipients(event: Event) -> dict[int, str]:
    """Whom an event concerns, and as what: who buys from themselves is told as the buyer. Of a part that took its order
    with it nobody is told twice."""
    if isinstance(event, AccountEvent):
        return {event.payload["user_id"]: OWNER}
    if event.takes_order:
        return {}
    fact = event.payload
    return {fact["buyer_id"]: BUYER} | {
        seller_id: SELLER for seller_id in fact["seller_ids"] if seller_id != fact["buyer_id"]
    }


@cache
def realtime() -> Realtime:
    """The service over the table and the sockets that the environment names."""
    sockets = Sockets(settings.text("SOCKETS_ENDPOINT"))
    return Realtime(RealtimeStore(Table(settings.text("REALTIME_TABLE"))), sockets.close)
