"""The fulfilment machine against its table, moves.tsv: which part may move where, and by whose hand.

The table is written from the rules and not from the code's: who reads it should be able to say that it is right.
"""

from itertools import product

import pytest

from commerce.carts.model import Cart, CartLine
from commerce.orders.model import Order, OrderTerms, ShippingDetails, new_order
from commerce.orders.status import Actor, PaymentStatus, Status, TransitionRefused, derived_status
from support.moves import moves

NOW = 1_736_330_400_000
MOVES = {
    (Actor(move.actor), move.start, move.target)
    for move in moves()
    if move.actor in set(Actor) and move.outcome == "yes"
}


def an_order(*statuses: Status, **terms: int) -> Order:
    """An unpaid order with a part for each status, of sellers 1, 2, …; each sells two pieces at 10.00 USD."""
    lines = tuple(
        CartLine(100 + seller, f"Thing {seller}", f"thing-{seller}", 1_000, "Things", seller, "", 2, NOW)
        for seller in range(1, len(statuses) + 1)
    )
    cart = Cart(5, "USD", lines, version=3, orders_placed=6)
    order = new_order(cart, 7, 5, "shop", ShippingDetails({"text": "1 Main St"}), OrderTerms(**terms), 1_000, NOW)
    parts = {
        seller: type(part)(**{**vars(part), "status": status})
        for (seller, part), status in zip(order.parts.items(), statuses, strict=True)
    }
    return order.changed(NOW, parts=parts)


@pytest.mark.parametrize(("actor", "current", "target"), sorted(product(Actor, Status, Status)))
def test_a_part_moves_where_the_table_lets_it_and_nowhere_else(actor: Actor, current: Status, target: Status) -> None:
    order = an_order(current)
    if current is target:
        assert order.moved(target, actor, [1], NOW) is order
    elif (actor, current, target) in MOVES:
        after = order.moved(target, actor, [1], NOW + 1)
        assert after.parts[1].status is target
        assert after.history[-1] == {"status": str(target), "at": NOW + 1, "by": str(actor), "parts": [1]}
    else:
        with pytest.raises(TransitionRefused) as refusal:
            order.moved(target, actor, [1], NOW + 1)
        assert (refusal.value.current, refusal.value.target) == (current, target)
        allowed = sorted(to for who, at, to in MOVES if (who, at) == (actor, current))
        assert refusal.value.allowed == allowed


@pytest.mark.parametrize("end", [Status.DELIVERED, Status.CANCELLED])
def test_nobody_moves_what_has_ended(end: Status) -> None:
    assert not [move for move in MOVES if move[1] is end]


def test_one_part_that_may_not_move_keeps_all_of_them() -> None:
    order = an_order(Status.CONFIRMED, Status.DELIVERED)
    with pytest.raises(TransitionRefused):
        order.moved(Status.SHIPPED, Actor.SELLER, [1, 2], NOW)


def test_parts_that_stand_there_already_stay_as_they_are() -> None:
    after = an_order(Status.SHIPPED, Status.CONFIRMED).moved(Status.SHIPPED, Actor.SELLER, [1, 2], NOW)
    assert after.history[-1]["parts"] == [2]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ("pending", "pending"),
        ("pending delivered", "pending"),
        ("delivered shipped awaiting_shipment", "awaiting_shipment"),
        ("confirmed awaiting_shipment", "confirmed"),
        ("shipped delivered", "shipped"),
        ("delivered delivered", "delivered"),
        ("cancelled pending", "pending"),
        ("cancelled delivered", "delivered"),
        ("cancelled cancelled", "cancelled"),
    ],
)
def test_an_order_is_as_far_as_its_slowest_living_part(parts: str, status: str) -> None:
    assert derived_status(map(Status, parts.split())) is Status(status)


def test_sums_are_of_living_parts_and_of_all_when_none_lives() -> None:
    order = an_order(Status.PENDING, Status.CANCELLED, tax_percent=10, shipping_minor=301)
    assert (order.items_minor, order.tax_minor, order.shipping_minor, order.total_minor) == (2_000, 200, 151, 2_351)
    gone = order.moved(Status.CANCELLED, Actor.STAFF, [1], NOW)
    assert (gone.status, gone.total_minor) == (Status.CANCELLED, 4_000 + 400 + 301)


def test_a_hold_ends_when_the_order_is_more_than_placed() -> None:
    order = an_order(Status.PENDING, Status.PENDING, hold_minutes=30)
    assert (order.hold_until, order.waits) == (NOW + 1_800_000, True)
    moved = order.moved(Status.CONFIRMED, Actor.STAFF, [1], NOW)
    assert (moved.hold_until, moved.waits, moved.needs_money) == (0, False, True)


def test_an_order_that_expires_is_cancelled_and_failed() -> None:
    order = an_order(Status.PENDING, Status.CANCELLED).expired((), NOW)
    assert (order.status, order.payment_status) == (Status.CANCELLED, PaymentStatus.FAILED)
    assert (order.needs_money, order.history[-1]["by"]) == (False, "system")


def test_the_first_answer_can_be_given_again() -> None:
    order = an_order(Status.PENDING)
    later = order.moved(Status.CONFIRMED, Actor.SYSTEM, [1], NOW + 5).following(order)
    assert (later.version, later.status) == (2, Status.CONFIRMED)
    assert later.as_placed() == order
