"""The notifications worker: from the queue to the users' logs and onto the storefront's sockets."""

import importlib
import json
from typing import Any

import pytest

from commerce.kit.principal import Principal
from commerce.realtime.service import Realtime
from commerce.realtime.sockets_gateway import NotSent
from support.meter import Meter
from support.realtime import LambdaContext, RecordingSockets, realtime_of
from support.samples import queue_message, sample

BUYER_ID, SELLERS, ORDER_ID = 7, (11, 12), 51904512000123  # Those of the samples.
PLACED = {"type": "order_notification", "order_id": ORDER_ID, "message": "Order created successfully"}
SHIPPED = {
    "type": "order_status_update",
    "order_id": ORDER_ID,
    "old_status": "pending",
    "new_status": "shipped",
    "message": f"Order #{ORDER_ID} status updated from pending to shipped",
}


@pytest.fixture
def realtime(aws: None) -> Realtime:
    return realtime_of()


@pytest.fixture
def sockets(realtime: Realtime, monkeypatch: pytest.MonkeyPatch) -> RecordingSockets:
    recording = RecordingSockets()
    monkeypatch.setattr(importlib.import_module("workers.notifications.app")._delivery, "_sockets", recording)
    return recording


def handle(event: dict[str, Any], context: LambdaContext | None = None) -> Any:
    return importlib.import_module("workers.notifications.app").handler(event, context or LambdaContext())


def status_changed(old: str, new: str) -> dict[str, Any]:
    """A queue message that says so of the sample's order."""
    [record] = sample("sqs-order-status-changed")["Records"]
    envelope = json.loads(record["body"])
    envelope["detail"] |= {"old_status": old, "new_status": new, "status": new, "event_id": f"changed:{old}:{new}"}
    return {"Records": [{**record, "body": json.dumps(envelope)}]}


def test_a_buyer_hears_of_his_order_and_of_its_status(realtime: Realtime, sockets: RecordingSockets) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront")

    assert handle(sample("sqs-order-placed")) == {"batchItemFailures": []}
    assert handle(sample("sqs-order-status-changed")) == {"batchItemFailures": []}

    assert sockets.frames == {"buyer": [PLACED, SHIPPED]}


@pytest.mark.parametrize(("order_stands", "told"), [("shipped", []), ("pending", [BUYER_ID, 11])])
def test_of_a_part_that_took_its_order_with_it_nobody_is_told_twice(
    realtime: Realtime, sockets: RecordingSockets, order_stands: str, told: list[int]
) -> None:
    [record] = sample("sqs-order-status-changed")["Records"]
    envelope = json.loads(record["body"])
    envelope["detail-type"] = "OrderPartMoved"
    envelope["detail"] |= {"event_id": "moved", "seller_ids": [11], "seller_id": 11, "status": order_stands}

    assert handle({"Records": [{**record, "body": json.dumps(envelope)}]}) == {"batchItemFailures": []}

    assert [user for user in (BUYER_ID, *SELLERS) if realtime.history(user)] == told


def test_a_client_that_counts_is_told_the_numbers(realtime: Realtime, sockets: RecordingSockets) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront", since=0, numbered=True)

    handle(sample("sqs-order-placed"))
    handle(sample("sqs-order-status-changed"))

    assert sockets.frames == {"buyer": [{**PLACED, "seq": 1}, {**SHIPPED, "seq": 2}]}


def test_sellers_have_it_in_their_logs_but_the_storefront_does_not_tell_them(
    realtime: Realtime, sockets: RecordingSockets
) -> None:
    for seller in SELLERS:
        realtime.connect(Principal(seller), f"seller {seller}", "storefront")

    handle(sample("sqs-order-placed"))
    handle(sample("sqs-order-status-changed"))

    assert sockets.frames == {}
    for seller in SELLERS:
        assert [(entry.name, entry.role) for entry in realtime.history(seller)] == [
            ("OrderStatusChanged", "seller"),
            ("OrderPlaced", "seller"),
        ]


def test_nobody_else_hears_of_it(realtime: Realtime, sockets: RecordingSockets) -> None:
    realtime.connect(Principal(99), "stranger", "storefront")

    handle(sample("sqs-order-placed"))

    assert sockets.frames == {}
    assert realtime.history(99) == []


@pytest.mark.parametrize("name", ["sqs-order-placed", "sqs-order-status-changed", "sqs-deliver"])
def test_every_message_may_come_twice(realtime: Realtime, sockets: RecordingSockets, name: str) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront")
    handle(sample(name))
    once = (dict(sockets.frames), [realtime.history(user) for user in (BUYER_ID, *SELLERS)])

    assert handle(sample(name)) == {"batchItemFailures": []}

    assert (dict(sockets.frames), [realtime.history(user) for user in (BUYER_ID, *SELLERS)]) == once


def test_a_returning_client_is_sent_what_it_missed(realtime: Realtime, sockets: RecordingSockets) -> None:
    handle(sample("sqs-order-placed"))
    handle(sample("sqs-order-status-changed"))
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront", since=1, numbered=True)

    assert handle(sample("sqs-deliver")) == {"batchItemFailures": []}

    assert sockets.frames == {"buyer": [{**SHIPPED, "seq": 2}]}


