"""The campus client's socket: what is said on it, and what its clients may say."""

import importlib
import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from commerce.accounts.service import accounts
from commerce.chat.model import NewConversation
from commerce.chat.service import chat
from commerce.kit.pages import PageRequest
from commerce.kit.tables import Table
from commerce.realtime.model import Connection, UserEvent
from commerce.realtime.store import RealtimeStore
from commerce.watching.model import MAX_SUBSCRIPTIONS
from sockets import channels
from support.builders import Person, a_person, a_product
from support.samples import sample

CONNECTION_ID = sample("websocket-connect")["requestContext"]["connectionId"]
AT = 1_736_416_800_000
TYPES = ["CHAT_MESSAGE", "NOTIFICATION", "ORDER_UPDATE", "PRODUCT_UPDATE"]


@pytest.fixture
def person(aws: None) -> Person:
    boto3.client("sqs").create_queue(QueueName="notifications")
    return a_person(is_seller=True)


def handle(event: dict[str, Any]) -> dict[str, Any]:
    return dict(importlib.import_module("sockets.app").handler(event, None))


def connect(person: Person | None, **query: str) -> int:
    event = sample("websocket-connect")
    event["queryStringParameters"] = {"contract": "campus", "path": "/ws/marketplace/", **query}
    if person:
        event["queryStringParameters"]["token"] = person.access
    return int(handle(event)["statusCode"])


def say(message: Any) -> Any:
    """What is answered to a message, None for nothing."""
    text = message if isinstance(message, str) else json.dumps(message)
    answer = handle({**sample("websocket-default"), "body": text})
    assert answer["statusCode"] == 200
    return json.loads(answer["body"]) if "body" in answer else None


def connection_of(person: Person) -> Connection:
    [connection] = RealtimeStore(Table("Realtime")).connections(person.id)
    return connection


def test_who_may_open_it(person: Person) -> None:
    assert connect(None) == 401
    assert connect(person, path="/ws/marketplace/7/") == 404
    assert connect(person, types="PRODUCT_UPDATE,order_notification") == 400
    assert connect(person, path="/ws/marketplace") == 200


@pytest.mark.covers("campus", "WS", "/ws/marketplace/")
def test_every_message_is_numbered_and_the_socket_remembers_whose_it_is(person: Person) -> None:
    assert connect(person, since="latest", types="ORDER_UPDATE,PRODUCT_UPDATE") == 200
    connection = connection_of(person)
    assert (connection.channel, connection.numbered, connection.began) == ("campus", True, 0)
    assert connection.types == ("ORDER_UPDATE", "PRODUCT_UPDATE")
    assert connection.caller == replace(person.principal, session_id=connection.session_id)
    assert connection.session_id


def test_what_is_said_on_it() -> None:
    order = {"order_id": 51, "status": "pending", "occurred_at": AT}
    moved = {**order, "old_status": "confirmed", "new_status": "shipped", "status": "shipped"}
    product = {"name": "Lamp", "slug": "lamp", "currency": "USD", "is_in_stock": True, "is_active": True}
    changes: dict[str, Any] = {"price_minor": {"old": 1_000, "new": 8_999}, "is_in_stock": {"old": False, "new": True}}
    changes["name"] = {"old": "Candle", "new": "Lamp"}
    at = "2025-01-09T10:00:00Z"
    cases: list[tuple[str, dict[str, Any], Any]] = [
        (
            "OrderPlaced",
            {**order, "total_minor": 12_050, "currency": "USD"},
            {"order_id": 51, "role": "seller", "status": "pending", "total": 120.5, "updated_at": at},
        ),
        (
            "OrderStatusChanged",
            moved,
            {
                "order_id": 51,
                "role": "seller",
                "status": "shipped",
                "old_status": "confirmed",
                "new_status": "shipped",
                "updated_at": at,
            },
        ),
        (
            "OrderPartMoved",
            {**moved, "seller_id": 11, "status": "pending"},
            {
                "order_id": 51,
                "role": "seller",
                "status": "pending",
                "seller_id": 11,
                "old_status": "confirmed",
                "new_status": "shipped",
                "updated_at": at,
            },
        ),
        (
            "ProductChanged",
            {
                "product_id": 9,
                "seller_id": 11,
                "changes": changes,
                "product": {**product, "price_minor": 8_999},
                "occurred_at": AT,
            },
            {
                "id": 9,
                "title": "Lamp",
                "slug": "lamp",
                "price": 89.99,
                "currency": "USD",
                "student": 11,
                "is_in_stock": True,
                "is_active": True,
                "before": {"is_in_stock": False, "price": 10.0, "title": "Candle"},
                "updated_at": at,
            },
        ),
        (
            "UserNotified",
            {"kind": "greeting", "title": "Hello", "text": "Welcome.", "occurred_at": AT},
            {"kind": "greeting", "title": "Hello", "message": "Welcome.", "created_at": at},
        ),
    ]
    types = ["ORDER_UPDATE", "ORDER_UPDATE", "ORDER_UPDATE", "PRODUCT_UPDATE", "NOTIFICATION"]
    connection = Connection("c", 7, "campus", "s", 0, 0, numbered=True)
    for (name, payload, wanted), kind in zip(cases, types, strict=True):
        event = UserEvent(3, "e", name, "seller", payload, AT)
        assert channels.frame(connection, event) == {"type": kind, "payload": wanted, "seq": 3}
        for chosen in ("ORDER_UPDATE", "PRODUCT_UPDATE"):
            found = channels.frame(replace(connection, types=(chosen,)), event)
            assert (found is not None) == (kind == chosen)
        if not name.startswith("Order"):
            assert channels.frame(replace(connection, channel="storefront"), event) is None
    assert channels.frame(connection, UserEvent(3, "e", "OrderMoneyMoved", "seller", {}, AT)) is None


