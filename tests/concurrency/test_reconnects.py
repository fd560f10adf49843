"""Clients of the campus socket that are cut at any moment and come back with the last `seq` that they saw.

Each ends with exactly its own events, once and in order, whatever workers do at the same time. The controls, which must
fail the same test: a sender that claims nothing, and clients that come back without saying where they left off.
"""

import fcntl
import importlib
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from commerce.catalog.model import Figures
from commerce.catalog.service import catalog
from commerce.events.notices import user_notified
from commerce.events.products import product_changed
from commerce.favorites.model import Favorite
from commerce.favorites.store import FavoriteStore
from commerce.kit.principal import Principal
from commerce.kit.tables import ConditionFailed, Table
from commerce.realtime import model
from commerce.realtime.sockets_gateway import ConnectionGone
from commerce.realtime.store import RealtimeStore
from commerce.watching.service import watching
from sockets.channels import frame
from support.concurrency import at_once
from support.realtime import LambdaContext, an_event, realtime_of
from support.samples import queue_message

pytestmark = pytest.mark.usefixtures("dynamodb")

FULL = os.environ.get("FULL") == "1"
CLIENTS, EVENTS, CUTS = (100, 5_000, 2_000) if FULL else (10, 80, 40)
BATCH = 5
PROCESSES = 20 if FULL else 8
PRODUCTS = range(900, 910)
SEED = 20261121
# How often a send goes wrong: it does not arrive, or it does and nobody is told, or neither is known.
TROUBLE = 0.04


