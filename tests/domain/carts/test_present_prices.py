"""A cart that is looked at shows its products at the prices of now, and what was shown is what is ordered."""

import pytest

from commerce.carts.model import Cart, Owner
from commerce.carts.service import carts
from commerce.carts.store import CartStore
from commerce.catalog.changes import ProductChange
from commerce.catalog.model import Product
from commerce.catalog.service import catalog
from commerce.kit.tables import Table
from commerce.orders.model import LinesRefused, OrderTerms, ShippingDetails
from commerce.orders.service import orders
from support.builders import Person, a_person, a_product
from support.realtime import once_before

pytestmark = pytest.mark.usefixtures("aws")


def stored(owner: Owner) -> Cart:
    """The control: the cart as it lies in the table."""
    return CartStore(Table("Carts")).cart(owner)


def prices(cart: Cart) -> list[int]:
    return [line.price_minor for line in cart.lines]


def reprice(product: Product, price_minor: int) -> None:
    catalog().change(a_person(is_staff=True).principal, product.id, ProductChange(price_minor=price_minor))


def order(buyer: Person) -> int:
    placed = orders().place(
        buyer.principal, "storefront", ShippingDetails({"text": "1 Main St"}, "+1234567"), OrderTerms()
    )
    return placed.value.lines[0].price_minor


def test_a_new_price_is_in_every_cart_that_is_looked_at_and_what_was_shown_is_ordered() -> None:
    product, other = a_product(price_minor=1_000), a_product(name="Other", price_minor=500)
    buyer, guest = a_person(), Owner.session("guest")
    for owner in (buyer.cart, guest):
        carts().add(owner, other.id, 1)
        carts().add(owner, product.id, 2)
    reprice(product, 1_250)

    for owner in (buyer.cart, guest):
        assert prices(stored(owner)) == [500, 1_000]
        shown = carts().cart(owner)
        assert (prices(shown), shown.total_minor) == ([500, 1_250], 3_000)
        assert stored(owner) == shown
        assert carts().cart(owner).version == shown.version

    carts().remove(buyer.cart, other.id)
    assert order(buyer) == 1_250


def test_a_price_that_changes_between_showing_and_ordering_is_refused_once() -> None:
    product, buyer = a_product(price_minor=1_000), a_person()
    carts().add(buyer.cart, product.id, 1)
    carts().cart(buyer.cart)
    reprice(product, 1_250)

    with pytest.raises(LinesRefused):
        order(buyer)

    assert prices(carts().cart(buyer.cart)) == [1_250]
    assert order(buyer) == 1_250


def test_what_is_not_for_sale_keeps_its_price_and_is_said_to_be_gone() -> None:
    product, buyer = a_product(price_minor=1_000), a_person()
    carts().add(buyer.cart, product.id, 1)
    catalog().change(a_person(is_staff=True).principal, product.id, ProductChange(price_minor=2_000, is_active=False))

    assert prices(carts().cart(buyer.cart)) == [1_000]
    assert [(check.available, check.is_available) for check in carts().check_stock(buyer.cart)] == [(0, False)]


def test_who_changes_the_cart_meanwhile_is_not_overwritten() -> None:
    product, buyer = a_product(price_minor=1_000), a_person()
    carts().add(buyer.cart, product.id, 1)
    reprice(product, 1_250)
    once_before("PutItem", lambda: carts().add(buyer.cart, product.id, 1))

    assert prices(carts().cart(buyer.cart)) == [1_250]

    assert [(line.quantity, line.price_minor) for line in stored(buyer.cart).lines] == [(2, 1_250)]
