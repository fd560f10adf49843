"""$connect, $disconnect and what a client may say, through the real handler."""

import importlib
import json
from typing import Any

import boto3
import jwt
import pytest

from commerce.kit import clock
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.realtime.store import RealtimeStore
from commerce.sessions import tokens
from commerce.sessions.service import sessions
from support.builders import Person, a_person
from support.realtime import an_event, published, realtime_of
from support.samples import sample

CONNECTION_ID = sample("websocket-connect")["requestContext"]["connectionId"]


@pytest.fixture
def person(queue: str) -> Person:
    return a_person()


@pytest.fixture
def queue(aws: None) -> str:
    return str(boto3.client("sqs").create_queue(QueueName="notifications")["QueueUrl"])


def handle(event: dict[str, Any]) -> dict[str, Any]:
    return dict(importlib.import_module("sockets.app").handler(event, None))


def connect(headers: dict[str, str] | None = None, **query: str) -> dict[str, Any]:
    """The answer to the sample's $connect with this query instead."""
    event = sample("websocket-connect")
    event["headers"] |= headers or {}
    event["queryStringParameters"] = {"contract": "storefront", **query} if query else None
    return handle(event)


def path(person: Person) -> str:
    return f"/ws/notifications/{person.id}/"


def connections(person: Person) -> list[Any]:
    return RealtimeStore(Table("Realtime")).connections(person.id)


def asked(queue: str) -> list[Any]:
    """The bodies in the notifications queue, whatever their delay."""
    count = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"]["ApproximateNumberOfMessagesDelayed"]
    if count == "0":
        return []
    [message] = boto3.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=3)["Messages"]
    return [json.loads(message["Body"])]


def test_nobody_is_refused(person: Person) -> None:
    answer = connect(path=path(person))

    assert answer == {"statusCode": 401, "body": "Authentication credentials were not provided."}
    assert connections(person) == []


def test_somebody_else_s_socket_is_refused(person: Person) -> None:
    stranger = a_person()

    answer = connect(path=path(person), token=stranger.access)

    assert answer == {"statusCode": 403, "body": "You do not have permission to perform this action."}
    assert connections(person) == connections(stranger) == []


@pytest.mark.covers("storefront", "WS", "/ws/notifications/{user_id}/")
def test_the_user_himself_is_connected(person: Person, queue: str) -> None:
    event = sample("websocket-connect")
    event["queryStringParameters"] |= {"path": path(person), "token": person.access}

    assert handle(event) == {"statusCode": 200, "headers": {}}

    [connection] = connections(person)
    claims = jwt.decode(person.access, options={"verify_signature": False})
    assert (connection.id, connection.user_id) == (CONNECTION_ID, person.id)
    assert (connection.channel, connection.session_id) == ("storefront", claims["sid"])
    assert (connection.cursor, connection.numbered) == (0, False)
    assert asked(queue) == []


@pytest.mark.parametrize("written", ["/ws/notifications/{}/", "/ws/notifications/{}"])
def test_the_last_slash_does_not_matter(person: Person, written: str) -> None:
    assert connect(path=written.format(person.id), token=person.access)["statusCode"] == 200


@pytest.mark.parametrize(
    "query",
    [
        {"path": "/ws/notifications/"},
        {"path": "/ws/notifications/1/2/"},
        {"path": "/ws/chat/"},
        {"path": ""},
        {"path": "/ws/notifications/7/", "contract": "unheard-of"},
        {"path": "/ws/notifications/7/", "contract": ""},
        {"path": "/ws/notifications/me/"},
        {"path": "/ws/notifications/+7/"},
        {"path": "/ws/notifications/٧/"},
        {"path": "/ws/notifications/7\n/"},
    ],
)
def test_an_unknown_path_is_refused(person: Person, query: dict[str, str]) -> None:
    assert connect(**query, token=person.access)["statusCode"] == 404


def test_a_handshake_that_did_not_come_through_the_edge_is_refused(person: Person) -> None:
    assert connect()["statusCode"] == 404


