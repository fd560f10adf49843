"""A user's event log: numbered without gaps, each event once, nothing that has expired."""

from collections.abc import Callable

import pytest

from commerce.kit import clock
from commerce.kit.tables import Table
from commerce.realtime.model import KEPT_SECONDS
from commerce.realtime.service import Realtime
from commerce.realtime.store import RealtimeStore
from support.realtime import BUYER_ID, SELLER_ID, an_event, once_before

Place = Callable[[int], list[int]]


def seqs(realtime: Realtime, user_id: int, **options: int) -> list[int]:
    return [entry.seq for entry in realtime.history(user_id, **options)]


def test_everyone_concerned_gets_a_copy_with_his_role(realtime: Realtime) -> None:
    assert realtime.publish(an_event(51)) == [BUYER_ID, SELLER_ID]

    [bought], [sold] = realtime.history(BUYER_ID), realtime.history(SELLER_ID)
    assert (bought.seq, bought.role, sold.seq, sold.role) == (1, "buyer", 1, "seller")
    assert (bought.event_id, bought.name, bought.is_read) == ("OrderPlaced:51", "OrderPlaced", False)
    assert bought.payload == sold.payload == an_event(51).payload


def test_who_buys_from_himself_is_told_once_as_the_buyer(realtime: Realtime) -> None:
    assert realtime.publish(an_event(51, BUYER_ID, (BUYER_ID,))) == [BUYER_ID]

    assert [entry.role for entry in realtime.history(BUYER_ID)] == ["buyer"]


def test_events_are_numbered_from_one_and_listed_backwards(realtime: Realtime, place: Place) -> None:
    for order_id in range(1, 6):
        place(order_id)

    assert seqs(realtime, BUYER_ID) == [5, 4, 3, 2, 1]
    assert seqs(realtime, BUYER_ID, limit=2) == [5, 4]
    assert seqs(realtime, BUYER_ID, before=4, limit=2) == [3, 2]
    assert seqs(realtime, BUYER_ID, before=1) == []


def test_the_same_event_again_adds_nothing(realtime: Realtime, place: Place) -> None:
    place(1)
    place(2)

    assert place(1) == [BUYER_ID, SELLER_ID]

    assert seqs(realtime, BUYER_ID) == seqs(realtime, SELLER_ID) == [2, 1]


def test_two_who_append_the_same_event_at_once_add_it_once(realtime: Realtime, place: Place) -> None:
    """The second looks before the first has written, and writes after it."""
    once_before("TransactWriteItems", lambda: place(1))

    assert place(1) == [BUYER_ID, SELLER_ID]

    assert seqs(realtime, BUYER_ID) == [1]


def test_two_who_append_different_events_at_once_get_two_numbers(realtime: Realtime, place: Place) -> None:
    once_before("TransactWriteItems", lambda: place(1))
    place(2)
    once_before("TransactWriteItems", lambda: place(3))
    place(4)

    assert [(entry.seq, entry.event_id) for entry in realtime.history(BUYER_ID)] == [
        (4, "OrderPlaced:4"),
        (3, "OrderPlaced:3"),
        (2, "OrderPlaced:2"),
        (1, "OrderPlaced:1"),
    ]


def test_a_log_of_one_user_is_not_another_s(realtime: Realtime, place: Place) -> None:
    place(1)

    assert realtime.history(99) == []


def test_what_has_expired_is_not_read_though_it_is_still_there(
    realtime: Realtime, store: RealtimeStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(1)
    later = clock.now() + KEPT_SECONDS
    monkeypatch.setattr(clock, "now", lambda: later)
    place(2)

    assert seqs(realtime, BUYER_ID) == [2]
    batch = store.after(BUYER_ID, 0, 10)
    assert ([entry.seq for entry in batch.entries], batch.end) == ([2], 2)
    assert Table("Realtime").get(f"USER#{BUYER_ID}", "EVENT#000000000001") is not None
