"""A user's event log: numbered without gaps, each event once, nothing that has expired."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.kit import clock
from commerce.kit.errors import Busy
from commerce.kit.tables import Table
from commerce.realtime.model import KEPT_SECONDS, NewEvent
from commerce.realtime.recipients import addressed
from commerce.realtime.service import Realtime
from commerce.realtime.store import BLOCK_SIZE, RealtimeStore
from support.meter import Meter
from support.realtime import BUYER_ID, SELLER_ID, an_event, once_before, published

Place = Callable[[int], list[int]]


def seqs(realtime: Realtime, user_id: int, **options: int) -> list[int]:
    return [entry.seq for entry in realtime.history(user_id, **options)]


def test_everyone_concerned_gets_a_copy_with_his_role(realtime: Realtime) -> None:
    assert published(realtime, an_event(51)) == [BUYER_ID, SELLER_ID]

    [bought], [sold] = realtime.history(BUYER_ID), realtime.history(SELLER_ID)
    assert (bought.seq, bought.role, sold.seq, sold.role) == (1, "buyer", 1, "seller")
    assert (bought.event_id, bought.name, bought.is_read) == ("OrderPlaced:51", "OrderPlaced", False)
    assert bought.payload == sold.payload == an_event(51).payload


def test_who_buys_from_himself_is_told_once_as_the_buyer(realtime: Realtime) -> None:
    assert published(realtime, an_event(51, BUYER_ID, (BUYER_ID,))) == [BUYER_ID]

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


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_two_who_append_the_same_event_at_once_add_it_once(realtime: Realtime, place: Place, operation: str) -> None:
    """The second looks before the first has stored the event, or has numbered it, and writes after it."""
    once_before(operation, lambda: place(1))

    assert place(1) == [BUYER_ID, SELLER_ID]

    assert seqs(realtime, BUYER_ID) == seqs(realtime, SELLER_ID) == [1]


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_two_who_append_different_events_at_once_get_two_numbers(
    realtime: Realtime, place: Place, operation: str
) -> None:
    once_before(operation, lambda: place(1))
    place(2)
    once_before(operation, lambda: place(3))
    place(4)

    found = realtime.history(BUYER_ID)
    assert [entry.seq for entry in found] == [4, 3, 2, 1]
    assert {entry.event_id for entry in found} == {f"OrderPlaced:{number}" for number in (1, 2, 3, 4)}


class Killed(BaseException):
    """The process ends here; no `except Exception` runs."""


def kill() -> None:
    raise Killed


def new(number: int) -> NewEvent:
    """An event on its way into the buyer's log."""
    return NewEvent(f"OrderPlaced:{number}", "OrderPlaced", "buyer", {})


def test_a_worker_that_died_between_storing_and_numbering_is_made_up_for(store: RealtimeStore) -> None:
    """However far the log has moved meanwhile: the event is numbered when its message comes again, and once."""
    once_before("UpdateItem", kill)
    with pytest.raises(Killed):
        store.append(BUYER_ID, [new(1)])
    assert store.last(BUYER_ID) == 0
    others = range(2, 2 + 3 * BLOCK_SIZE)
    for number in others:
        store.append(BUYER_ID, [new(number)])

    store.append(BUYER_ID, [new(1)])
    store.append(BUYER_ID, [new(1)])

    found = store.before(BUYER_ID, None, 100)
    assert [entry.seq for entry in found] == list(range(len(others) + 1, 0, -1))
    assert [entry.event_id for entry in found].count("OrderPlaced:1") == 1


@pytest.mark.parametrize("count", [BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE])
def test_an_event_that_comes_again_late_is_found_however_far_back_it_stands(
    realtime: Realtime, place: Place, count: int
) -> None:
    for order_id in range(1, count + 1):
        place(order_id)

    for order_id in range(1, count + 1):
        place(order_id)

    assert seqs(realtime, BUYER_ID, limit=200) == list(range(count, 0, -1))


