"""A price change on the deployed stack: staff changes it, and it is seen in search, in a cart and on an open socket."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from support.stack import Stack

PATIENCE_SECONDS = 60


def shopper(stack: Stack) -> tuple[httpx.Client, str]:
    """A new account's client and its access token."""
    token = stack.register("campus")["access"]
    return stack.client("campus", token), token


def seconds_until(is_so: Callable[[], bool], since: float) -> float:
    """How long after a moment it became so."""
    deadline = since + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return time.monotonic() - since


def next_message(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=PATIENCE_SECONDS))


def test_a_price_change_is_seen_in_search_cart_and_socket(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    staff = stack.client("admin", stack.login("admin"))
    name = f"Zephyr {uuid4().hex[:10]}"
    form = {"name": name, "description": "New", "price": "12.34", "stock": 3, "category": "electronics"}
    made = staff.post("/api/products/", json=form)
    assert made.status_code == 201, made.text
    product = made.json()["id"]
    campus, token = shopper(stack)
    cart = campus.get("/api/cart/").json()["id"]
    added = campus.post(f"/api/cart/{cart}/add/", json={"product_id": product, "quantity": 2})
    assert added.status_code == 200, added.text

    def listed() -> list[Any]:
        return [
            row["price"] for row in stack.client("campus").get("/api/search/", params={"q": name}).json()["results"]
        ]

    seconds_until(lambda: listed() == [12.34], time.monotonic())
    address = f"{stack.sockets}/campus/ws/marketplace/?token={token}"
    with connect(f"{address}&since=latest") as socket, connect(f"{address}&types=ORDER_UPDATE") as other:
        socket.send(json.dumps({"type": "subscribe", "types": ["PRODUCT_UPDATE"], "products": [product]}))
        subscribed = next_message(socket)
        assert subscribed == {
            "type": "SUBSCRIBED",
            "payload": {"types": ["PRODUCT_UPDATE"], "products": [product], "since": 0},
        }
        changed = time.monotonic()
        assert staff.patch(f"/api/products/{product}/", json={"price": "15.00"}).status_code == 200
        in_cart = seconds_until(lambda: campus.get("/api/cart/").json()["total_amount"] == 30, changed)
        update = next_message(socket)
        on_socket = time.monotonic() - changed
        # Search is never behind the message.
        assert listed() == [15]
        other.send("ping")
        assert next_message(other) == {"type": "pong"}
    payload = update["payload"]
    assert (update["type"], update["seq"]) == ("PRODUCT_UPDATE", 1)
    assert (payload["id"], payload["price"], payload["before"]) == (product, 15, {"price": 12.34})

    changed = time.monotonic()
    assert staff.patch(f"/api/products/{product}/", json={"price": "16.00"}).status_code == 200
    in_search = seconds_until(lambda: listed() == [16], changed)
    with capsys.disabled():
        sys.stdout.write(f"\nprice change: cart {in_cart:.1f} s, socket {on_socket:.1f} s, search {in_search:.1f} s\n")

    with connect(f"{address}&since=1&types=PRODUCT_UPDATE") as again:
        missed = next_message(again)
    assert (missed["seq"], missed["payload"]["price"]) == (2, 16)
    assert seconds_until(lambda: campus.get("/api/cart/").json()["total_amount"] == 32, changed) < PATIENCE_SECONDS
