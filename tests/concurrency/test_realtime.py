"""A user's log and his sockets under a crowd of workers; and the naive ones that must fail the same tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commerce.kit.tables import Table
from commerce.realtime.delivery import Delivery
from commerce.realtime.service import Realtime
from commerce.realtime.store import RealtimeStore
from support.crowd import at_once
from support.realtime import BUYER_ID, SELLER_ID, an_event

pytestmark = pytest.mark.usefixtures("dynamodb")

EVENTS = 100


def publish(order_id: int) -> list[int]:
    """One worker's part: the event of one order into the logs of its buyer and seller."""
    return Realtime(RealtimeStore(Table("Realtime"))).publish(an_event(order_id))


def naive_publish(order_id: int) -> None:
    """The control: look for the last number, then write the next."""
    store = RealtimeStore(Table("Realtime"))
    number = store.last(BUYER_ID) + 1
    table = Table("Realtime")
    pk = f"USER#{BUYER_ID}"
    table.write(table.put({"pk": pk, "sk": f"EVENT#{number:012d}", "seq": number, "event_id": str(order_id)}))
    table.write(table.put({"pk": pk, "sk": "SEQ", "last": number}))


def log(user_id: int) -> list[tuple[int, str]]:
    """(number, event id) of the whole log, oldest first."""
    return [(row["seq"], row["event_id"]) for row in Table("Realtime").query_all(f"USER#{user_id}", prefix="EVENT#")]


def test_a_hundred_parallel_events_are_numbered_without_gap_or_repetition() -> None:
    """Each event is published by two workers, as a queue that delivers at least once makes them do."""
    at_once(publish, [*range(EVENTS), *range(EVENTS)])

    for user_id in (BUYER_ID, SELLER_ID):
        assert [seq for seq, _ in log(user_id)] == list(range(1, EVENTS + 1))
        assert {event_id for _, event_id in log(user_id)} == {f"OrderPlaced:{number}" for number in range(EVENTS)}


def test_the_naive_log_loses_events() -> None:
    at_once(naive_publish, range(EVENTS))

    assert len(log(BUYER_ID)) < EVENTS


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
    realtime = Realtime(RealtimeStore(Table("Realtime")))
    for connection_id in ("a", "b"):
        realtime.connect(BUYER_ID, connection_id, "storefront", "session")
    return tmp_path / "sent"


def test_a_crowd_of_workers_sends_each_event_once_and_in_order(sent: Path) -> None:
    at_once(publish_and_deliver(sent), [*range(EVENTS), *range(EVENTS)])

    assert sent_to("a", sent) == sent_to("b", sent) == list(range(1, EVENTS + 1))


def test_naive_delivery_repeats(sent: Path) -> None:
    at_once(naive_publish_and_deliver(sent), range(EVENTS))

    assert sent_to("a", sent) != list(range(1, EVENTS + 1))
