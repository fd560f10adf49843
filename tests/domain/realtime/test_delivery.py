"""Delivery: each connection gets each event at most once and in order, whatever fails and whoever else delivers."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from commerce.kit import clock
from commerce.kit.parallel import THREADS
from commerce.realtime.delivery import BATCH, Delivery, DeliveryIncomplete
from commerce.realtime.model import MAX_CONNECTIONS, NewEvent
from commerce.realtime.sockets_gateway import ConnectionGone, NotSent
from commerce.realtime.store import CLAIM_SECONDS, RealtimeStore
from support.realtime import (
    BUYER_ID,
    SELLER_ID,
    RecordingSockets,
    an_event,
    once_before,
    published,
    realtime_of,
)

Connect = Callable[..., str]
Place = Callable[[int], list[int]]


def seqs(sockets: RecordingSockets, connection_id: str) -> list[int]:
    return [frame["seq"] for frame in sockets.frames[connection_id]]


def connected(store: RealtimeStore) -> set[str]:
    return {connection.id for connection in store.connections(BUYER_ID)}


def moving_on(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Let time pass."""
    later, later_ms = clock.now() + seconds, clock.now_ms() + seconds * 1000
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "now_ms", lambda: later_ms)


def test_an_event_reaches_every_connection_of_the_user_and_nobody_else(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")
    connect("b")
    connect("seller", user_id=SELLER_ID)
    connect("stranger", user_id=99)

    delivery.deliver(place(1))

    assert sockets.frames == {
        "a": [{"to": BUYER_ID, "seq": 1}],
        "b": [{"to": BUYER_ID, "seq": 1}],
        "seller": [{"to": SELLER_ID, "seq": 1}],
    }


def test_delivering_again_sends_nothing(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")

    delivery.deliver(place(1))
    delivery.deliver(place(1))
    delivery.deliver([BUYER_ID])

    assert seqs(sockets, "a") == [1]


def test_a_client_that_says_where_it_left_off_gets_what_it_missed(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    for order_id in range(1, 6):
        place(order_id)
    connect("a", since=2)
    connect("b")

    delivery.deliver([BUYER_ID])
    delivery.deliver(place(6))

    assert seqs(sockets, "a") == [3, 4, 5, 6]
    assert seqs(sockets, "b") == [6]


def test_a_long_absence_is_made_up_for_in_several_batches(
    delivery: Delivery, sockets: RecordingSockets, store: RealtimeStore, connect: Connect
) -> None:
    for number in range(1, 2 * BATCH + 2):
        store.append(BUYER_ID, [NewEvent(f"event {number}", "OrderPlaced", "buyer", {})])
    connect("a", since=0)

    delivery.deliver([BUYER_ID])

    assert seqs(sockets, "a") == list(range(1, 2 * BATCH + 2))


def test_events_that_a_channel_does_not_tell_are_passed_over(
    store: RealtimeStore, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    delivery = Delivery(store, sockets, lambda connection, entry: {"seq": entry.seq} if entry.seq % 2 else None)
    connect("a")
    for order_id in range(1, 5):
        place(order_id)

    delivery.deliver([BUYER_ID])

    assert seqs(sockets, "a") == [1, 3]
    assert [connection.cursor for connection in store.connections(BUYER_ID)] == [4]


def test_an_event_that_cannot_be_put_into_words_holds_nothing_up(
    store: RealtimeStore, sockets: RecordingSockets, connect: Connect, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = Delivery(store, sockets, lambda connection, entry: {"seq": {1: 1, 3: 3}[entry.seq]})
    connect("a")
    for order_id in (1, 2, 3):
        place(order_id)

    delivery.deliver([BUYER_ID])

    assert seqs(sockets, "a") == [1, 3]
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["error"], line["event_id"]) == (
        "an event has no message",
        "KeyError",
        "OrderPlaced:2",
    )


def test_a_worker_that_died_between_the_log_and_delivery_is_made_up_for(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")
    place(1)  # The first worker appended the event and died; its message comes again to another one.

    delivery.deliver(place(1))

    assert seqs(sockets, "a") == [1]


def test_a_connection_that_is_gone_is_forgotten_and_stops_no_other(
    delivery: Delivery,
    sockets: RecordingSockets,
    store: RealtimeStore,
    connect: Connect,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect("a")
    connect("b")
    moving_on(monkeypatch, 60)
    sockets.on_send = failing("a", ConnectionGone("a"))

    delivery.deliver(place(1))

    assert (seqs(sockets, "a"), seqs(sockets, "b")) == ([], [1])
    assert connected(store) == {"b"}


def test_a_connection_that_is_only_just_being_made_is_waited_for(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")
    refusals = iter([ConnectionGone("a"), ConnectionGone("a")])
    sockets.on_send = raising(refusals)

    delivery.deliver(place(1))

    assert seqs(sockets, "a") == [1]


def test_a_connection_that_takes_long_to_be_made_is_served_by_the_next_attempt(
    delivery: Delivery, sockets: RecordingSockets, store: RealtimeStore, connect: Connect, place: Place
) -> None:
    connect("a")
    sockets.on_send = failing("a", ConnectionGone("a"))
    with pytest.raises(DeliveryIncomplete):
        delivery.deliver(place(1))
    assert connected(store) == {"a"}
    sockets.on_send = failing("nobody", ConnectionGone("nobody"))

    delivery.deliver(place(1))

    assert seqs(sockets, "a") == [1]


def test_what_was_certainly_not_sent_is_sent_later_and_in_order(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")
    connect("b")
    place(1)
    place(2)
    sockets.on_send = failing("a", NotSent("a"), at_seq=2)
    with pytest.raises(DeliveryIncomplete) as incomplete:
        delivery.deliver([BUYER_ID])
    assert incomplete.value.user_ids == [BUYER_ID]
    assert (seqs(sockets, "a"), seqs(sockets, "b")) == ([1], [1, 2])
    sockets.on_send = failing("nobody", NotSent("nobody"))
    place(3)

    delivery.deliver([BUYER_ID])

    assert seqs(sockets, "a") == seqs(sockets, "b") == [1, 2, 3]


def test_when_nobody_knows_whether_it_arrived_the_connection_is_closed(
    delivery: Delivery, sockets: RecordingSockets, store: RealtimeStore, connect: Connect, place: Place
) -> None:
    connect("a")
    connect("b")
    sockets.on_send = failing("a", TimeoutError())

    delivery.deliver(place(1))

    assert sockets.closed == ["a"]
    assert connected(store) == {"b"}
    sockets.on_send = failing("nobody", TimeoutError())
    connect("again", since=0)
    delivery.deliver([BUYER_ID])
    assert seqs(sockets, "again") == [1]


def test_a_sender_that_died_half_way_leaves_a_connection_that_is_closed_not_repeated(
    delivery: Delivery,
    sockets: RecordingSockets,
    store: RealtimeStore,
    connect: Connect,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between claim and settlement: the first of two messages may have arrived or not, and only the client knows."""
    connect("a")
    place(1)
    place(2)
    sockets.on_send = failing("a", Killed(), at_seq=2)
    with pytest.raises(Killed):
        delivery.deliver([BUYER_ID])
    sockets.on_send = failing("nobody", Killed())

    delivery.deliver([BUYER_ID])  # Too early: for all that can be known, the first sender is still at it.
    assert (seqs(sockets, "a"), sockets.closed) == ([1], [])

    moving_on(monkeypatch, CLAIM_SECONDS + 1)
    delivery.deliver([BUYER_ID])
    assert (seqs(sockets, "a"), sockets.closed) == ([1], ["a"])
    assert connected(store) == set()

    connect("b", since=1)
    delivery.deliver([BUYER_ID])
    assert seqs(sockets, "b") == [2]


def test_two_workers_at_once_neither_repeat_nor_overtake(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    """While the first sends event 1, event 2 happens and the second worker delivers."""
    connect("a")

    def second_worker(connection_id: str, frame: Any) -> None:
        if frame["seq"] == 1:
            delivery.deliver(place(2))

    sockets.on_send = second_worker

    delivery.deliver(place(1))

    assert seqs(sockets, "a") == [1, 2]


def test_a_worker_that_read_before_another_finished_sends_nothing_again(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    """The second delivers everything between the first's look at the connection and its claim."""
    connect("a")
    place(1)
    once_before("UpdateItem", lambda: delivery.deliver([BUYER_ID]))

    delivery.deliver([BUYER_ID])

    assert seqs(sockets, "a") == [1]


def test_a_client_that_leaves_while_it_is_sent_to(
    delivery: Delivery, sockets: RecordingSockets, store: RealtimeStore, connect: Connect, place: Place
) -> None:
    connect("a")
    sockets.on_send = lambda connection_id, frame: store.disconnect("a")

    delivery.deliver(place(1))

    assert connected(store) == set()


def test_an_unexpected_failure_of_one_connection_stops_no_other(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")
    connect("b")
    sockets.on_send = failing("a", TimeoutError())
    sockets.on_close = raising(iter([ConnectionError()]))

    with pytest.raises(DeliveryIncomplete):
        delivery.deliver(place(1))

    assert seqs(sockets, "b") == [1]


def test_connections_are_served_side_by_side(delivery: Delivery, sockets: RecordingSockets, connect: Connect) -> None:
    """All of one user's twenty wait for each other: served one by one, the first would wait for ever."""
    names = [f"socket {number}" for number in range(MAX_CONNECTIONS)]
    for name in names:
        connect(name, since=0)
    together = threading.Barrier(THREADS)
    waiting = iter(range(THREADS))

    def meet(connection_id: str, frame: Any) -> None:
        if next(waiting, None) is not None:
            together.wait(timeout=20)

    sockets.on_send = meet
    delivery.deliver(published(realtime_of(), an_event(1)))

    assert [seqs(sockets, name) for name in names] == [[1]] * len(names)


def test_what_the_time_does_not_suffice_for_is_handed_back_between_two_messages(
    delivery: Delivery, sockets: RecordingSockets, store: RealtimeStore, connect: Connect, place: Place
) -> None:
    connect("a")
    for order_id in range(1, 6):
        place(order_id)
    looks = iter([True, True, True])

    with pytest.raises(DeliveryIncomplete) as incomplete:
        delivery.deliver([BUYER_ID], lambda: next(looks, False))

    assert incomplete.value.user_ids == [BUYER_ID]
    assert seqs(sockets, "a") == [1, 2]
    delivery.deliver([BUYER_ID])
    assert seqs(sockets, "a") == [1, 2, 3, 4, 5]
    assert sockets.closed == []


def test_without_time_nothing_is_claimed(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place
) -> None:
    connect("a")
    place(1)

    with pytest.raises(DeliveryIncomplete):
        delivery.deliver([BUYER_ID], lambda: False)

    assert sockets.frames == {}
    delivery.deliver([BUYER_ID])
    assert seqs(sockets, "a") == [1]


def test_connections_that_cannot_be_read_stop_nobody_else(
    delivery: Delivery, sockets: RecordingSockets, connect: Connect, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect("a")
    connect("seller", user_id=SELLER_ID)
    read = RealtimeStore.connections

    def unreadable(self: RealtimeStore, user_id: int) -> Any:
        if user_id == BUYER_ID:
            raise ConnectionError
        return read(self, user_id)

    concerned = place(1)
    monkeypatch.setattr(RealtimeStore, "connections", unreadable)
    with pytest.raises(DeliveryIncomplete) as incomplete:
        delivery.deliver(concerned)

    assert incomplete.value.user_ids == [BUYER_ID]
    assert seqs(sockets, "seller") == [1]


class Killed(BaseException):
    """The process ends here; no `except Exception` runs."""


def failing(connection_id: str, error: BaseException, at_seq: int = 1) -> Callable[[str, Any], None]:
    """Sends to the connection fail from an event on."""

    def on_send(sent_to: str, frame: Any) -> None:
        if sent_to == connection_id and frame["seq"] >= at_seq:
            raise error

    return on_send


def raising(errors: Any) -> Callable[..., None]:
    """Calls fail with one error after the other, then no more."""

    def on_call(*_: Any) -> None:
        for error in errors:
            raise error

    return on_call
