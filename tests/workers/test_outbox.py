"""The outbox worker: from the Orders stream to the bus."""

import importlib
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from commerce.events.eventbridge_gateway import BATCH
from commerce.kit import aws as clients
from commerce.kit.attributes import item_to_wire
from commerce.kit.pages import PageRequest
from commerce.kit.tables import Table
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import a_person, a_product, an_order
from support.samples import sample


@pytest.fixture
def bus(aws: None) -> str:
    """The URL of a queue that hears everything on the bus."""
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name="bazaar")
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="bazaar", EventPattern='{"source": ["bazaar.orders"]}')
    events.put_targets(Rule="all", EventBusName="bazaar", Targets=[{"Id": "heard", "Arn": arn}])
    return str(queue)


def received(queue: str) -> list[dict[str, Any]]:
    """The envelopes in the queue behind the bus, oldest first."""
    found: list[dict[str, Any]] = []
    sqs = boto3.client("sqs")
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def app() -> Any:
    return importlib.import_module("workers.outbox.app")


def handle(event: dict[str, Any]) -> Any:
    return app().handler(event, None)


def orders_stream(count: int) -> dict[str, Any]:
    """A batch of `count` new orders, number 1 first."""
    first = sample("dynamodb-orders-stream")["Records"][0]
    records = []
    for number in range(1, count + 1):
        record = json.loads(json.dumps(first))
        record["dynamodb"]["NewImage"]["id"] = {"N": str(number)}
        record["dynamodb"]["SequenceNumber"] = str(number)
        records.append(record)
    return {"Records": records}


def test_the_sample_becomes_an_order_and_its_move(bus: str) -> None:
    assert handle(sample("dynamodb-orders-stream")) == {"batchItemFailures": []}

    *heard, one, two = received(bus)
    assert [(event["detail-type"], event["detail"]["seller_ids"]) for event in (one, two)] == [
        ("OrderPartMoved", [11]),
        ("OrderPartMoved", [12]),
    ]
    assert [(event["source"], event["detail-type"], event["detail"]) for event in heard] == [
        (
            "bazaar.orders",
            "OrderPlaced",
            {
                "event_id": "OrderPlaced:51904512000123",
                "version": 1,
                "occurred_at": 1736416800000,
                "order_id": 51904512000123,
                "buyer_id": 7,
                "seller_ids": [11, 12],
                "channel": "storefront",
                "status": "pending",
                "total_minor": 201297,
                "currency": "USD",
                "lines": [],
            },
        ),
        (
            "bazaar.orders",
            "OrderStatusChanged",
            {
                "event_id": "OrderStatusChanged:51904512000123:3",
                "version": 1,
                "occurred_at": 1736420400000,
                "order_id": 51904512000123,
                "buyer_id": 7,
                "seller_ids": [11, 12],
                "channel": "storefront",
                "status": "shipped",
                "old_status": "pending",
                "new_status": "shipped",
            },
        ),
    ]


def test_an_order_that_was_really_placed_becomes_an_event(bus: str) -> None:
    buyer, seller = a_person(), a_person(is_seller=True)
    product = a_product(seller)
    order = an_order(buyer, (product, 2))
    row = Table("Orders").get(f"ORDER#{order.id}", "ORDER")
    record = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": item_to_wire(row)}}

    assert handle({"Records": [record]}) == {"batchItemFailures": []}

    [event] = received(bus)
    assert event["detail"] == {
        "event_id": f"OrderPlaced:{order.id}",
        "version": 1,
        "occurred_at": order.placed_at,
        "order_id": order.id,
        "buyer_id": buyer.id,
        "seller_ids": [seller.id],
        "channel": "storefront",
        "status": "pending",
        "total_minor": order.total_minor,
        "currency": "USD",
        "lines": [
            {
                "line_id": 1,
                "product_id": product.id,
                "quantity": 2,
                "price_minor": 99_999,
                "total_minor": 199_998,
                "seller_id": seller.id,
            }
        ],
    }


def record_of(event_name: str, order_id: int, before: Any = None) -> dict[str, Any]:
    """A stream record with the order's row as it is now."""
    row = Table("Orders").get(f"ORDER#{order_id}", "ORDER")
    images = {"NewImage": item_to_wire(row)} | ({"OldImage": item_to_wire(before)} if before else {})
    return {"eventName": event_name, "dynamodb": {"SequenceNumber": str(row["version"]), **images}}


