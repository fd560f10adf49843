"""The chat worker: from the Chat table's stream into the logs of those who take part, and on to their sockets."""

import importlib
import json
from typing import Any

import boto3
import pytest

from commerce.chat.model import NewConversation
from commerce.chat.service import chat
from commerce.kit.attributes import item_to_wire
from commerce.kit.pages import PageRequest
from commerce.kit.tables import ConditionFailed, Table
from commerce.realtime.delivery import Delivery
from commerce.realtime.store import RealtimeStore
from sockets.channels import frame
from support.builders import Person, a_person, a_product
from support.realtime import LambdaContext, RecordingSockets, once_before, realtime_of
from support.samples import sample

QUEUE = "notifications"


@pytest.fixture
def asked(aws: None) -> str:
    """The URL of the queue in which deliveries are asked for."""
    return str(boto3.client("sqs").create_queue(QueueName=QUEUE)["QueueUrl"])


def app() -> Any:
    return importlib.import_module("workers.chat.app")


def handle(*records: dict[str, Any]) -> Any:
    return app().handler({"Records": list(records)}, LambdaContext())


def records_of(conversation_id: int, first: int = 1) -> list[dict[str, Any]]:
    """The stream's records of a conversation's messages, as they are written."""
    rows = Table("Chat").query_all(f"CONVERSATION#{conversation_id}", prefix="MESSAGE#")
    return [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(row["number"]), "NewImage": item_to_wire(row)}}
        for row in rows
        if row["number"] >= first
    ]


def asked_for(queue: str) -> set[int]:
    """Whose sockets are to be brought up to date."""
    found = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return {json.loads(message["Body"])["user_id"] for message in found}


def conversation_of(seller: Person, customer: Person) -> int:
    wanted = NewConversation(product_id=a_product(seller).id)
    return chat().start(customer.principal, wanted).value.id


def heard_by(person: Person) -> list[tuple[str, int, str]]:
    """(role, number, content) of what is in somebody's log, oldest first."""
    entries = reversed(realtime_of().history(person.id))
    return [(entry.role, entry.payload["number"], entry.payload["content"]) for entry in entries]


def test_the_sample_is_a_message_and_both_sides_are_told(asked: str) -> None:
    assert app().handler(sample("dynamodb-chat-stream"), LambdaContext()) == {"batchItemFailures": []}

    assert asked_for(asked) == {7, 11}
    [entry] = realtime_of().history(11)
    assert (entry.name, entry.role, entry.seq) == ("ChatMessageSent", "recipient", 1)
    assert entry.payload == {
        "event_id": "ChatMessageSent:51904512000456:1",
        "version": 1,
        "occurred_at": 1736416800000,
        "conversation_id": 51904512000456,
        "message_id": 51904512000789,
        "number": 1,
        "sender_id": 7,
        "seller_id": 11,
        "customer_id": 7,
        "content": "Is it still available?",
    }
    assert [entry.role for entry in realtime_of().history(7)] == ["sender"]


def test_order_is_the_conversation_s_and_nothing_is_told_twice(asked: str) -> None:
    seller, customer = a_person(is_seller=True), a_person()
    conversation = conversation_of(seller, customer)
    for number, person in enumerate((customer, seller, customer, seller), 1):
        chat().send(person.principal, conversation, f"line {number}")
    records = records_of(conversation)
    assert len(records) == 4

    # As after a failure: the batch comes again from its second record on.
    assert handle(*records[:3]) == handle(*records[1:]) == {"batchItemFailures": []}

    lines = [(number, f"line {number}") for number in range(1, 5)]
    assert [entry[1:] for entry in heard_by(seller)] == [entry[1:] for entry in heard_by(customer)] == lines
    assert [role for role, *_ in heard_by(seller)] == ["recipient", "sender"] * 2


