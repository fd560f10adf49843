"""A page of a seller's orders takes the same AWS calls and units however much the shop has sold, and however much of it
was theirs."""

import pytest

from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders.part import ListedPart
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.orders.store import OrderStore
from support.builders import a_person, a_product, an_order
from support.lists import listed_for_sellers
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")

PAGE = PageRequest(1, 10)
OLDER = 1_000_000


def cost(seller: Principal, status: Status | None) -> tuple[str, float]:
    with Meter() as meter:
        found = orders().of_seller(seller, PAGE, status)
    assert (len(found.orders), found.has_next) == (10, True)
    return meter.names, meter.rcu


@pytest.mark.parametrize("status", [None, Status.PENDING])
def test_the_cost_of_a_page_does_not_grow(status: Status | None) -> None:
    seller = a_person(is_seller=True)
    product, buyer = a_product(seller), a_person()
    made = [an_order(buyer, (product, 1)).id for _ in range(11)]
    listed_for_sellers(*made)
    small = cost(seller.principal, status)
    store = OrderStore(Table("Orders"))
    for number in range(500):
        # Older ones of theirs that were delivered, and others' that still wait.
        store.list_part(ListedPart(seller.id, OLDER + number, Status.DELIVERED, 1))
        store.list_part(ListedPart(seller.id + 1 + number % 7, made[-1] + 1 + number, Status.PENDING, 1))

    assert cost(seller.principal, status) == small
    assert small[0] == "Query, BatchGetItem"
