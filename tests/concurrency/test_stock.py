"""A stock that staff fills up while many buy at once; and the old way of setting it, which must fail the same test."""

import time

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from commerce.kit.tables import Table
from support.builders import a_person, a_product, an_order
from support.concurrency import at_once

pytestmark = pytest.mark.usefixtures("dynamodb")

BUYERS, DELIVERIES = 20, 10


def supplied(product_id: int) -> int:
    """Pieces that the shop has had of the product: those that are there and those that were sold."""
    item = Table("Catalog").get(f"PRODUCT#{product_id}", "STOCK", consistent=True) or {}
    return int(item["available"]) + int(item["sold"])


def run(fill_up: str) -> int:
    """How many pieces were supplied in the end: 50 at first, ten in each delivery, while twenty buy one each."""
    staff, product = a_person(is_staff=True), a_product()
    buyers = [a_person() for _ in range(BUYERS)]

    def act(number: int) -> None:
        if number < BUYERS:
            an_order(buyers[number], (product, 1))
        elif fill_up == "delta":
            catalog().change(staff.principal, product.id, ProductChange(stock_change=10))
        else:
            seen = catalog().visible_product(product.id, staff.principal).available
            time.sleep(0.05)  # As long as somebody takes to type it, or less.
            catalog().change(staff.principal, product.id, ProductChange(stock=seen + 10))

    at_once(act, range(BUYERS + DELIVERIES))
    return supplied(product.id)


def test_deltas_lose_neither_a_sale_nor_a_delivery() -> None:
    assert run("delta") == 50 + 10 * DELIVERIES


def test_a_stock_that_is_set_loses_them() -> None:
    assert run("set") != 50 + 10 * DELIVERIES