def test_a_log_that_fails_brings_the_batch_back_from_its_first_message(asked: str) -> None:
    seller, customer, other = a_person(is_seller=True), a_person(), a_person()
    first, second = conversation_of(seller, other), conversation_of(a_person(is_seller=True), customer)
    chat().send(other.principal, first, "fine")
    chat().send(customer.principal, second, "held up")
    fine, held_up = records_of(first)[0], records_of(second)[0]
    held_up["dynamodb"]["SequenceNumber"] = "2"
    realtime = app()._outbox._realtime
    record = realtime.record

    def failing(user_id: int, *arguments: Any) -> None:
        if user_id == customer.id:
            raise ConditionFailed(None)
        record(user_id, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(realtime, "record", failing)
        assert handle(fine, held_up) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
        with pytest.raises(app().NothingTold):
            handle(held_up, fine)
    assert handle(held_up) == {"batchItemFailures": []}
    assert [heard_by(one) for one in (other, customer)] == [[("sender", 1, "fine")], [("sender", 1, "held up")]]


def test_what_is_no_message_any_more_does_not_pass(asked: str) -> None:
    broken = sample("dynamodb-chat-stream")["Records"][0]
    del broken["dynamodb"]["NewImage"]["content"]
    with pytest.raises(app().NothingTold):
        handle(broken)
    assert realtime_of().history(7) == []


def test_a_contact_without_an_account_is_nobody_to_tell(asked: str) -> None:
    seller = a_person(is_seller=True)
    conversation = chat().start(seller.principal, NewConversation(customer_email="jane@example.com")).value.id
    chat().send(seller.principal, conversation, "Hello")
    assert handle(*records_of(conversation)) == {"batchItemFailures": []}
    assert asked_for(asked) == {seller.id}


@pytest.mark.covers("omnisell", "WS", "/ws/chat/")
def test_two_people_talk_and_one_of_them_reconnects(asked: str) -> None:
    """Through sockets and REST in turn: both have the same messages in the same order, each once."""
    seller, customer = a_person(is_seller=True), a_person()
    conversation = conversation_of(seller, customer)
    sockets, realtime = RecordingSockets(), realtime_of()
    delivery = Delivery(RealtimeStore(Table("Realtime")), sockets, frame)
    people = [customer.id, seller.id]

    def say(person: Person, content: str) -> None:
        number = chat().send(person.principal, conversation, content).value.number
        handle(*records_of(conversation, number))
        delivery.deliver(people)

    realtime.connect(seller.principal, "desk", "omnisell", since=0, numbered=True)
    realtime.connect(customer.principal, "phone", "omnisell", since=0, numbered=True)
    say(customer, "one")
    say(seller, "two")
    # The telephone is cut off; what is said meanwhile is kept for it, and it comes back with what it saw last.
    realtime.disconnect("phone")
    last = sockets.frames["phone"][-1]["seq"]
    say(seller, "three")
    say(customer, "four")
    realtime.connect(customer.principal, "phone again", "omnisell", since=last, numbered=True)
    delivery.deliver(people)
    say(seller, "five")

    said = [(customer, "one"), (seller, "two"), (seller, "three"), (customer, "four"), (seller, "five")]
    expected = [
        {"type": "chat_message", "conversation_id": conversation, "content": text, "sender_id": person.id, "seq": seq}
        for seq, (person, text) in enumerate(said, 1)
    ]
    assert sockets.frames["desk"] == expected
    assert sockets.frames["phone"] + sockets.frames["phone again"] == expected
    for person in (seller, customer):
        page = chat().messages(person.principal, conversation, PageRequest())
        assert [message.content for message in page.messages] == [content for _, content in said]
    # A shop's socket hears nothing of it.
    realtime.connect(customer.principal, "shop", "storefront", since=0, numbered=True)
    delivery.deliver(people)
    assert sockets.frames["shop"] == []


def test_a_contact_who_joins_while_a_message_is_written_is_told_of_it(asked: str) -> None:
    seller, jane = a_person(is_seller=True), a_person()
    made = chat().start(seller.principal, NewConversation(customer_email="jane@example.com")).value
    once_before("TransactWriteItems", lambda: chat().join(jane.principal, made.id, made.invitation))
    assert chat().send(seller.principal, made.id, "Hello").value.customer_id == jane.id
