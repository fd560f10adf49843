"""A thousand buyers and a hundred pieces, through the real handlers; and the naive shop that must fail that test."""

from collections import Counter

import pytest

from commerce.carts.service import carts
from commerce.catalog.store import CatalogStore
from commerce.kit import settings
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.sessions import tokens
from support.builders import a_person, a_product, an_open_account, available
from support.client import Client
from support.concurrency import at_once

pytestmark = pytest.mark.usefixtures("dynamodb")

FORM = {"shipping_address": "123 Main St, City, Country", "phone_number": "+1234567890", "notes": ""}
BUYERS, STOCK = 1000, 100


def token_of(user_id: int) -> str:
    return tokens.issue(Principal(user_id, session_id="s"), "t").access


def fill(user_id_and_product: tuple[int, int]) -> int:
    user_id, product_id = user_id_and_product
    an_open_account(user_id)
    body = {"product_id": product_id, "quantity": 1}
    return Client("storefront").post("/api/cart/items/", json=body, token=token_of(user_id)).status


def order(user_id: int) -> tuple[int, str | None]:
    answer = Client("storefront").post("/api/orders/", json=FORM, token=token_of(user_id))
    return answer.status, answer.code


def test_a_thousand_orders_of_a_hundred_pieces() -> None:
    product = a_product(stock=STOCK)
    buyers = range(10_001, 10_001 + BUYERS)
    assert set(at_once(fill, [(buyer, product.id) for buyer in buyers])) == {201}

    outcomes = Counter(at_once(order, list(buyers)))

    assert outcomes == {(201, None): STOCK, (400, "lines_refused"): BUYERS - STOCK}
    assert available(product) == 0
    stock = Table(settings.text("CATALOG_TABLE")).get(f"PRODUCT#{product.id}", "STOCK")
    assert stock is not None and (stock["available"], stock["sold"]) == (0, STOCK)
    ordered = [carts().cart(owner).placed_order for owner in map(a_cart, buyers)]
    assert len({order_id for order_id in ordered if order_id}) == STOCK


def test_exactly_the_stock_is_sold_when_everybody_can_be_served() -> None:
    product = a_product(stock=STOCK)
    buyers = range(10_001, 10_001 + STOCK)
    at_once(fill, [(buyer, product.id) for buyer in buyers])
    assert Counter(at_once(order, list(buyers))) == {(201, None): STOCK}
    assert available(product) == 0


def naive_order(product_id: int) -> bool:
    """What a shop does that reads the stock, looks, and writes it back."""
    table = Table(settings.text("CATALOG_TABLE"))
    product = CatalogStore(table).product(product_id, consistent=True)
    assert product is not None
    if product.available < 1:
        return False
    table.write(
        table.update(f"PRODUCT#{product_id}", "STOCK", "SET #available = :left", values={"left": product.available - 1})
    )
    return True


def test_control_the_naive_shop_oversells() -> None:
    product = a_product(stock=STOCK)
    sold = sum(at_once(naive_order, [product.id] * BUYERS))
    assert sold > STOCK


def double_click(token: str) -> tuple[int, int, bool]:
    answer = Client("storefront").post("/api/orders/", json=FORM, token=token)
    return answer.status, answer.body.get("id", 0), "Idempotent-Replayed" in answer.headers


def test_one_cart_becomes_one_order_however_often_it_is_sent() -> None:
    buyer, product = a_person(), a_product(stock=STOCK)
    fill((buyer.id, product.id))
    answers = at_once(double_click, [buyer.access] * 40)
    placed = {order_id for status, order_id, _ in answers if status == 201}
    assert len(placed) == 1
    # Who came while the first was placing it is given the same order; who came later finds an empty cart.
    assert {status for status, _, _ in answers} <= {201, 400}
    assert sum(1 for status, _, is_replay in answers if status == 201 and not is_replay) == 1
    assert available(product) == STOCK - 1


def keyed_click(token: str) -> tuple[int, int]:
    answer = Client("storefront").post("/api/orders/", json=FORM, token=token, headers={"Idempotency-Key": "k"})
    return answer.status, answer.body.get("id", 0)


def test_one_key_is_one_order_and_every_sender_gets_it() -> None:
    buyer, product = a_person(), a_product(stock=STOCK)
    fill((buyer.id, product.id))
    answers = at_once(keyed_click, [buyer.access] * 50)
    assert {status for status, _ in answers} == {201}
    assert len({order_id for _, order_id in answers}) == 1
    assert available(product) == STOCK - 1


def a_cart(user_id: int):
    from commerce.carts.model import Owner

    return Owner.account(user_id)


def add_one(argument: tuple[str, int]) -> int:
    token, product_id = argument
    body = {"product_id": product_id, "quantity": 1}
    return Client("storefront").post("/api/cart/items/", json=body, token=token).status


def test_parallel_additions_lose_none() -> None:
    buyer, products = a_person(), [a_product(stock=1000, name=f"Thing {number}") for number in range(4)]
    wanted = [(buyer.access, product.id) for product in products for _ in range(10)]
    assert Counter(at_once(add_one, wanted, processes=20)) == {201: 40}
    cart = carts().cart(buyer.cart)
    assert {line.product_id: line.quantity for line in cart.lines} == {product.id: 10 for product in products}
