"""A shop in memory with three products of two sellers, whose clock stands still until it is moved; and what its orders
add up to when all of them are read again, written from the rules and not from the code that adds them up."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from unittest.mock import patch

import time_machine

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.catalog.model import NewProduct
from commerce.catalog.service import catalog
from commerce.kit import clock, ids
from commerce.kit.errors import CommerceError
from commerce.kit.principal import Principal
from commerce.orders import store
from commerce.orders.model import Order, OrderTerms, ShippingDetails
from commerce.orders.payment import Method, Provider
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import a_category
from support.counted import Deliveries
from support.fake_provider import FakeProvider
from support.memory_dynamodb import MemoryDynamoDB, in_memory

OPENED = 1_795_275_000  # 2026-11-21
SELLERS = (11, 12, 11)
STAFF = Principal(1, is_staff=True)


@dataclass
class SmallShop:
    """The shop; `orders` are the ids of all orders that were placed."""

    database: MemoryDynamoDB
    traveller: Any
    provider: FakeProvider
    products: list[int] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.database)

    def shift(self, *, minutes: float = 0, days: float = 0) -> None:
        """So much time passes."""
        self.traveller.shift(days * 86_400 + minutes * 60)

    def place(self, *lines: tuple[int, int], buyer: int = 21) -> Order:
        """An order for (position of the product, pieces)."""
        for position, pieces in lines:
            carts().add(Owner.account(buyer), self.products[position], pieces)
        address, terms = ShippingDetails({"text": "1 Main St"}), OrderTerms(500, 10)
        order = orders().place(Principal(buyer), "shop", address, terms).value
        self.orders.append(order.id)
        return order

    def pay(self, order_id: int) -> None:
        """The order's buyer pays by summary."""
        order = orders().by_id(order_id)
        attempt = payments().initiation.start(
            Principal(order.buyer_id),
            order_id,
            provider=Provider.PAYSTACK,
            method=Method.CARD,
            email="b@example.com",
            return_url="u",
        )
        self.provider.pay(attempt.reference)
        payments().settlement.settle(order_id, attempt.reference)

    def paid(self, *lines: tuple[int, int], buyer: int = 21) -> Order:
        """A paid order."""
        order = self.place(*lines, buyer=buyer)
        self.pay(order.id)
        return orders().by_id(order.id)

    def cancel(self, order_id: int, seller: int | None = None) -> None:
        """Staff cancels an order or a seller's part of it."""
        payments().move(STAFF, order_id, Status.CANCELLED, seller)

    def refund(self, order_id: int, amount: int | None = None) -> None:
        """Staff gives money back."""
        payments().refunds.refund(STAFF, order_id, amount, "broken")

    def live_randomly(self, draw: random.Random) -> None:
        """Something happens, or is refused."""
        some = draw.choice(self.orders) if self.orders else 0
        acts = [
            lambda: self.place(*((one, draw.randint(1, 3)) for one in draw.sample(range(3), draw.randint(1, 3)))),
            lambda: self.paid((draw.randrange(3), 1), buyer=22),
            lambda: self.pay(some),
            lambda: self.cancel(some),
            lambda: self.cancel(some, draw.choice(SELLERS)),
            lambda: self.refund(some, draw.choice([None, 100, 2_501])),
        ]
        try:
            draw.choice(acts)()
        except (CommerceError, LookupError):
            pass
        self.shift(minutes=draw.choice([0, 0, 3, 40, 61, 300, 1_500, 4_000]))

    def change_item(self, table: str, pk: str, sk: str, **numbers: int) -> None:
        """Write numbers into an item past all rules."""
        item = self.database.tables[table][pk, sk]
        self.database.tables[table][pk, sk] = {**item, **{name: {"N": str(one)} for name, one in numbers.items()}}

    def miscount(self, position: int, by: int) -> None:
        """A product counts pieces as sold that nobody bought."""
        key = f"PRODUCT#{self.products[position]}"
        sold = int(self.database.tables["Catalog"][key, "STOCK"]["sold"]["N"])
        self.change_item("Catalog", key, "STOCK", sold=sold + by)

    def miswrite(self, order_id: int, by: int = 1) -> None:
        """A unit of an order's money moves from one account of its journal to another."""
        key = f"ORDER#{order_id}", "ORDER"
        item = self.database.tables["Orders"][key]
        [first, *rest] = item["journal"]["L"]
        postings = dict(first["M"]["postings"]["M"])
        for account, amount in (("commission", -by), ("fees", by)):
            postings[account] = {"N": str(int(postings[account]["N"]) + amount)}
        wrong = {"M": {**first["M"], "postings": {"M": postings}}}
        self.database.tables["Orders"][key] = {**item, "journal": {"L": [wrong, *rest]}}

    # What is true

    def days(self) -> list[str]:
        """The days (UTC) since the shop opened."""
        return [clock.iso(at * 1000)[:10] for at in range(OPENED, clock.now() + 86_400, 86_400) if at <= clock.now()]

    def balances(self) -> dict[str, dict[str, int]]:
        """The balance by currency of every account on which something is left."""
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for order in map(orders().by_id, self.orders):
            for entry in order.journal:
                sums[entry.currency].update(entry.postings)
        left = {name: {account: one for account, one in accounts.items() if one} for name, accounts in sums.items()}
        return {currency: accounts for currency, accounts in left.items() if accounts}

    def sales(self) -> dict[tuple[str, str], list[int]]:
        """[orders, pieces, revenue, refunds] by ("day" or "seller", its name), without what is all 0."""
        sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for order in map(orders().by_id, self.orders):
            live = {part.seller_id for part in order.live_parts}
            day = ("day", clock.iso(order.placed_at)[:10])
            sums[day][0] += bool(live)
            for seller in live:
                pieces = sum(line.quantity for line in order.lines if line.seller_id == seller)
                sums[day][1] += pieces
                sums["seller", str(seller)][0] += 1
                sums["seller", str(seller)][1] += pieces
            for entry in order.journal:
                place = 2 if entry.kind == "capture" else 3
                for account, amount in entry.postings.items():
                    kind, _, seller = account.partition(":")
                    if kind in ("seller", "commission", "tax", "shipping"):
                        sums["day", clock.iso(entry.at)[:10]][place] += -amount if place == 2 else amount
                    if kind == "seller":
                        sums["seller", seller][place] += -amount if place == 2 else amount
        return {name: figures for name, figures in sums.items() if any(figures)}


@contextmanager
def small_shop() -> Iterator[SmallShop]:
    """A shop that opens now, with 500 pieces of each product."""
    made = count()
    with (
        in_memory() as database,
        time_machine.travel(OPENED, tick=False) as traveller,
        # One key for each list: shards are for throughput, and a query of each costs time here.
        patch.object(store, "DAY_SHARDS", 1),
        # Ids by the clock and a count, so that the same steps make the same ones.
        patch.object(ids, "new_id", lambda: ids.first_of(clock.now_ms()) + next(made)),
    ):
        shop = SmallShop(database, traveller, FakeProvider().install())
        category = a_category().slug
        for number, seller in enumerate(SELLERS):
            draft = NewProduct(
                name=f"Thing {number}", price_minor=2_501 * (number + 1), stock=500, category_slug=category
            )
            shop.products.append(catalog().create(Principal(seller, is_seller=True), draft).value.id)
        shop.shift(minutes=1)
        yield shop
