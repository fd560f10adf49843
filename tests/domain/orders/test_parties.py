"""As whom the parties to an order act on it, against the table of moves; and what each of them sees of it."""

from dataclasses import replace

import pytest

from commerce.kit.errors import Forbidden, InvalidInput, NotFound
from commerce.kit.principal import Principal
from commerce.orders.model import AddressFixed, Order, OrderLine, ShippingDetails
from commerce.orders.part import Part, PartClosed
from commerce.orders.parties import Role, fulfiller, mover, part_of, seen_by
from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider
from commerce.orders.status import Actor, Status, TransitionRefused
from support.moves import PossibleMove, allowed, moves

BUYER, SELLER, RIVAL = 7, 11, 12
NOW = 1_795_275_000_000
PEOPLE = {
    "buyer": Principal(BUYER),
    "seller": Principal(SELLER, is_seller=True),
    "other_seller": Principal(RIVAL, is_seller=True),
    "stranger": Principal(13, is_seller=True),
    "staff": Principal(1, is_staff=True),
}
HOME = ShippingDetails({"street": "1 Main St", "city": "Accra"}, "+233201234567", "Ring twice")


def an_order(status: Status = Status.PENDING, **facts: object) -> Order:
    """Of two sellers, of whom SELLER's part stands at `status`."""
    lines = (
        OrderLine(1, 101, "Lamp", "lamp", 3_000, 2, SELLER, "Light", ""),
        OrderLine(2, 102, "Bulb", "bulb", 99, 1, RIVAL, "Light", ""),
    )
    parts = {SELLER: Part(SELLER, 6_000, status, tax_minor=600), RIVAL: Part(RIVAL, 99)}
    history = ({"status": "pending", "at": 1, "by": "buyer", "parts": [SELLER, RIVAL]},)
    fixed = {"number": 1, "buyer_id": BUYER, "channel": "shop", "currency": "USD", "commission_bp": 1_000}
    order = Order(
        id=51, lines=lines, placed_delivery=HOME, placed_at=1, parts=parts, updated_at=1, history=history, **fixed
    )
    return replace(order, **facts)


def paid(order: Order) -> Order:
    attempt = Attempt("ORD_51_a", Provider.PAYSTACK, Method.CARD, 0, "USD", AttemptStatus.SUCCEEDED, 1)
    return order.paid(attempt, [], NOW)


def test_the_table_is_whole() -> None:
    assert len(moves()) == len(set(moves())) == 6 * len(Status) ** 2
    assert {move.outcome for move in moves()} == {"yes", "no", "same", "hidden"}


@pytest.mark.parametrize("move", moves(), ids=str)
def test_only_what_the_table_allows_passes(move: PossibleMove) -> None:
    order = an_order(move.start)

    def act() -> Order:
        if move.actor == "system":
            return order.moved(move.target, Actor.SYSTEM, [SELLER], NOW)
        role = mover(order, PEOPLE[move.actor], move.target, SELLER)
        assert role.sellers == (SELLER,)
        return order.moved(move.target, role.actor, role.sellers, NOW)

    match move.outcome:
        case "hidden":
            with pytest.raises(NotFound):
                act()
        case "no":
            with pytest.raises(TransitionRefused) as refused:
                act()
            assert (refused.value.current, refused.value.target) == (move.start, move.target)
            assert refused.value.allowed == allowed(move.actor, move.start)
        case "same":
            assert act() is order
        case _:
            after = act()
            assert (after.parts[SELLER].status, after.parts[RIVAL]) == (move.target, order.parts[RIVAL])


# As whom somebody acts


@pytest.mark.parametrize(
    ("caller", "target", "seller_id", "role"),
    [
        (PEOPLE["buyer"], Status.CANCELLED, None, Role(Actor.BUYER, (SELLER, RIVAL))),
        (PEOPLE["buyer"], Status.DELIVERED, RIVAL, Role(Actor.BUYER, (RIVAL,))),
        (PEOPLE["seller"], Status.SHIPPED, None, Role(Actor.SELLER, (SELLER,))),
        (PEOPLE["staff"], Status.SHIPPED, None, Role(Actor.STAFF, (SELLER, RIVAL))),
        (PEOPLE["staff"], Status.SHIPPED, RIVAL, Role(Actor.STAFF, (RIVAL,))),
    ],
)
def test_who_moves_what(caller: Principal, target: Status, seller_id: int | None, role: Role) -> None:
    assert mover(an_order(), caller, target, seller_id) == role


@pytest.mark.parametrize(
    ("target", "role"),
    [
        (Status.SHIPPED, Role(Actor.SELLER, (SELLER,))),
        (Status.CANCELLED, Role(Actor.SELLER, (SELLER,))),
        (Status.DELIVERED, Role(Actor.BUYER, (SELLER, RIVAL))),
    ],
)
def test_who_buys_from_themselves_ships_as_the_seller_and_receives_as_the_buyer(target: Status, role: Role) -> None:
    assert mover(an_order(buyer_id=SELLER), PEOPLE["seller"], target) == role