def test_a_move_carries_its_lines_and_enters_its_seller_s_list(bus: str) -> None:
    seller, staff = a_person(is_seller=True), a_person(is_staff=True)
    lamp, bulb = a_product(seller, name="Lamp", price_minor=3_000), a_product(name="Bulb", price_minor=99)
    order = an_order(a_person(), (lamp, 2), (bulb, 1))
    placed = Table("Orders").get(f"ORDER#{order.id}", "ORDER")
    first = record_of("INSERT", order.id)
    assert handle({"Records": [first]}) == {"batchItemFailures": []}
    assert [one.id for one in orders().of_seller(seller.principal, PageRequest(), Status.PENDING).orders] == [order.id]
    received(bus)
    payments().move(staff.principal, order.id, Status.SHIPPED, seller.id)

    moved = record_of("MODIFY", order.id, placed)
    # What is older comes again, as it does after a failure, and changes nothing in the list.
    assert handle({"Records": [moved]}) == handle({"Records": [first]}) == {"batchItemFailures": []}

    [event] = [event["detail"] for event in received(bus) if event["detail-type"] == "OrderPartMoved"]
    assert (event["seller_id"], event["new_status"], event["currency"]) == (seller.id, "shipped", "USD")
    assert event["lines"] == [
        {"line_id": 1, "product_id": lamp.id, "quantity": 2, "price_minor": 3_000, "total_minor": 6_000}
    ]
    assert (event["amounts"]["items_minor"], event["amounts"]["total_minor"]) == (6_000, 6_000)
    listed = {
        status: [one.id for one in orders().of_seller(seller.principal, PageRequest(), status).orders]
        for status in (None, Status.PENDING, Status.SHIPPED)
    }
    assert listed == {None: [order.id], Status.PENDING: [], Status.SHIPPED: [order.id]}


def test_a_batch_that_comes_again_carries_the_same_ids(bus: str) -> None:
    handle(sample("dynamodb-orders-stream"))
    first = [event["detail"] for event in received(bus)]

    handle(sample("dynamodb-orders-stream"))

    assert [event["detail"] for event in received(bus)] == first


def test_many_orders_go_in_calls_of_ten_and_in_order(bus: str) -> None:
    assert handle(orders_stream(2 * BATCH + 3)) == {"batchItemFailures": []}

    assert [event["detail"]["order_id"] for event in received(bus)] == list(range(1, 2 * BATCH + 4))


def test_nothing_to_publish_is_fine(bus: str) -> None:
    nothing_to_tell = {"Records": sample("dynamodb-orders-stream")["Records"][1:4]}

    assert handle(nothing_to_tell) == {"batchItemFailures": []}
    assert received(bus) == []


def test_a_record_after_which_the_bus_refuses_is_reported_with_all_that_follow(
    bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_order(13, monkeypatch)

    answer = handle(orders_stream(25))

    assert answer == {"batchItemFailures": [{"itemIdentifier": str(number)} for number in range(13, 26)]}
    numbers = [event["detail"]["order_id"] for event in received(bus)]
    assert 13 not in numbers
    assert set(range(1, 13)) <= set(numbers) <= set(range(1, 21))


def test_when_the_first_record_fails_the_whole_batch_does(bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda bisects a batch whose function failed, and only that one: so the bad record ends up alone."""
    refuse_order(1, monkeypatch)

    with pytest.raises(app().NothingPublished):
        handle(orders_stream(3))


def test_a_record_that_is_no_order_holds_up_only_what_follows_it(bus: str, capsys: pytest.CaptureFixture[str]) -> None:
    event = orders_stream(3)
    del event["Records"][1]["dynamodb"]["NewImage"]["buyer_id"]

    assert handle(event) == {"batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "3"}]}

    assert [heard["detail"]["order_id"] for heard in received(bus)] == [1]
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["error"], line["sequence_number"]) == ("unreadable stream record", "KeyError", "2")


def test_an_error_of_the_bus_fails_the_whole_batch(aws: None) -> None:
    """In this account there is no such bus. What was published before the error comes again under the same ids."""
    with pytest.raises(ClientError):
        handle(orders_stream(2))


def refuse_order(order_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have EventBridge refuse single entries, which the emulated one never does by itself."""
    client = clients.client("events")
    accept = client.put_events

    def put_events(Entries: list[dict[str, Any]]) -> dict[str, Any]:
        kept = [entry for entry in Entries if json.loads(entry["Detail"])["order_id"] != order_id]
        answers = iter(accept(Entries=kept)["Entries"] if kept else [])
        results = [
            next(answers) if entry in kept else {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
            for entry in Entries
        ]
        return {"FailedEntryCount": len(Entries) - len(kept), "Entries": results}

    monkeypatch.setattr(client, "put_events", put_events)