def test_a_worker_that_died_between_opening_a_block_and_filling_the_one_before(store: RealtimeStore) -> None:
    for number in range(1, BLOCK_SIZE):
        store.append(BUYER_ID, [new(number)])
    once_before("UpdateItem", kill)
    with pytest.raises(Killed):
        store.append(BUYER_ID, [new(BLOCK_SIZE)])

    assert store.last(BUYER_ID) == BLOCK_SIZE - 1
    store.append(BUYER_ID, [new(BLOCK_SIZE + 1)])
    store.append(BUYER_ID, [new(BLOCK_SIZE)])

    found = store.after(BUYER_ID, BLOCK_SIZE - 2, 10)
    assert [(entry.seq, entry.event_id) for entry in found.entries] == [
        (BLOCK_SIZE - 1, f"OrderPlaced:{BLOCK_SIZE - 1}"),
        (BLOCK_SIZE, f"OrderPlaced:{BLOCK_SIZE + 1}"),
        (BLOCK_SIZE + 1, f"OrderPlaced:{BLOCK_SIZE}"),
    ]


def test_events_of_one_user_are_numbered_by_one_write(realtime: Realtime, store: RealtimeStore) -> None:
    """Ten events of a batch: each is stored by one write, and all are numbered by one more. A transaction of counter,
    event and marker took six units for each."""
    events = [an_event(order_id) for order_id in range(1, 11)]
    with Meter() as alone:
        published(realtime, an_event(99))
    with Meter() as batch:
        published(realtime, *events)

    assert alone.wcu == 2 * 2
    assert batch.wcu == 2 * (10 + 1)
    assert [entry.event_id for entry in store.after(BUYER_ID, 1, 50).entries] == [event.id for event in events]


def test_a_full_block_costs_no_more_than_one_unit_to_add_to(realtime: Realtime) -> None:
    """The longest ids that there are, up to the block's last place; then the next block was opened too."""
    units = []
    for version in range(BLOCK_SIZE):
        longest = an_event(9_007_199_254_740_991, seller_ids=())
        longest.payload["event_id"] = f"OrderStatusChanged:9007199254740991:{version:04d}"
        with Meter() as meter:
            published(realtime, longest)
        units.append(meter.wcu)

    assert units == [2] * (BLOCK_SIZE - 1) + [3]


def test_a_log_that_stays_contended_is_reported_and_stops_no_other(
    realtime: Realtime, store: RealtimeStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = store.append

    def busy_for_the_seller(self: RealtimeStore, user_id: int, *arguments: Any) -> None:
        if user_id == SELLER_ID:
            raise Busy
        append(user_id, *arguments)

    monkeypatch.setattr(RealtimeStore, "append", busy_for_the_seller)

    failed = realtime.publish([addressed(an_event(1)), addressed(an_event(2))])

    assert failed == {SELLER_ID}
    assert seqs(realtime, BUYER_ID) == [2, 1]


def test_appending_ends_when_no_time_is_left(store: RealtimeStore) -> None:
    def somebody_is_faster() -> None:
        store.append(BUYER_ID, [NewEvent("other", "OrderPlaced", "buyer", {})])

    once_before("UpdateItem", somebody_is_faster)

    with pytest.raises(Busy):
        store.append(BUYER_ID, [NewEvent("mine", "OrderPlaced", "buyer", {})], lambda: False)


def test_numbers_go_on_after_every_event_has_expired(
    realtime: Realtime, store: RealtimeStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table's own clean-up takes away what has an end: full blocks and events, and never the last number."""
    for order_id in range(1, BLOCK_SIZE + 1):
        place(order_id)
    table = Table("Realtime")
    expired = [row for row in table.query_all(f"USER#{BUYER_ID}") if "expires_at" in row]
    for row in expired:
        table.write(table.delete(row["pk"], row["sk"]))
    later = clock.now() + KEPT_SECONDS
    monkeypatch.setattr(clock, "now", lambda: later)

    place(BLOCK_SIZE + 1)

    assert seqs(realtime, BUYER_ID) == [BLOCK_SIZE + 1]
    assert [entry.seq for entry in store.after(BUYER_ID, 0, 10).entries] == [BLOCK_SIZE + 1]


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
    assert Table("Realtime").get(f"USER#{BUYER_ID}", "EVENT#OrderPlaced:1") is not None
