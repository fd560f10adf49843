"""Real time, the part that needs no open socket: the users' logs, and who is connected."""

from functools import cache

from commerce.events.model import OrderEvent
from commerce.kit import clock, settings
from commerce.kit.tables import Table
from commerce.realtime.model import BUYER, SELLER, Connection, Entry, starting_cursor
from commerce.realtime.store import RealtimeStore


class Realtime:
    """Use cases over the event logs and connections of users."""

    def __init__(self, store: RealtimeStore) -> None:
        self._store = store

    def publish(self, event: OrderEvent) -> list[int]:
        """Write the event into the log of everyone whom it concerns; answers their user ids, the buyer's first.

        Publishing it again adds nothing and answers the same, so that an interrupted delivery can be taken up. Raises
        Busy.
        """
        fact = event.payload
        roles = {fact["buyer_id"]: BUYER}
        for seller_id in fact["seller_ids"]:
            roles.setdefault(seller_id, SELLER)
        for user_id, role in roles.items():
            self._store.append(user_id, event.id, event.name, role, fact)
        return list(roles)

    def history(self, user_id: int, *, before: int | None = None, limit: int = 20) -> list[Entry]:
        """The user's latest events, newest first, one query: at most `limit`, those numbered below `before`."""
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
        """Remember an opening connection. It is behind the user's log from `since` on, or from now when None."""
        cursor = starting_cursor(since, self._store.last(user_id))
        self._store.connect(Connection(connection_id, user_id, channel, session_id, clock.now_ms(), cursor, numbered))

    def disconnect(self, connection_id: str) -> None:
        """Forget a connection that has ended."""
        self._store.disconnect(connection_id)


@cache
def realtime() -> Realtime:
    """The service over the table that the environment names."""
    return Realtime(RealtimeStore(Table(settings.text("REALTIME_TABLE"))))