def test_what_is_cancelled_stays_out_of_a_move_of_the_whole() -> None:
    assert mover(an_order(Status.CANCELLED), PEOPLE["staff"], Status.SHIPPED).sellers == (RIVAL,)


def test_only_sellers_and_staff_fulfil() -> None:
    order = an_order()
    assert fulfiller(order, PEOPLE["seller"]) == Role(Actor.SELLER, (SELLER,))
    with pytest.raises(Forbidden):
        fulfiller(order, PEOPLE["buyer"])
    for caller, seller_id in ((PEOPLE["stranger"], None), (PEOPLE["seller"], RIVAL), (PEOPLE["staff"], 99)):
        with pytest.raises(NotFound):
            fulfiller(order, caller, seller_id)
    with pytest.raises(InvalidInput):
        _ = fulfiller(order, PEOPLE["staff"]).only_seller


# What somebody sees


def test_a_seller_sees_their_lines_and_money_and_no_delivery_before_it_is_paid() -> None:
    seen = seen_by(an_order(), PEOPLE["seller"])
    assert [line.id for line in seen.lines] == [1]
    assert (seen.total_minor, seen.tax_minor, set(seen.parts)) == (6_600, 600, {SELLER})
    assert seen.delivery == ShippingDetails({})
    assert [step["parts"] for step in seen.history] == [[SELLER]]


def test_a_seller_sees_the_delivery_once_their_part_is_paid_and_nothing_of_how() -> None:
    order = paid(an_order()).changed(NOW, changed_delivery=replace(HOME, notes="At the back"))
    seen = part_of(order, SELLER)
    assert (seen.delivery.address, seen.delivery.notes) == (HOME.address, "At the back")
    assert (seen.attempts, seen.refunds, seen.journal, seen.notices) == ((), (), (), ())


def test_a_part_that_was_cancelled_before_the_order_was_paid_never_shows_where_the_buyer_lives() -> None:
    order = paid(an_order(Status.CANCELLED))
    assert part_of(order, SELLER).delivery == ShippingDetails({})
    assert part_of(order, RIVAL).delivery == HOME


def test_buyer_and_staff_see_all_and_others_nothing() -> None:
    order = an_order()
    assert seen_by(order, PEOPLE["buyer"]) is seen_by(order, PEOPLE["staff"]) is order
    with pytest.raises(NotFound):
        seen_by(order, PEOPLE["stranger"])


# What else changes


def test_a_part_remembers_when_it_was_shipped_and_delivered_and_why_it_was_cancelled() -> None:
    shipped = an_order(Status.CONFIRMED).moved(Status.SHIPPED, Actor.SELLER, [SELLER], NOW)
    delivered = shipped.moved(Status.DELIVERED, Actor.BUYER, [SELLER], NOW + 1)
    assert (delivered.parts[SELLER].shipped_at, delivered.parts[SELLER].delivered_at) == (NOW, NOW + 1)
    cancelled = an_order().moved(Status.CANCELLED, Actor.SELLER, [SELLER], NOW, "Sold out")
    assert cancelled.parts[SELLER].cancellation_reason == "Sold out"


@pytest.mark.parametrize("status", Status)
def test_a_carrier_is_chosen_before_shipment(status: Status) -> None:
    part = Part(SELLER, 1, status)
    if status in (Status.SHIPPED, Status.DELIVERED, Status.CANCELLED):
        with pytest.raises(PartClosed):
            part.with_carrier("dhl", "DHL")
    else:
        chosen = part.with_carrier("dhl", "DHL").with_carrier("dhl-express", "")
        assert (chosen.carrier, chosen.carrier_code) == ("DHL", "dhl-express")


def test_notes_change_at_any_time_and_the_address_until_it_is_paid() -> None:
    away = {"street": "2 Side St", "city": "Kumasi"}
    waiting = an_order()
    moved = waiting.with_delivery("Call first", away, NOW)
    assert (moved.delivery, moved.placed_delivery) == (replace(HOME, address=away, notes="Call first"), HOME)
    assert waiting.with_delivery(None, None, NOW) is waiting
    assert waiting.with_delivery(HOME.notes, dict(HOME.address), NOW) is waiting
    for fixed in (paid(an_order()), an_order(Status.SHIPPED), an_order(has_expired=True)):
        with pytest.raises(AddressFixed):
            fixed.with_delivery(None, away, NOW)
        assert fixed.with_delivery("Call first", dict(HOME.address), NOW).delivery.notes == "Call first"


def test_the_first_answer_comes_again_as_it_was() -> None:
    order = an_order()
    later = order.with_delivery("Other", None, NOW).moved(Status.CANCELLED, Actor.SELLER, [SELLER], NOW, "Sold out")
    assert later.as_placed() == order
