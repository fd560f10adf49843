"""Adding to a cart while it is being ordered: nothing is given away and nothing is lost, on many carts."""

import os

import pytest

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit import settings
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders.model import CartEmpty, OrderTerms, ShippingDetails
from commerce.orders.service import orders
from support.builders import a_product, available
from support.concurrency import at_once

pytestmark = pytest.mark.usefixtures("dynamodb")

CARTS = 500 if os.environ.get("FULL") == "1" else 60


def fill(argument: tuple[int, int]) -> None:
    buyer, product = argument
    carts().add(Owner.account(buyer), product, 1)


def act(argument: tuple[str, int, int]) -> int:
    """Pieces that the action put into the cart or took out of it as an order."""
    kind, buyer, product = argument
    if kind == "add":
        carts().add(Owner.account(buyer), product, 1)
        return 1
    try:
        placed = orders().place(Principal(buyer), "parts", ShippingDetails({"text": "x"}, "+1234567"), OrderTerms())
    except CartEmpty:
        return 0
    return 0 if placed.replayed else sum(line.quantity for line in placed.value.lines)


def test_adding_races_checkout() -> None:
    first, second = a_product(stock=10_000), a_product(stock=10_000, name="Case", price_minor=1_000)
    buyers = range(30_001, 30_001 + CARTS)
    at_once(fill, [(buyer, first.id) for buyer in buyers])
    actions = [(kind, buyer, second.id) for buyer in buyers for kind in ("order", "add")]
    results = dict(zip(actions, at_once(act, actions), strict=True))
    for buyer in buyers:
        ordered = sum(line.quantity for order in orders()._store.newest_of_buyer(buyer, 0, 10) for line in order.lines)
        left = carts().cart(Owner.account(buyer)).total_items
        # One piece was there and one was added: each is in an order or still in the cart, and in no two places.
        assert ordered + left == 2, (buyer, ordered, left)
        for order in orders()._store.newest_of_buyer(buyer, 0, 10):
            assert order.items_minor == sum(line.price_minor * line.quantity for line in order.lines)
    taken = sum(count for (kind, _, _), count in results.items() if kind == "order")
    assert (10_000 - available(first)) + (10_000 - available(second)) == taken


def naive_act(argument: tuple[str, int]) -> int:
    """A cart that is read and written back, and an order that takes what it read."""
    kind, buyer = argument
    table = Table(settings.text("CARTS_TABLE"))
    cart = table.get(f"NAIVE#{buyer}", "CART", consistent=True)
    pieces = cart["pieces"] if cart else 0
    left = 0 if kind == "order" else pieces + 1
    table.write(table.put({"pk": f"NAIVE#{buyer}", "sk": "CART", "pieces": left}))
    return pieces if kind == "order" else 0


def test_control_the_naive_cart_loses_or_gives_away() -> None:
    buyers = range(40_001, 40_001 + 200)
    actions = [(kind, buyer) for buyer in buyers for kind in ("add", "order", "add")]
    table = Table(settings.text("CARTS_TABLE"))
    for buyer in buyers:
        table.write(table.put({"pk": f"NAIVE#{buyer}", "sk": "CART", "pieces": 1}))
    results = dict.fromkeys(buyers, 0)
    for (_, buyer), count in zip(actions, at_once(naive_act, actions), strict=True):
        results[buyer] += count
    wrong = 0
    for buyer in buyers:
        cart = table.get(f"NAIVE#{buyer}", "CART")
        wrong += results[buyer] + (cart["pieces"] if cart else 0) != 3
    assert wrong > 0
