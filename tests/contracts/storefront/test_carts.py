"""The storefront's cart."""

import pytest

from commerce.carts.model import MAX_LINES
from support.builders import a_person, a_product, available
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("storefront")
EMPTY = {"items": [], "total_price": "0.00", "total_items": 0}


def line(product, quantity: int, total: str) -> dict:
    shown = {"id": product.id, "name": product.name, "price": "999.99", "category_name": "Electronics"}
    return {"id": product.id, "product": shown, "quantity": quantity, "total_price": total}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/cart/"),
        ("POST", "/api/cart/items/"),
        ("PATCH", "/api/cart/items/1/"),
        ("DELETE", "/api/cart/items/1/"),
    ],
)
def test_anonymous_is_refused(method: str, path: str) -> None:
    answer = shop.send(method, path, json={"product_id": 1, "quantity": 1})
    assert (answer.status, answer.body) == (401, {"error": "Authentication credentials were not provided."})


def test_somebody_elses_cart_is_invisible() -> None:
    owner, other, product = a_person(), a_person(), a_product()
    shop.post("/api/cart/items/", json={"product_id": product.id, "quantity": 1}, token=owner.access)
    assert shop.get("/api/cart/", token=other.access).body == {"id": other.id, **EMPTY}
    answer = shop.delete(f"/api/cart/items/{product.id}/", token=other.access)
    assert (answer.status, answer.body) == (404, {"error": "Cart item not found."})


@pytest.mark.covers("storefront", "GET", "/api/cart/")
@pytest.mark.covers("storefront", "POST", "/api/cart/items/")
def test_adding_answers_the_cart_and_the_cart_shows_it() -> None:
    buyer, product = a_person(), a_product()
    answer = shop.post("/api/cart/items/", json={"product_id": product.id, "quantity": 2}, token=buyer.access)
    expected = {"id": buyer.id, "items": [line(product, 2, "1999.98")], "total_price": "1999.98", "total_items": 2}
    assert (answer.status, answer.body) == (201, expected)
    shown = shop.get("/api/cart/", token=buyer.access)
    assert (shown.status, shown.body) == (200, expected)


def test_adding_again_adds_up_and_takes_no_stock() -> None:
    buyer, product = a_person(), a_product()
    for _ in range(2):
        answer = shop.post("/api/cart/items/", json={"product_id": product.id}, token=buyer.access)
    assert answer.body["items"] == [line(product, 2, "1999.98")]
    assert available(product) == 50


def test_more_than_the_stock_is_refused_whole() -> None:
    buyer, product = a_person(), a_product(stock=3)
    shop.post("/api/cart/items/", json={"product_id": product.id, "quantity": 2}, token=buyer.access)
    answer = shop.post("/api/cart/items/", json={"product_id": product.id, "quantity": 2}, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "Smartphone Pro Max: only 3 left in stock."})
    assert answer.code == "out_of_stock"
    assert shop.get("/api/cart/", token=buyer.access).body["total_items"] == 2


def test_sold_out_and_hidden_products() -> None:
    buyer = a_person()
    sold_out, hidden = a_product(stock=0), a_product(name="Hidden", is_active=False)
    answer = shop.post("/api/cart/items/", json={"product_id": sold_out.id, "quantity": 1}, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "Smartphone Pro Max is out of stock."})
    for product_id in (hidden.id, 1):
        answer = shop.post("/api/cart/items/", json={"product_id": product_id, "quantity": 1}, token=buyer.access)
        assert (answer.status, answer.body) == (404, {"error": "Product not found."})


@pytest.mark.parametrize("quantity", [-1, 0, 1.5, "2", True, None, [1], 10**9])
def test_quantity_is_a_positive_integer(quantity: object) -> None:
    buyer, product = a_person(), a_product()
    body = {"product_id": product.id, "quantity": quantity}
    answer = shop.post("/api/cart/items/", json=body, token=buyer.access)
    assert (answer.status, list(answer.body)) == (400, ["quantity"])
    assert shop.get("/api/cart/", token=buyer.access).body == {"id": buyer.id, **EMPTY}


def test_quantity_is_set_and_line_removed() -> None:
    buyer, product = a_person(), a_product()
    path = f"/api/cart/items/{product.id}/"
    shop.post("/api/cart/items/", json={"product_id": product.id, "quantity": 2}, token=buyer.access)
    answer = shop.patch(path, json={"quantity": 3}, token=buyer.access)
    expected = {"id": buyer.id, "items": [line(product, 3, "2999.97")], "total_price": "2999.97", "total_items": 3}
    assert (answer.status, answer.body) == (200, expected)
    assert shop.patch(path, json={"quantity": 51}, token=buyer.access).code == "out_of_stock"
    answer = shop.delete(path, token=buyer.access)
    assert (answer.status, answer.body) == (200, {"id": buyer.id, **EMPTY})
    for gone in (shop.patch(path, json={"quantity": 1}, token=buyer.access), shop.delete(path, token=buyer.access)):
        assert (gone.status, gone.body) == (404, {"error": "Cart item not found."})


@pytest.mark.parametrize("written", ["0", "-1", "1e3", "x", "٣", "9" * 17, "1 "])
def test_what_cannot_be_an_id_names_nothing(written: str) -> None:
    assert shop.delete(f"/api/cart/items/{written}/", token=a_person().access).status == 404


def test_lines_are_limited() -> None:
    buyer, seller = a_person(), a_person(is_seller=True)
    products = [a_product(seller, name=f"Thing {number}") for number in range(MAX_LINES + 1)]
    for product in products[:-1]:
        assert shop.post("/api/cart/items/", json={"product_id": product.id}, token=buyer.access).status == 201
    answer = shop.post("/api/cart/items/", json={"product_id": products[-1].id}, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "A cart holds at most 50 different products."})


def test_a_cart_holds_one_currency() -> None:
    buyer, dollars, cedis = a_person(), a_product(), a_product(name="Radio", currency="GHS")
    shop.post("/api/cart/items/", json={"product_id": dollars.id}, token=buyer.access)
    answer = shop.post("/api/cart/items/", json={"product_id": cedis.id}, token=buyer.access)
    assert (answer.status, answer.body) == (400, {"error": "Radio is sold in GHS, but the cart holds USD."})


def test_keyed_addition_happens_once() -> None:
    buyer, product = a_person(), a_product()
    body, keyed = {"product_id": product.id, "quantity": 2}, {"Idempotency-Key": "a1"}
    first = shop.post("/api/cart/items/", json=body, token=buyer.access, headers=keyed)
    shop.post("/api/cart/items/", json=body, token=buyer.access)
    again = shop.post("/api/cart/items/", json=body, token=buyer.access, headers=keyed)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert shop.get("/api/cart/", token=buyer.access).body["total_items"] == 4
    other = shop.post("/api/cart/items/", json=body | {"quantity": 3}, token=buyer.access, headers=keyed)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