def test_bad_tokens_are_refused(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    pending = tokens.issue(Principal(person.id, session_id="s", pending=True), "t").access
    header, claims, signature = person.access.split(".")
    forged = f"{header}.{claims}.{signature[::-1]}"
    with monkeypatch.context() as past:
        an_hour_ago = clock.now() - 3600
        past.setattr(clock, "now", lambda: an_hour_ago)
        expired = tokens.issue(Principal(person.id, session_id="s"), "t").access

    for token in ("nonsense", "a.b.c", person.refresh, pending, forged, expired, "ü", "x" * 9000):
        assert connect(path=path(person), token=token)["statusCode"] == 401, token[:20]
    assert connections(person) == []


def test_a_ticket_opens_one_socket(person: Person) -> None:
    ticket = sessions().issue_ticket(Principal(person.id, session_id="the session"))

    assert connect(path=path(person), ticket=ticket)["statusCode"] == 200
    assert connect(path=path(person), ticket=ticket)["statusCode"] == 401

    assert [connection.session_id for connection in connections(person)] == ["the session"]


def test_somebody_else_s_ticket_is_refused(person: Person) -> None:
    ticket = sessions().issue_ticket(Principal(a_person().id))

    assert connect(path=path(person), ticket=ticket)["statusCode"] == 403


def test_an_unknown_path_does_not_spend_a_ticket(person: Person) -> None:
    ticket = sessions().issue_ticket(Principal(person.id))
    connect(path="/ws/nowhere/", ticket=ticket)

    assert connect(path=path(person), ticket=ticket)["statusCode"] == 200


@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "sec-websocket-protocol"])
def test_a_token_as_the_first_subprotocol_is_accepted_and_chosen(person: Person, name: str) -> None:
    answer = connect({name: f"{person.access}, json"}, path=path(person))

    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": person.access}}


def test_a_token_in_the_query_leaves_the_subprotocol_to_the_client(person: Person) -> None:
    answer = connect({"Sec-WebSocket-Protocol": "json"}, path=path(person), token=person.access)

    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "json"}}


def test_a_returning_client_has_its_cursor_set_back_and_delivery_asked_for(person: Person, queue: str) -> None:
    realtime = realtime_of()
    for order_id in (1, 2, 3):
        published(realtime, an_event(order_id, buyer_id=person.id))

    assert connect(path=path(person), token=person.access, since="1")["statusCode"] == 200

    [connection] = connections(person)
    assert (connection.cursor, connection.numbered) == (1, True)
    assert asked(queue) == [{"kind": "deliver", "user_id": person.id}]


def test_a_client_may_count_from_now_on(person: Person, queue: str) -> None:
    published(realtime_of(), an_event(1, buyer_id=person.id))

    assert connect(path=path(person), token=person.access, since="latest")["statusCode"] == 200

    [connection] = connections(person)
    assert (connection.cursor, connection.numbered) == (1, True)
    assert asked(queue) == []


@pytest.mark.parametrize("since", ["", "-1", "1.5", "yesterday", "٣", "9" * 20])
def test_a_position_that_is_none_is_refused(person: Person, since: str) -> None:
    assert connect(path=path(person), token=person.access, since=since) == {
        "statusCode": 400,
        "body": 'since: A number of an event or "latest" is required.',
    }
    assert connections(person) == []


def test_pages_of_other_origins_are_refused_where_origins_are_listed(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = importlib.import_module("sockets.app")
    foreign = {"Origin": "https://evil.example"}
    assert connect(foreign, path=path(person), token=person.access)["statusCode"] == 200

    monkeypatch.setattr(app, "_origins", ["https://shop.example"])

    assert connect(foreign, path=path(person), token=person.access)["statusCode"] == 403
    assert connect({"Origin": "null"}, path=path(person), token=person.access)["statusCode"] == 403
    assert connect({"origin": "https://shop.example"}, path=path(person), token=person.access)["statusCode"] == 200
    assert connect(path=path(person), token=person.access)["statusCode"] == 200


def test_goodbye(person: Person) -> None:
    connect(path=path(person), token=person.access)

    assert handle(sample("websocket-disconnect")) == {"statusCode": 200}
    assert handle(sample("websocket-disconnect")) == {"statusCode": 200}

    assert connections(person) == []


def test_clients_only_listen(aws: None) -> None:
    answer = handle(sample("websocket-default"))

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"error": "This socket only sends. Nothing that you say here is understood."}


@pytest.mark.parametrize("frame", ["ping", '{"type": "ping"}', ' {"type":"ping"}\n'])
def test_a_ping_is_answered(aws: None, frame: str) -> None:
    answer = handle({**sample("websocket-default"), "body": frame})

    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"type": "pong"})


@pytest.mark.parametrize("frame", ["", "[" * 32_000, '{"type": "ping", "sender_id": 1}', "\0", "not json"])
def test_whatever_else_is_said_is_answered_with_an_error(aws: None, frame: str) -> None:
    answer = handle({**sample("websocket-default"), "body": frame})

    assert list(json.loads(answer["body"])) == ["error"]
