"""Many sockets on the deployed stack, cut and opened again at random: everybody ends with exactly what they watch.

FULL=1: 100 clients and 5,000 events; else ten and fifty. Every client is a person of their own with half of the
products; a product's price goes through a known series, so what is lost, doubled or somebody else's shows.
"""

import asyncio
import json
import os
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from support.stack import Stack

FULL = "FULL" in os.environ
CLIENTS, CHANGES = (100, 100) if FULL else (10, 10)
PRODUCTS = 10
LONGEST_LIFE_SECONDS = 4.0
PATIENCE_SECONDS = 420 if FULL else 90


@dataclass
class Watcher:
    """A person with a socket: the prices that they were told, by product, in the order of their arrival."""

    address: str
    watched: list[int]
    told: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    since: int = 0
    cuts: int = 0

    async def live(self, chance: random.Random, is_over: asyncio.Event) -> None:
        """Listen, vanish without a word after a while, and come back for what was missed."""
        while not is_over.is_set():
            try:
                async with connect(
                    f"{self.address}&since={self.since}&types=PRODUCT_UPDATE", open_timeout=60
                ) as socket:
                    async with asyncio.timeout(chance.uniform(0.2, LONGEST_LIFE_SECONDS)):
                        async for frame in socket:
                            self.hear(json.loads(frame))
            except TimeoutError:
                self.cuts += 1
            except (ConnectionClosed, InvalidStatus, OSError):
                await asyncio.sleep(0.2)

    def hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "PRODUCT_UPDATE":
            self.since = message["seq"]
            self.told[message["payload"]["id"]].append(message["payload"]["price"])

    async def subscribe(self) -> None:
        async with connect(f"{self.address}&since=latest", open_timeout=60) as socket:
            await socket.send(json.dumps({"type": "subscribe", "types": ["PRODUCT_UPDATE"], "products": self.watched}))
            said = json.loads(await socket.recv())
            assert said["type"] == "SUBSCRIBED"
            self.since = said["payload"]["since"]


def a_product(staff: httpx.Client) -> int:
    form = {
        "name": f"Ticker {uuid4().hex[:10]}",
        "description": "",
        "price": "1.00",
        "stock": 1,
        "category": "electronics",
    }
    return int(staff.post("/api/products/", json=form).json()["id"])


async def change_prices(staff: httpx.Client, products: list[int]) -> dict[int, list[float]]:
    """Each product's prices, one after the other."""
    prices: dict[int, list[float]] = {product: [] for product in products}
    for number in range(CHANGES):
        product, price = products[number % PRODUCTS], 2 + number
        answer = await asyncio.to_thread(staff.patch, f"/api/products/{product}/", json={"price": f"{price}.00"})
        assert answer.status_code == 200, answer.text
        prices[product].append(price)
    return prices


async def story(watchers: list[Watcher], staff: httpx.Client, products: list[int]) -> dict[int, list[float]]:
    for watcher in watchers:
        await watcher.subscribe()
    is_over = asyncio.Event()
    lives = [asyncio.create_task(one.live(random.Random(number), is_over)) for number, one in enumerate(watchers)]
    prices = await change_prices(staff, products)
    expected = [sum(len(prices[product]) for product in one.watched) for one in watchers]
    for _ in range(PATIENCE_SECONDS):
        if [sum(map(len, one.told.values())) for one in watchers] == expected:
            break
        await asyncio.sleep(1)
    # What would come twice, or to the wrong person, may yet come.
    await asyncio.sleep(LONGEST_LIFE_SECONDS)
    is_over.set()
    await asyncio.gather(*lives)
    return prices


def test_everybody_ends_with_what_they_watch(stack: Stack) -> None:
    staff = stack.client("admin", stack.login("admin"))
    products = [a_product(staff) for _ in range(PRODUCTS)]
    watchers = [
        Watcher(
            f"{stack.sockets}/campus/ws/marketplace/?token={stack.register('campus')['access']}",
            random.Random(number).sample(products, PRODUCTS // 2),
        )
        for number in range(CLIENTS)
    ]
    prices = asyncio.run(story(watchers, staff, products))
    for watcher in watchers:
        assert dict(watcher.told) == {product: prices[product] for product in watcher.watched}
    assert sum(one.cuts for one in watchers) > CLIENTS