def test_types_and_products_are_subscribed_to(person: Person) -> None:
    connect(person, since="0")

    answer = say({"type": "subscribe", "types": ["PRODUCT_UPDATE"], "products": [5, 6, 5], "user_id": 1})

    payload = {"types": ["PRODUCT_UPDATE"], "products": [5, 6], "since": 0}
    assert answer == {"type": "SUBSCRIBED", "payload": payload}
    assert connection_of(person).types == ("PRODUCT_UPDATE",)
    assert say({"type": "subscribe"})["payload"] == {"types": TYPES, "products": [5, 6], "since": 0}
    assert connection_of(person).types == ()
    assert say("ping") == {"type": "pong"}


def test_what_is_not_understood_is_refused_in_the_contract_s_form(person: Person) -> None:
    connect(person)
    refused: list[tuple[Any, str, list[str] | None]] = [
        ("", "parse_error", None),
        ("[" * 32_000, "parse_error", None),
        ([], "parse_error", None),
        ({}, "invalid", ["type"]),
        ({"type": ["subscribe"]}, "invalid", ["type"]),
        ({"type": "chat_message", "content": "Hello!", "sender_id": 1}, "invalid", ["type"]),
        ({"type": "subscribe", "types": "PRODUCT_UPDATE"}, "invalid", ["types"]),
        ({"type": "subscribe", "types": ["product_update"]}, "invalid", ["types"]),
        ({"type": "subscribe", "types": [["PRODUCT_UPDATE"]]}, "invalid", ["types"]),
        ({"type": "subscribe", "products": ["5"]}, "invalid", ["products"]),
        ({"type": "subscribe", "products": [True]}, "invalid", ["products"]),
        ({"type": "subscribe", "products": [0]}, "invalid", ["products"]),
        ({"type": "subscribe", "products": [2**53]}, "invalid", ["products"]),
        ({"type": "subscribe", "products": [*range(1, MAX_SUBSCRIPTIONS + 2)]}, "invalid", ["products"]),
    ]
    for message, code, fields in refused:
        answer = say(message)
        assert (answer["type"], answer["payload"]["code"]) == ("ERROR", code), message
        assert list(answer["payload"].get("details", {})) == (fields or []), message
    assert connection_of(person).types == ()


def test_much_is_said_in_a_minute_and_more_is_refused(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(person)
    app = importlib.import_module("sockets.app")
    monkeypatch.setitem(app._realtime._limiter._rules, "socket_message", (2, 60))
    answers = [say({"type": "subscribe"})["type"] for _ in range(3)]
    assert answers == ["SUBSCRIBED", "SUBSCRIBED", "ERROR"]
    assert say("ping") == {"type": "pong"}


def test_a_closed_account_says_nothing_more_on_the_socket_that_it_still_has(person: Person) -> None:
    connect(person)
    accounts().manage(a_person(is_staff=True).principal, person.id, is_active=False)
    assert say({"type": "subscribe", "products": [5]})["payload"]["code"] == "token_not_valid"


def test_nobody_s_connection_says_nothing(person: Person) -> None:
    assert "error" in say({"type": "subscribe"})


# Chat


@pytest.mark.parametrize("contract", ["campus", "omnisell"])
def test_what_a_client_says_is_said_by_the_connection_s_user(person: Person, contract: str) -> None:
    customer, stranger = a_person(), a_person()
    conversation = chat().start(customer.principal, NewConversation(product_id=a_product(person).id)).value
    said = {"conversation_id": conversation.id, "content": "Hello!", "sender_id": person.id}

    def message(**other: Any) -> dict[str, Any]:
        if contract == "campus":
            return {"type": "CHAT_MESSAGE", "payload": {**said, **other}, "sender_id": person.id}
        return {"type": "chat_message", **said, **other}

    path = {"campus": "/ws/marketplace/", "omnisell": "/ws/chat/"}[contract]
    assert connect(customer, contract=contract, path=path) == 200
    assert say(message()) is None
    assert say(message(content="Still there?")) is None
    for broken in ({"conversation_id": str(conversation.id)}, {"content": 5}, {"content": ""}, {"content": "\x00"}):
        assert say(message(**broken)) is not None, broken
    assert connect(stranger, contract=contract, path=path) == 200
    assert "not found" in json.dumps(say(message()))

    page = chat().messages(person.principal, conversation.id, PageRequest(1, 10))
    assert [(one.sender_id, one.content) for one in page.messages] == [
        (customer.id, "Hello!"),
        (customer.id, "Still there?"),
    ]


def test_what_is_said_of_chat_and_of_the_second_factor() -> None:
    connection = Connection("c", 7, "campus", "s", 0, 0, numbered=True)
    sent = {"conversation_id": 5, "message_id": 9, "number": 3, "sender_id": 8, "content": "Hello!", "occurred_at": AT}
    event = UserEvent(4, "e", "ChatMessageSent", "recipient", {**sent, "seller_id": 7, "customer_id": 8}, AT)
    payload = {**sent, "created_at": "2025-01-09T10:00:00Z"}
    del payload["occurred_at"]
    assert channels.frame(connection, event) == {"type": "CHAT_MESSAGE", "payload": payload, "seq": 4}
    for change in ("enabled", "disabled", "backup_codes_regenerated", "backup_code_used"):
        told = UserEvent(5, "e", "TwoFactorChanged", "owner", {"change": change, "occurred_at": AT}, AT)
        found = channels.frame(connection, told)
        assert found is not None
        assert (found["type"], found["payload"]["kind"]) == ("NOTIFICATION", f"two_factor_{change}")
