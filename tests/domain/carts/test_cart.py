"""The cart's own rules, without a table."""

import pytest

from commerce.carts.model import MAX_LINES, MAX_PIECES, Cart, CartFull, CartUnknown, OtherCurrency, OutOfStock, Owner
from commerce.catalog.model import Product
from commerce.kit.errors import InvalidInput, NotFound

NOW = 1_736_330_400_000


def a_product(number: int = 1, **facts: object) -> Product:
    said = {"price_minor": 1_000, "currency": "USD", "available": 5, "images": ("a.webp", "b.webp")} | facts
    return Product(number, f"thing-{number}", f"Thing {number}", "", 9, "things", "Things", 11, **said)  # type: ignore[arg-type]


def a_cart(*lines: tuple[Product, int]) -> Cart:
    cart = Cart(5)
    for product, quantity in lines:
        cart = cart.added(product, quantity, NOW)
    return cart


def test_a_line_is_the_product_as_it_was_put_there() -> None:
    [line] = a_cart((a_product(), 2)).lines
    assert (line.name, line.price_minor, line.image, line.seller_id, line.total_minor) == (
        "Thing 1",
        1_000,
        "a.webp",
        11,
        2_000,
    )


def test_every_change_is_the_next_version_and_leaves_the_old_one() -> None:
    first = a_cart((a_product(), 1))
    second = first.added(a_product(2), 2, NOW + 1)
    assert (first.version, len(first.lines), second.version, len(second.lines)) == (1, 1, 2, 2)
    assert (second.created_at, second.updated_at) == (NOW, NOW + 1)
    assert (second.total_minor, second.total_items) == (3_000, 3)


def test_more_pieces_of_a_product_are_the_same_line_at_today_s_price() -> None:
    cart = a_cart((a_product(), 1)).added(a_product(price_minor=900), 2, NOW + 9)
    [line] = cart.lines
    assert (line.quantity, line.price_minor, line.added_at) == (3, 900, NOW)


@pytest.mark.parametrize("quantity", [0, -1, MAX_PIECES + 1])
def test_impossible_quantities(quantity: int) -> None:
    with pytest.raises(InvalidInput):
        a_cart((a_product(available=MAX_PIECES + 5), quantity))


def test_no_more_than_there_is() -> None:
    cart = a_cart((a_product(), 5))
    with pytest.raises(OutOfStock, match="only 5 left") as refusal:
        cart.added(a_product(), 1, NOW)
    assert refusal.value.available == 5
    with pytest.raises(OutOfStock, match="is out of stock"):
        cart.added(a_product(2, available=0), 1, NOW)


def test_one_currency_until_the_cart_is_empty() -> None:
    cart, yen = a_cart((a_product(), 1)), a_product(2, currency="JPY")
    with pytest.raises(OtherCurrency):
        cart.added(yen, 1, NOW)
    emptied = cart.removed(1, NOW)
    assert emptied.currency == ""
    assert emptied.added(yen, 1, NOW).currency == "JPY"


def test_as_many_lines_as_a_cart_holds() -> None:
    full = a_cart(*((a_product(number), 1) for number in range(1, MAX_LINES + 1)))
    with pytest.raises(CartFull):
        full.added(a_product(MAX_LINES + 1), 1, NOW)
    assert full.added(a_product(1), 1, NOW).line(1).quantity == 2


def test_only_lines_that_are_there_are_set_and_removed() -> None:
    cart = a_cart((a_product(), 1))
    assert cart.quantity_set(a_product(), 4, NOW).line(1).quantity == 4
    for change in (lambda: cart.quantity_set(a_product(2), 1, NOW), lambda: cart.removed(2, NOW)):
        with pytest.raises(NotFound):
            change()


def test_a_guest_s_lines_are_merged_by_the_larger_quantity_and_never_beyond_the_stock() -> None:
    mine = a_cart((a_product(1), 1), (a_product(2), 4))
    theirs = a_cart((a_product(1), 3), (a_product(2), 2), (a_product(3), 5), (a_product(4), 1))
    merged = mine.merged(theirs, {1: 9, 2: 9, 3: 2}, NOW)
    assert {line.product_id: line.quantity for line in merged.lines} == {1: 3, 2: 4, 3: 2}
    assert (merged.id, merged.version) == (mine.id, mine.version + 1)


def test_a_guest_s_lines_in_other_money_stay_out() -> None:
    mine, theirs = a_cart((a_product(1), 1)), a_cart((a_product(2, currency="JPY"), 1))
    assert [line.product_id for line in mine.merged(theirs, {2: 5}, NOW).lines] == [1]
    taken = Cart(5).merged(theirs, {2: 5}, NOW)
    assert (taken.currency, len(taken.lines)) == ("JPY", 1)


def test_an_order_leaves_another_cart_with_the_proof_that_this_version_became_it() -> None:
    cart = a_cart((a_product(), 1))
    left = cart.consumed(77, 5, NOW + 1)
    assert (left.lines, left.orders_placed, left.placed_order, left.placed_from) == ((), 1, 77, cart.version)
    assert (left.id, left.version, left.created_at) == (5, cart.version + 1, 0)
    assert left.added(a_product(), 1, NOW).consumed(78, 6, NOW).orders_placed == 2


def test_a_cart_is_open_once_somebody_began_it_and_until_it_is_ordered() -> None:
    new = Cart(7)
    opened = new.opened(NOW)
    assert (new.is_open, opened.is_open, opened.version, opened.opened(NOW) is opened) == (False, True, 1, True)
    assert a_cart((a_product(), 1)).is_open
    following = opened.added(a_product(), 1, NOW).consumed(77, 5, NOW)
    assert (following.is_open, following.opened(NOW).is_open, following.emptied(NOW).is_open) == (False, True, True)
    twice = following.added(a_product(), 1, NOW).consumed(78, 6, NOW)
    assert not twice.is_open


def test_a_cart_answers_to_its_id_alone() -> None:
    cart = Cart(7)
    assert cart.called(None) is cart.called(7) is cart
    with pytest.raises(CartUnknown):
        cart.called(8)


def test_pieces_are_taken_out_and_with_the_last_of_them_the_line() -> None:
    cart = a_cart((a_product(1), 5), (a_product(2), 1))
    assert [(line.product_id, line.quantity) for line in cart.removed(1, NOW, 2).lines] == [(1, 3), (2, 1)]
    for pieces in (5, 9, None):
        assert [line.product_id for line in cart.removed(1, NOW, pieces).lines] == [2]
    emptied = cart.removed(1, NOW).removed(2, NOW, 1)
    assert (emptied.lines, emptied.currency) == ((), "")
    with pytest.raises(NotFound):
        cart.removed(3, NOW, 1)


def test_new_prices_are_shown_where_there_are_some() -> None:
    cart = a_cart((a_product(1), 1), (a_product(2), 1)).repriced({2: 5}, NOW)
    assert [line.price_minor for line in cart.lines] == [1_000, 5]


def test_owners_are_told_apart_by_what_they_are_and_say_no_key() -> None:
    account, guest = Owner.account(7), Owner.session("7")
    assert (account.user_id, account.session_digest, account.cart_id) == (7, "", 7)
    assert (guest.user_id, guest.session_digest) == (0, "7")
    assert Owner.session("a").cart_id != 0
    assert not [name for name in Owner.__dataclass_fields__ if name in ("pk", "sk", "key")]