@pytest.mark.parametrize(
    ("old", "new", "old_word", "new_word"),
    [
        ("pending", "confirmed", "pending", "confirmed"),
        ("confirmed", "awaiting_shipment", "confirmed", "processing"),
        ("awaiting_shipment", "shipped", "processing", "shipped"),
        ("shipped", "delivered", "shipped", "delivered"),
        ("pending", "cancelled", "pending", "cancelled"),
    ],
)
def test_the_storefront_has_its_own_words(
    realtime: Realtime, sockets: RecordingSockets, old: str, new: str, old_word: str, new_word: str
) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront")

    handle(status_changed(old, new))

    assert sockets.frames["buyer"] == [
        {
            "type": "order_status_update",
            "order_id": ORDER_ID,
            "old_status": old_word,
            "new_status": new_word,
            "message": f"Order #{ORDER_ID} status updated from {old_word} to {new_word}",
        }
    ]


def test_what_cannot_be_understood_comes_again_alone(
    realtime: Realtime, sockets: RecordingSockets, capsys: pytest.CaptureFixture[str]
) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront")
    [good] = sample("sqs-order-placed")["Records"]
    bad = [
        {**good, "messageId": "no JSON", "body": "no JSON"},
        queue_message({"kind": "unheard of"}, "no event"),
        queue_message({"detail-type": "OrderVanished", "detail": {"version": 1}}, "another event"),
        queue_message({"detail-type": "OrderPlaced", "detail": {"version": 2}}, "another version"),
        queue_message({"detail-type": "OrderPlaced", "detail": {"version": 1}}, "fields missing"),
        queue_message([], "not an object"),
    ]

    answer = handle({"Records": [*bad, good]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in bad]}
    assert sockets.frames == {"buyer": [PLACED]}
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["message_id"] for line in lines] == [record["messageId"] for record in bad]


def test_an_interrupted_delivery_is_taken_up_by_the_same_message(realtime: Realtime, sockets: RecordingSockets) -> None:
    realtime.connect(Principal(BUYER_ID), "a", "storefront")
    realtime.connect(Principal(BUYER_ID), "b", "storefront")

    def refuse(connection_id: str, frame: Any) -> None:
        if connection_id == "a":
            raise NotSent("a")

    sockets.on_send = refuse
    [message] = sample("sqs-order-placed")["Records"]
    assert handle({"Records": [message]}) == {"batchItemFailures": [{"itemIdentifier": message["messageId"]}]}
    assert sockets.frames == {"b": [PLACED]}
    sockets.on_send = lambda connection_id, frame: None

    assert handle({"Records": [message]}) == {"batchItemFailures": []}

    assert sockets.frames == {"a": [PLACED], "b": [PLACED]}
    assert [entry.seq for entry in realtime.history(BUYER_ID)] == [1]


def orders_placed(count: int) -> dict[str, Any]:
    """A batch of `count` orders, all of the sample's buyer and sellers."""
    [record] = sample("sqs-order-placed")["Records"]
    records = []
    for number in range(1, count + 1):
        envelope = json.loads(record["body"])
        envelope["detail"] |= {"event_id": f"OrderPlaced:{number}", "order_id": number}
        records.append(queue_message(envelope, f"message {number}"))
    return {"Records": records}


def test_a_batch_is_numbered_once_for_each_user(realtime: Realtime, sockets: RecordingSockets) -> None:
    """Ten orders of one buyer and two sellers: ten events and one numbering for each of the three."""
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront")

    with Meter() as meter:
        assert handle(orders_placed(10)) == {"batchItemFailures": []}

    assert meter.names.count("TransactWriteItems") == 0
    claim_and_settlement = 2
    assert meter.wcu == 3 * (10 + 1) + claim_and_settlement
    assert [frame["order_id"] for frame in sockets.frames["buyer"]] == list(range(1, 11))


def test_messages_come_again_when_the_time_is_over_and_nothing_is_told_twice(
    realtime: Realtime, sockets: RecordingSockets
) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront", since=0, numbered=True)
    batch = orders_placed(10)
    reserve = importlib.import_module("workers.notifications.app").RESERVE_MS
    little = LambdaContext(remaining_ms=reserve + 5_000, step_ms=1_000)

    failures = handle(batch, little)["batchItemFailures"]

    assert [failure["itemIdentifier"] for failure in failures] == [record["messageId"] for record in batch["Records"]]
    told = [frame["seq"] for frame in sockets.frames["buyer"]]
    assert told == list(range(1, len(told) + 1))
    assert 0 < len(told) < 10
    assert handle(batch) == {"batchItemFailures": []}
    assert [frame["seq"] for frame in sockets.frames["buyer"]] == list(range(1, 11))


def test_one_user_who_is_still_behind_brings_back_their_messages_only(
    realtime: Realtime, sockets: RecordingSockets
) -> None:
    realtime.connect(Principal(BUYER_ID), "buyer", "storefront")
    realtime.connect(Principal(99), "other", "storefront", since=0)

    def refuse(connection_id: str, frame: Any) -> None:
        if connection_id == "buyer":
            raise NotSent(connection_id)

    sockets.on_send = refuse
    mine, other = orders_placed(2)["Records"]
    envelope = json.loads(other["body"])
    envelope["detail"] |= {"buyer_id": 99, "seller_ids": [98]}
    batch = {"Records": [mine, {**other, "body": json.dumps(envelope)}]}

    assert handle(batch) == {"batchItemFailures": [{"itemIdentifier": "message 1"}]}
    assert [frame["order_id"] for frame in sockets.frames["other"]] == [2]
