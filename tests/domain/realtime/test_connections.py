"""Who is connected, and where in their log a connection begins."""

from collections.abc import Callable

import pytest

from commerce.kit import clock
from commerce.kit.tables import Table
from commerce.realtime.model import CONNECTION_SECONDS, MAX_CONNECTIONS, MAX_REPLAY, starting_cursor
from commerce.realtime.service import Realtime
from commerce.realtime.store import RealtimeStore
from support.realtime import BUYER_ID, RecordingSockets

Connect = Callable[..., str]


@pytest.mark.parametrize(
    ("since", "last", "cursor"),
    [
        pytest.param(None, 5, 5, id="from now on"),
        pytest.param(3, 5, 3, id="after the third"),
        pytest.param(0, 5, 0, id="from the beginning"),
        pytest.param(5, 5, 5, id="missed nothing"),
        pytest.param(9, 5, 5, id="a number that is still to come"),
        pytest.param(0, MAX_REPLAY + 7, 7, id="away for too long"),
    ],
)
def test_where_a_connection_begins(since: int | None, last: int, cursor: int) -> None:
    assert starting_cursor(since, last) == cursor


def test_a_connection_is_remembered_with_its_session(store: RealtimeStore, connect: Connect) -> None:
    connect("a", since=0, numbered=True)

    [connection] = store.connections(BUYER_ID)
    assert (connection.id, connection.channel, connection.session_id) == ("a", "storefront", "session")
    assert (connection.cursor, connection.numbered) == (0, True)


def test_a_user_may_have_several(store: RealtimeStore, connect: Connect) -> None:
    connect("a")
    connect("b")
    connect("c", user_id=99)

    assert {connection.id for connection in store.connections(BUYER_ID)} == {"a", "b"}


def test_goodbye_leaves_nothing_behind(store: RealtimeStore, realtime: Realtime, connect: Connect) -> None:
    connect("a")

    realtime.disconnect("a")

    assert store.connections(BUYER_ID) == []
    table = Table("Realtime")
    assert table.get("CONNECTION#a", "CONNECTION") is None
    assert table.get(f"USER#{BUYER_ID}", "CONNECTION#a") is None


def test_goodbye_of_somebody_unknown_is_nothing(realtime: Realtime, store: RealtimeStore, connect: Connect) -> None:
    connect("a")

    realtime.disconnect("b")
    realtime.disconnect("b")

    assert [connection.id for connection in store.connections(BUYER_ID)] == ["a"]


def test_a_connection_that_never_said_goodbye_expires(
    store: RealtimeStore, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect("a")
    later = clock.now() + CONNECTION_SECONDS + 1
    monkeypatch.setattr(clock, "now", lambda: later)

    assert store.connections(BUYER_ID) == []
    assert Table("Realtime").get(f"USER#{BUYER_ID}", "CONNECTION#a") is not None


def test_one_socket_too_many_closes_the_oldest(
    store: RealtimeStore, sockets: RecordingSockets, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in range(MAX_CONNECTIONS + 2):
        monkeypatch.setattr(clock, "now_ms", lambda second=second: second * 1000)
        connect(f"socket {second}")
    connect("somebody else's", user_id=99)

    assert sockets.closed == ["socket 0", "socket 1"]
    left = {connection.id for connection in store.connections(BUYER_ID)}
    assert left == {f"socket {second}" for second in range(2, MAX_CONNECTIONS + 2)}
    assert len(store.connections(99)) == 1


def test_a_socket_that_cannot_be_closed_refuses_nobody_and_is_tried_again(
    store: RealtimeStore, sockets: RecordingSockets, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(connection_id: str) -> None:
        raise ConnectionError

    sockets.on_close = unreachable
    for second in range(MAX_CONNECTIONS + 1):
        monkeypatch.setattr(clock, "now_ms", lambda second=second: second * 1000)
        connect(f"socket {second}")
    assert len(store.connections(BUYER_ID)) == MAX_CONNECTIONS + 1
    sockets.on_close = lambda connection_id: None

    connect("the next")

    assert sorted(sockets.closed) == ["socket 0", "socket 1"]
    assert len(store.connections(BUYER_ID)) == MAX_CONNECTIONS
