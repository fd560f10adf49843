"""Adding to a cart while it is being ordered: nothing is given away and nothing is lost, on many carts."""

import os

import pytest

from commerce.carts.model import CartUnknown, Owner
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


def act_on_named(argument: tuple[str, int, int, int | None]) -> None:
    """An order of a buyer's cart, or a piece put into it, as the cart of an id when one is named."""
    kind, buyer, product, cart_id = argument
    try:
        if kind == "add":
            carts().add(Owner.account(buyer), product, 1, cart_id=cart_id)
        else:
            orders().place(Principal(buyer), "shop", ShippingDetails({"text": "x"}, "+1234567"), OrderTerms())
    except (CartUnknown, CartEmpty):
        pass


def carts_with_another_s_pieces(buyers: range, *, is_named: bool) -> int:
    """How many carts hold something though a later cart than that of the page which put it there."""
    product = a_product(stock=10_000)
    at_once(fill, [(buyer, product.id) for buyer in buyers])
    at_once(
        act_on_named,
        [(kind, buyer, product.id, buyer if is_named else None) for buyer in buyers for kind in ("order", "add")],
    )
    found = [carts().cart(Owner.account(buyer)) for buyer in buyers]
    assert any(cart.id != buyer for buyer, cart in zip(buyers, found, strict=True))
    return sum(1 for buyer, cart in zip(buyers, found, strict=True) if cart.id != buyer and cart.lines)


def test_what_is_put_into_a_named_cart_never_lies_in_the_next_one() -> None:
    assert carts_with_another_s_pieces(range(50_001, 50_001 + CARTS), is_named=True) == 0


def test_control_without_a_name_it_does() -> None:
    assert carts_with_another_s_pieces(range(60_001, 60_001 + CARTS), is_named=False) > 0


def begin(buyer: int) -> bool:
    return carts().open(Owner.account(buyer))[1]


def naive_begin(buyer: int) -> bool:
    """Looks, and stores what it did not find."""
    table = Table(settings.text("CARTS_TABLE"))
    if table.get(f"NAIVE#{buyer}", "CART", consistent=True):
        return False
    table.write(table.put({"pk": f"NAIVE#{buyer}", "sk": "CART"}))
    return True


def test_a_cart_is_begun_once_and_control_the_naive_one_more_often() -> None:
    assert sum(at_once(begin, [70_001] * 40)) == 1
    assert sum(sum(at_once(naive_begin, [80_000 + turn] * 40)) for turn in range(3)) > 3
