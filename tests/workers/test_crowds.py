"""Events that more people hear of than one message tells: the notifications worker goes on by its own queue."""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from commerce.events.notices import user_notified
from commerce.events.products import ProductEvent, product_changed
from commerce.kit.errors import Busy
from commerce.kit.principal import Principal
from commerce.realtime.sockets_gateway import NotSent
from commerce.realtime.store import RealtimeStore
from commerce.watching import service
from commerce.watching.service import watching
from support.realtime import LambdaContext, RecordingSockets, realtime_of
from support.samples import queue_message
from support.seam import Call, around

PRODUCT, SELLER = 900, 11
WATCHERS = range(21, 30)
EVENT = product_changed(
    "product:1",
    1_736_416_800_000,
    PRODUCT,
    SELLER,
    {"price_minor": {"old": 1_000, "new": 900}},
    {
        "name": "Lamp",
        "slug": "lamp",
        "price_minor": 900,
        "currency": "USD",
        "is_in_stock": True,
        "is_active": True,
    },
)


@pytest.fixture(autouse=True)
def sockets(aws: None, monkeypatch: pytest.MonkeyPatch) -> RecordingSockets:
    boto3.client("sqs").create_queue(QueueName="notifications")
    monkeypatch.setattr(service, "AUDIENCE_PAGE", 3)
    for watcher in WATCHERS:
        watching().subscribe(watcher, [PRODUCT])
    recording = RecordingSockets()
    monkeypatch.setattr(importlib.import_module("workers.notifications.app")._delivery, "_sockets", recording)
    return recording


@pytest.fixture
def asked() -> Iterator[list[dict[str, Any]]]:
    """The messages that the worker sent to its own queue."""
    sent: list[dict[str, Any]] = []

    def watch(call: Call) -> Any:
        if call.operation == "SendMessage":
            sent.append(json.loads(call.arguments["MessageBody"]))
        return call.make()

    with around(watch):
        yield sent


def handle(*bodies: dict[str, Any]) -> list[str]:
    """The places of the messages that have to come again."""
    records = [queue_message(body, str(place)) for place, body in enumerate(bodies)]
    answer = importlib.import_module("workers.notifications.app").handler({"Records": records}, LambdaContext())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def from_bus(event: Any) -> dict[str, Any]:
    return {"detail-type": event.name, "source": event.source, "detail": dict(event.payload)}


def work_off(asked: list[dict[str, Any]]) -> list[str]:
    """Handle what was asked for until nothing is; the kinds of the messages."""
    kinds = []
    while asked:
        message = asked.pop(0)
        kinds.append(message["kind"])
        assert handle(message) == []
    return kinds


def told(event: ProductEvent = EVENT) -> dict[int, list[str]]:
    """Who has the event in their log, and as what."""
    found = {user: [entry.role for entry in realtime_of().history(user)] for user in (SELLER, *WATCHERS, 99)}
    return {user: roles for user, roles in found.items() if roles}


EVERYBODY = {SELLER: ["seller"], **{watcher: ["watcher"] for watcher in WATCHERS}}


def test_a_crowd_is_told_page_by_page_each_once(sockets: RecordingSockets, asked: list[dict[str, Any]]) -> None:
    realtime_of().connect(Principal(WATCHERS[-1]), "last", "campus", numbered=True)
    realtime_of().connect(Principal(99), "stranger", "campus", numbered=True)

    assert handle(from_bus(EVENT)) == []
    assert len(asked) == 1
    assert len(told()) == 4

    assert set(work_off(asked)) == {"tell_more"}
    assert told() == EVERYBODY
    assert handle(from_bus(EVENT)) == []
    work_off(asked)
    assert told() == EVERYBODY
    assert [(one["type"], one["seq"]) for one in sockets.frames.pop("last")] == [("PRODUCT_UPDATE", 1)]
    assert sockets.frames == {}


def test_who_cannot_be_told_now_stops_no_other_page(
    sockets: RecordingSockets, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One's log is contended and another's socket is too slow; each has a message of their own afterwards."""
    contended, slow = WATCHERS[0], WATCHERS[1]
    realtime_of().connect(Principal(slow), "slow", "campus", numbered=True)
    append = RealtimeStore.append

    def busy(self: RealtimeStore, user_id: int, *arguments: Any) -> None:
        if user_id == contended:
            raise Busy
        append(self, user_id, *arguments)

    def refuse(connection_id: str, frame: Any) -> None:
        raise NotSent(connection_id)

    sockets.on_send = refuse
    with monkeypatch.context() as trouble:
        trouble.setattr(RealtimeStore, "append", busy)
        assert handle(from_bus(EVENT)) == []
    sockets.on_send = lambda connection_id, frame: None
    stragglers, more = asked
    assert sorted(stragglers["recipients"]) == [[contended, "watcher"], [slow, "watcher"]]
    assert (stragglers["kind"], more["kind"]) == ("tell", "tell_more")

    work_off(asked)

    assert told() == EVERYBODY
    assert [one["seq"] for one in sockets.frames["slow"]] == [1]


def test_the_last_page_comes_again_itself(sockets: RecordingSockets, asked: list[dict[str, Any]]) -> None:
    realtime_of().connect(Principal(31), "slow", "campus", numbered=True)

    def refuse(connection_id: str, frame: Any) -> None:
        raise NotSent(connection_id)

    sockets.on_send = refuse
    notice = user_notified("notice:1", 1_736_416_800_000, 31, "greeting", "Hello", "Welcome here.")
    assert handle(from_bus(notice)) == ["0"]
    assert asked == []


def test_a_crowd_whose_rest_cannot_be_asked_for_comes_again() -> None:
    def refuse(call: Call) -> Any:
        if call.operation == "SendMessage":
            raise ConnectionError
        return call.make()

    with around(refuse):
        assert handle(from_bus(EVENT)) == ["0"]


def test_a_notice_is_told_to_its_person_alone(sockets: RecordingSockets) -> None:
    for person in (31, 32):
        realtime_of().connect(Principal(person), f"campus {person}", "campus", numbered=True)
        realtime_of().connect(Principal(person), f"storefront {person}", "storefront")
    notice = user_notified("notice:1", 1_736_416_800_000, 31, "greeting", "Hello", "Welcome here.")

    assert handle(from_bus(notice), from_bus(notice)) == []

    payload = {"kind": "greeting", "title": "Hello", "message": "Welcome here.", "created_at": "2025-01-09T10:00:00Z"}
    assert sockets.frames == {"campus 31": [{"type": "NOTIFICATION", "payload": payload, "seq": 1}]}


def test_what_nobody_understands_is_kept() -> None:
    unknown = [
        {"detail-type": "ProductChanged", "detail": {**EVENT.payload, "version": 2}},
        {"detail-type": "ProductVanished", "detail": {"version": 1}},
        {"kind": "tell_more", "detail-type": "OrderPlaced", "detail": {"version": 1}, "position": None},
        {"kind": "shout"},
    ]
    assert handle(*unknown) == ["0", "1", "2", "3"]
