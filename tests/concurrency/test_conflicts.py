"""Buyers of one product, whose transactions conflict as they do in AWS: nobody is refused while a piece is left."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit import contention
from commerce.kit.errors import Busy
from commerce.kit.principal import Principal
from commerce.orders.model import LinesRefused, OrderTerms, ShippingDetails
from commerce.orders.service import orders
from support.builders import a_product, available
from support.conflicts import conflicting

pytestmark = pytest.mark.usefixtures("dynamodb")

BUYERS = 100
FIRST_BUYER = 30_001


def fill_carts(product_id: int, buyers: int) -> list[Principal]:
    people = [Principal(number) for number in range(FIRST_BUYER, FIRST_BUYER + buyers)]
    for person in people:
        carts().add(Owner.account(person.user_id), product_id, 1)
    return people


def buy(person: Principal) -> str:
    try:
        orders().place(person, "parts", ShippingDetails({"text": "x"}, "+1234567"), OrderTerms())
    except LinesRefused:
        return "sold out"
    except Busy:
        return "turned away"
    return "served"


def outcomes(people: list[Principal]) -> Counter[str]:
    with conflicting() as troubled, ThreadPoolExecutor(len(people)) as pool:
        found = Counter(pool.map(buy, people))
    assert troubled.conflicts > len(people)
    return found


def test_a_hundred_buyers_of_a_hundred_pieces_are_all_served() -> None:
    product = a_product(stock=BUYERS)
    assert outcomes(fill_carts(product.id, BUYERS)) == {"served": BUYERS}
    assert available(product) == 0


def test_whoever_is_refused_is_refused_because_nothing_is_left() -> None:
    product = a_product(stock=BUYERS // 2)
    assert outcomes(fill_carts(product.id, BUYERS)) == {"served": BUYERS // 2, "sold out": BUYERS // 2}
    assert available(product) == 0


def test_control_who_tries_twelve_times_turns_buyers_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def twelve_times():
        for attempt in range(12):
            yield attempt
            contention.pause(attempt)

    monkeypatch.setattr("commerce.kit.tables.contended", twelve_times)
    monkeypatch.setattr("commerce.orders.service.contended", lambda: iter(range(1)))
    product = a_product(stock=BUYERS)
    found = outcomes(fill_carts(product.id, BUYERS))
    assert found["turned away"] > 0
    assert available(product) == found["turned away"]
