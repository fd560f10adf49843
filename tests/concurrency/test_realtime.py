"""A user's log and their sockets under a crowd of workers; and the naive ones that must fail the same tests."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.realtime.delivery import Delivery
from commerce.realtime.model import MAX_CONNECTIONS, Connection
from commerce.realtime.store import RealtimeStore
from support.concurrency import at_once
from support.realtime import BUYER_ID, SELLER_ID, an_event, published, realtime_of

pytestmark = pytest.mark.usefixtures("dynamodb")

EVENTS = 100


def publish(order_id: int) -> list[int]:
    """One worker's part: the event of one order into the logs of its buyer and seller."""
    return published(realtime_of(), an_event(order_id))


def naive_publish(order_id: int) -> None:
    """The control: read the ids of the log's last block, then write them with one more."""
    table = Table("Realtime")
    pk, block = f"USER#{BUYER_ID}", "BLOCK#000000000000"
    found = table.get(pk, block, consistent=True) or {"ids": []}
    table.write(table.put({"pk": pk, "sk": block, "ids": [*found["ids"], f"OrderPlaced:{order_id}"]}))


def log(user_id: int) -> list[tuple[int, str]]:
    """(number, event id) of the whole log, oldest first."""
    entries = RealtimeStore(Table("Realtime")).after(user_id, 0, 10 * EVENTS).entries
    return [(entry.seq, entry.event_id) for entry in entries]


def test_a_hundred_parallel_events_are_numbered_without_gap_or_repetition() -> None:
    """Each event is published by two workers, as a queue that delivers at least once makes them do."""
    at_once(publish, [*range(EVENTS), *range(EVENTS)])

    for user_id in (BUYER_ID, SELLER_ID):
        assert [seq for seq, _ in log(user_id)] == list(range(1, EVENTS + 1))
        assert {event_id for _, event_id in log(user_id)} == {f"OrderPlaced:{number}" for number in range(EVENTS)}


def test_the_naive_log_loses_events() -> None:
    at_once(naive_publish, range(EVENTS))

    block = Table("Realtime").get(f"USER#{BUYER_ID}", "BLOCK#000000000000") or {}
    assert len(block["ids"]) < EVENTS


def publish_batch(orders: list[int]) -> None:
    """One worker's part when its batch has several events."""
    published(realtime_of(), *(an_event(order_id) for order_id in orders))


def test_batches_that_overlap_are_numbered_without_gap_or_repetition() -> None:
    """Each event is in three workers' batches, at another place of each, and all concern the same seller."""
    spread = [[(first + step * 7) % EVENTS for step in range(6)] for first in range(0, EVENTS, 2)]
    at_once(publish_batch, spread)

    for user_id in (BUYER_ID, SELLER_ID):
        wanted = {f"OrderPlaced:{number}" for batch in spread for number in batch}
        assert [seq for seq, _ in log(user_id)] == list(range(1, len(wanted) + 1))
        assert {event_id for _, event_id in log(user_id)} == wanted


def connect_and_count(number: int) -> None:
    """A socket that opens."""
    realtime_of().connect(Principal(BUYER_ID), f"socket {number:03d}", "storefront")


def naive_connect_and_count(number: int) -> None:
    """The control: counts before it writes, so that those who open at once do not see each other."""
    store = RealtimeStore(Table("Realtime"))
    if len(store.connections(BUYER_ID)) < MAX_CONNECTIONS:
        time.sleep(0.05)  # As long as the calls between them take.
        store.connect(Connection(f"socket {number:03d}", BUYER_ID, "storefront", "session", number, 0))


def test_nobody_has_more_sockets_than_allowed_however_many_open_at_once() -> None:
    at_once(connect_and_count, range(3 * MAX_CONNECTIONS))

    assert len(RealtimeStore(Table("Realtime")).connections(BUYER_ID)) == MAX_CONNECTIONS


def test_the_naive_count_lets_too_many_in() -> None:
    at_once(naive_connect_and_count, range(3 * MAX_CONNECTIONS))

    assert len(RealtimeStore(Table("Realtime")).connections(BUYER_ID)) > MAX_CONNECTIONS


class FileSockets:
    """Sockets whose messages are lines of one file: what is appended there first was sent first."""

    def __init__(self, sent: Path) -> None:
        self._sent = sent

    def send(self, connection_id: str, frame: dict[str, int]) -> None:
        with self._sent.open("a") as lines:
            lines.write(f"{connection_id} {frame['seq']}\n")

    def close(self, connection_id: str) -> None:
        self.send(connection_id, {"seq": -1})


def publish_and_deliver(sent: Path) -> Callable[[int], None]:
    """One worker's whole part, its sockets in the file."""

    def work(order_id: int) -> None:
        delivery = Delivery(
            RealtimeStore(Table("Realtime")), FileSockets(sent), lambda connection, entry: {"seq": entry.seq}
        )
        delivery.deliver(publish(order_id))

    return work


def naive_publish_and_deliver(sent: Path) -> Callable[[int], None]:
    """The control: append rightly, but send without a claim and move the cursor afterwards."""

    def work(order_id: int) -> None:
        publish(order_id)
        store = RealtimeStore(Table("Realtime"))
        for connection in store.connections(BUYER_ID):
            batch = store.after(BUYER_ID, connection.cursor, EVENTS)
            for entry in batch.entries:
                FileSockets(sent).send(connection.id, {"seq": entry.seq})
            table = Table("Realtime")
            table.write(
                table.update(
                    f"USER#{BUYER_ID}", f"CONNECTION#{connection.id}", "SET #cursor = :end", values={"end": batch.end}
                )
            )

    return work


def sent_to(connection_id: str, sent: Path) -> list[int]:
    lines = [line.split() for line in sent.read_text().splitlines()]
    return [int(seq) for receiver, seq in lines if receiver == connection_id]


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """The file of sent messages, with two connections of the buyer's open."""
    realtime = realtime_of()
    for connection_id in ("a", "b"):
        realtime.connect(Principal(BUYER_ID), connection_id, "storefront")
    return tmp_path / "sent"


def test_a_crowd_of_workers_sends_each_event_once_and_in_order(sent: Path) -> None:
    at_once(publish_and_deliver(sent), [*range(EVENTS), *range(EVENTS)])

    assert sent_to("a", sent) == sent_to("b", sent) == list(range(1, EVENTS + 1))


def test_naive_delivery_repeats(sent: Path) -> None:
    at_once(naive_publish_and_deliver(sent), range(EVENTS))

    assert sent_to("a", sent) != list(range(1, EVENTS + 1))
