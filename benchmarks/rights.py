"""The rights that each function uses, as the cases see it make its calls: benchmarks/rights.tsv.

Written by `make bench-calls`; a test compares it with a fresh run, and another with what the template grants. Each
function is new in each case: it holds neither secrets nor an index. Who asks providers does so a second time with the
real gateway, whose provider cannot be reached. Days have one shard here, since only the kinds of calls count.
"""

import csv
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import time_machine

TABLE = Path(__file__).with_suffix(".tsv")
_COLUMNS = ("function", "action", "resource")
_NOW = "2026-11-21T10:00:00Z"
_UNREACHABLE = "http://127.0.0.1:9"

Used = dict[str, set[Any]]


def measured() -> Used:
    """{function: the rights that it uses}, in an account of their own for all cases."""
    from benchmarks.cases import CASES, EVENTS
    from commerce.orders import store
    from support import template
    from support.account import empty_account
    from support.client import Client

    functions = {properties["Handler"]: name for name, properties in template.functions().items()}
    found: Used = {name: set() for name in template.functions()}
    with (
        time_machine.travel(_NOW, tick=False),
        empty_account(),
        _all_services(),
        patch.object(store, "DAY_SHARDS", 1),
    ):
        for case in CASES:

            def sending(case: Any = case) -> tuple[str, Callable[[], Any]]:
                path, request = case.prepare()
                return functions[Client(case.contract)._handler(path)], lambda: case.send(path, request)

            _watch(sending, found)
        for event in EVENTS:
            _watch(lambda event=event: (event.function, event.prepare()), found)
    return found


def _watch(prepare: Callable[[], tuple[str, Callable[[], Any]]], found: Used) -> None:
    """Enter what the function does in a case, with stand-ins for providers and, when it has any, with real ones."""
    from support import template

    function, act = _prepared(prepare)
    _record(function, act, found)
    if {"Ref": "PaymentPackages"} in template.functions()[function].get("Layers", []):
        function, act = _prepared(prepare)
        with _real_providers():
            _record(function, act, found)


def _prepared(prepare: Callable[[], tuple[str, Callable[[], Any]]]) -> tuple[str, Callable[[], Any]]:
    from commerce.kit import clock, ids
    from support.account import empty_bucket, empty_tables

    empty_tables()
    empty_bucket()
    numbers = count()
    with patch.object(ids, "new_id", lambda: ids.first_of(clock.now_ms()) + next(numbers)):
        return prepare()


def _record(function: str, act: Callable[[], Any], found: Used) -> None:
    from commerce.kit import secrets
    from commerce.search.replicas import IndexReader
    from commerce.search.service import search
    from commerce.search.store import IndexBucket
    from support import seam
    from support.rights import used

    def note(call: seam.Call) -> Any:
        try:
            outcome = call.make()
        except Exception as error:
            found[function] |= used(call, error)
            raise
        found[function] |= used(call, outcome)
        return outcome

    secrets._kept.clear()
    search()._index = IndexReader(IndexBucket("bazaar-index"))
    with seam.around(note):
        act()


@contextmanager
def _real_providers() -> Iterator[None]:
    from commerce.payments.providers import registry

    urls = dict.fromkeys(("PAYSTACK_URL", "STRIPE_URL", "FLUTTERWAVE_URL", "PAYPAL_URL"), _UNREACHABLE)
    known = (patch.dict(registry._made, clear=True), patch.dict(registry._transfers, clear=True))
    with patch.dict(os.environ, urls), known[0], known[1]:
        yield


@contextmanager
def _all_services() -> Iterator[None]:
    """What only some functions need of an account: the bus, the queue of notifications, keys, and open sockets."""
    from commerce.kit import aws
    from support import seam

    aws.client("events").create_event_bus(Name="bazaar")
    aws.client("sqs").create_queue(QueueName="notifications")
    aws.client("secretsmanager").create_secret(Name="bazaar/payments", SecretString="{}")
    with seam.in_place_of("apigatewaymanagementapi", _OpenSockets()):
        yield


class _OpenSockets:
    """The management API of sockets that are all open."""

    class exceptions:
        class GoneException(Exception):
            """A socket has closed."""

    def post_to_connection(self, **_: Any) -> dict[str, Any]:
        return {}

    def delete_connection(self, **_: Any) -> dict[str, Any]:
        return {}


def text(found: Used) -> str:
    """The committed table."""
    buffer = io.StringIO()
    table = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    table.writerow(_COLUMNS)
    for function, rights in sorted(found.items()):
        table.writerows((function, *right) for right in sorted(rights))
    return buffer.getvalue()


def committed() -> set[tuple[str, str, str]]:
    """(function, action, resource) of each line of the table."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {(row["function"], row["action"], row["resource"]) for row in csv.DictReader(file, delimiter="\t")}