@dataclass(frozen=True)
class Wire:
    """The network: of each client which connection is open, and what arrived, in a directory that all processes see;
    `trouble` holds how often a send goes wrong.

    Stands in for `sockets_gateway.Sockets`.
    """

    directory: Path
    trouble: list[float]

    @contextmanager
    def client(self, user_id: int) -> Iterator[Path]:
        """The client's files, while nothing else happens to it."""
        with (self.directory / f"{user_id}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.directory / str(user_id)

    def send(self, connection_id: str, message: Any) -> None:
        """A message leaves; it may arrive."""
        chance = random.random()
        with self.client(_user(connection_id)) as files:
            if files.with_suffix(".open").read_text() != connection_id:
                raise ConnectionGone(connection_id)
            if chance < self.trouble[0]:
                files.with_suffix(".open").write_text("cut")
                if chance < self.trouble[0] / 2:
                    raise TimeoutError
            with files.with_suffix(".seen").open("a") as seen:
                seen.write(json.dumps(message) + "\n")
            if chance < self.trouble[0]:
                raise TimeoutError

    def close(self, connection_id: str) -> None:
        """The connection ends from our side."""
        with self.client(_user(connection_id)) as files:
            if files.with_suffix(".open").read_text() == connection_id:
                files.with_suffix(".open").write_text("cut")

    def seen(self, user_id: int) -> list[Any]:
        """The messages that arrived at a client, over all its connections."""
        path = self.directory / f"{user_id}.seen"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def reconnect(self, user_id: int, *, resumes: bool = True) -> None:
        """The client's connection ends at this moment, and it opens another one with the last number that it saw."""
        with self.client(user_id) as files:
            before = files.with_suffix(".open")
            ended = before.read_text() if before.exists() else ""
            connection_id = f"{user_id}-{random.getrandbits(64):x}"
            before.write_text(connection_id)
            since = max((message["seq"] for message in self.seen(user_id)), default=0)
        realtime_of(self).connect(  # type: ignore[arg-type]
            Principal(user_id), connection_id, "campus", since=since if resumes else None, numbered=True
        )
        # Some never say goodbye.
        if ended not in ("", "cut") and random.random() < 0.7:
            realtime_of().disconnect(ended)
        handle({"kind": "deliver", "user_id": user_id})


def _user(connection_id: str) -> int:
    return int(connection_id.partition("-")[0])


def handle(*bodies: Any) -> None:
    """The real worker's part, until nothing of the batch comes again, as the queue has it."""
    handler = importlib.import_module("workers.notifications.app").handler
    records = [queue_message(body, str(place)) for place, body in enumerate(bodies)]
    for _ in range(50):
        failures = {
            one["itemIdentifier"] for one in handler({"Records": records}, LambdaContext())["batchItemFailures"]
        }
        records = [record for record in records if record["messageId"] in failures]
        if not records:
            return
    raise AssertionError(f"{len(records)} messages never succeed")


def the_watchers() -> dict[int, set[int]]:
    """Who watches each product; some by subscribing, some by having it as a favourite."""
    found: dict[int, set[int]] = {}
    favorites = FavoriteStore(Table("Catalog"))
    for product in PRODUCTS:
        watchers = random.sample(range(1, CLIENTS + 1), 4)
        found[product] = set(watchers)
        for watcher in watchers[:2]:
            watching().subscribe(watcher, [product])
        for watcher in watchers[2:]:
            counted = catalog().figures_write(product, watcher, Figures(favorites=1))
            favorites.move(watcher, Favorite(product, 1), is_favorite=True, request=None, counted=counted)
    return found


def the_events(watchers: dict[int, set[int]]) -> tuple[list[Any], dict[int, set[Any]]]:
    """Events of all kinds to random people as the queue brings them, and by person the marks of those that are theirs:
    an order's number, a product's slug, a notice's title."""
    events, theirs = [], defaultdict(set)
    for number in range(1, EVENTS + 1):
        one, other = random.sample(range(1, CLIENTS + 1), 2)
        kind = number % 3
        mark: Any = (number, f"slug-{number}", f"title {number}")[kind]
        if kind == 0:
            event: Any = an_event(number, buyer_id=one, seller_ids=(other,))
            people = {one, other}
        elif kind == 1:
            product = random.choice(PRODUCTS)
            listed: Any = {"name": "Lamp", "slug": mark, "price_minor": 1, "currency": "USD"}
            listed |= {"is_in_stock": True, "is_active": True}
            event = product_changed(f"product:{number}", number, product, one, {}, listed)
            people = {one} | watchers[product]
        else:
            event = user_notified(f"notice:{number}", number, one, "greeting", mark, "Hello.")
            people = {one}
        events.append({"detail-type": event.name, "detail": dict(event.payload)})
        for person in people:
            theirs[person].add(mark)
    return events, theirs


def mark_of(message: Any) -> Any:
    payload = message["payload"]
    return payload.get("order_id") or payload.get("slug") or payload["title"]


def run(wire: Wire, tell: Callable[..., None], *, resumes: bool = True) -> dict[int, set[Any]]:
    """Everything happens at once, and in the end every client comes back over a network that is whole again; what each
    should have seen."""
    random.seed(SEED)
    events, theirs = the_events(the_watchers())
    batches = [events[start : start + BATCH] for start in range(0, EVENTS, BATCH)]
    for client in range(1, CLIENTS + 1):
        wire.reconnect(client)
    jobs = [(0, batch) for batch in [*batches, *batches[::7]]]
    jobs += [(random.randint(1, CLIENTS), []) for _ in range(CUTS)]
    random.shuffle(jobs)

    def work(job: tuple[int, list[Any]]) -> None:
        client, batch = job
        random.seed(f"{SEED} {client} {os.getpid()} {random.random()}")
        if batch:
            tell(*batch)
        else:
            wire.reconnect(client, resumes=resumes)

    at_once(work, jobs, processes=PROCESSES)
    wire.trouble[0] = 0
    for client in range(1, CLIENTS + 1):
        wire.reconnect(client, resumes=resumes)
    return theirs


@pytest.fixture
def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wire:
    found = Wire(tmp_path, [TROUBLE])
    monkeypatch.setattr(importlib.import_module("workers.notifications.app")._delivery, "_sockets", found)
    # What is gone here is gone: no connection is still being made.
    monkeypatch.setattr(model, "CONNECT_GRACE_MS", 0)
    return found


def wrong(wire: Wire, theirs: dict[int, set[Any]]) -> list[int]:
    """The clients that did not see exactly their own events, once and in the order of their numbers."""
    found = []
    for client in range(1, CLIENTS + 1):
        seen = wire.seen(client)
        seqs = [message["seq"] for message in seen]
        if seqs != list(range(1, len(theirs[client]) + 1)) or {mark_of(one) for one in seen} != theirs[client]:
            found.append(client)
    return found


def test_a_client_cut_at_any_moment_ends_with_exactly_the_events_of_an_uncut_one(
    wire: Wire,
) -> None:
    theirs = run(wire, handle)

    assert sum(map(len, theirs.values())) > EVENTS
    assert wrong(wire, theirs) == []


def naive_tell(*bodies: Any) -> None:
    """The control: the logs rightly, but each message is sent without a claim, and the cursor is moved afterwards."""
    app = importlib.import_module("workers.notifications.app")
    table, store = Table("Realtime"), RealtimeStore(Table("Realtime"))
    for body in bodies:
        task = app._TASKS[None](body)
        app._realtime.publish([task.told])
        for connection in [one for user_id in task.users for one in store.connections(user_id)]:
            batch = store.after(connection.user_id, connection.cursor, EVENTS)
            for entry in batch.entries:
                try:
                    app._delivery._sockets.send(connection.id, frame(connection, entry))
                except (ConnectionGone, TimeoutError):
                    break
            key = f"USER#{connection.user_id}", f"CONNECTION#{connection.id}"
            moved = table.update(
                *key, "SET #cursor = :end", condition="attribute_exists(#pk)", values={"end": batch.end}
            )
            with suppress(ConditionFailed):
                table.write(moved)


def test_a_naive_sender_repeats_or_loses(wire: Wire) -> None:
    assert wrong(wire, run(wire, naive_tell))


def test_clients_that_do_not_say_where_they_left_off_lose(wire: Wire) -> None:
    assert wrong(wire, run(wire, handle, resumes=False))
