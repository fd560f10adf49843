"""Whose cart is meant: an anonymous session and an account may both be there."""

import pytest

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit.errors import RateLimited
from commerce.kit.idempotency import IdempotentRequest
from commerce.orders.model import OrderTerms, ShippingDetails
from commerce.orders.service import orders
from support.builders import a_person, a_product

pytestmark = pytest.mark.usefixtures("aws")

NEW = Owner.session("new")
ADDRESS = "192.0.2.1"


def guest_with(*product_ids: int) -> Owner:
    guest = Owner.session("guest")
    for product_id in product_ids:
        carts().add(guest, product_id, 2)
    return guest


def test_a_session_with_a_cart_is_meant_before_the_account() -> None:
    person, product = a_person(), a_product()
    guest = guest_with(product.id)
    assert carts().owner_meant(guest, person.principal) == guest
    assert carts().owner_meant(guest, None) == guest


def test_an_account_is_meant_where_the_session_has_no_cart() -> None:
    person, guest = a_person(), Owner.session("guest")
    assert carts().owner_meant(guest, person.principal) == person.cart
    assert carts().owner_meant(None, person.principal) == person.cart


def test_without_a_token_it_is_the_session_s_or_nobody_s() -> None:
    guest = Owner.session("guest")
    assert carts().owner_meant(guest, None) == guest
    assert carts().cart(carts().owner_meant(None, None)).lines == ()


def test_pieces_go_into_the_cart_that_is_meant() -> None:
    person, product = a_person(), a_product()
    guest = guest_with(product.id)
    owner, changed = carts().add_to_meant(guest, person.principal, NEW, product.id, 1, ADDRESS)
    assert (owner, changed.value.line(product.id).quantity) == (guest, 3)
    unknown = Owner.session("unknown")
    owner, changed = carts().add_to_meant(unknown, person.principal, NEW, product.id, 1, ADDRESS)
    assert (owner, changed.value.line(product.id).quantity) == (person.cart, 1)
    assert carts().cart(unknown).version == 0


def test_an_unknown_session_is_never_taken_over() -> None:
    product, unknown = a_product(), Owner.session("unknown")
    for guest in (unknown, None):
        owner, _ = carts().add_to_meant(guest, None, NEW, product.id, 1, ADDRESS)
        assert owner == NEW
    assert (carts().cart(unknown).version, carts().cart(NEW).version) == (0, 2)


def test_new_sessions_are_limited_by_network(monkeypatch: pytest.MonkeyPatch) -> None:
    product = a_product()
    monkeypatch.setitem(carts()._limiter._rules, "guest_cart", (1, 3600))
    carts().add_to_meant(None, None, Owner.session("one"), product.id, 1, ADDRESS)
    with pytest.raises(RateLimited):
        carts().add_to_meant(None, None, Owner.session("two"), product.id, 1, ADDRESS)


def test_what_a_guest_has_is_part_of_the_order_that_the_account_places() -> None:
    person, mine, theirs = a_person(), a_product(name="Mine"), a_product(name="Theirs")
    carts().add(person.cart, mine.id, 1)
    guest = guest_with(theirs.id)
    details, request = ShippingDetails({"text": "1 Main St"}), IdempotentRequest("place", "key", "same")
    first = orders().place(person.principal, "shop", details, OrderTerms(), request, guest=guest)
    assert {(line.product_id, line.quantity) for line in first.value.lines} == {(mine.id, 1), (theirs.id, 2)}
    assert carts().cart(guest).lines == ()
    again = orders().place(person.principal, "shop", details, OrderTerms(), request, guest=guest)
    assert (again.value.id, again.replayed) == (first.value.id, True)
