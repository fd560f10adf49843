"""A Realtime table, the service over it, and a delivery whose sockets only record."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.realtime.delivery import Delivery
from commerce.realtime.model import Connection, UserEvent
from commerce.realtime.service import Realtime
from commerce.realtime.store import RealtimeStore
from support.realtime import BUYER_ID, RecordingSockets, an_event, published, realtime_of


@pytest.fixture
def store(aws: None) -> RealtimeStore:
    return RealtimeStore(Table("Realtime"))


@pytest.fixture
def realtime(store: RealtimeStore, sockets: RecordingSockets) -> Realtime:
    return realtime_of(sockets)


@pytest.fixture
def sockets() -> RecordingSockets:
    return RecordingSockets()


@pytest.fixture
def delivery(store: RealtimeStore, sockets: RecordingSockets) -> Delivery:
    return Delivery(store, sockets, seq_only)


@pytest.fixture
def connect(realtime: Realtime) -> Callable[..., str]:
    """Opens a connection of the buyer's: `connect("a", since=0)`."""

    def opened(connection_id: str, user_id: int = BUYER_ID, **options: Any) -> str:
        realtime.connect(Principal(user_id, session_id="session"), connection_id, "storefront", **options)
        return connection_id

    return opened


@pytest.fixture
def place(realtime: Realtime) -> Callable[[int], list[int]]:
    """Publishes that the buyer placed the order with this number."""
    return lambda order_id: published(realtime, an_event(order_id))


def seq_only(connection: Connection, entry: UserEvent) -> Mapping[str, Any]:
    """The plainest message: who is told, and the event's number in their log."""
    return {"to": connection.user_id, "seq": entry.seq}
