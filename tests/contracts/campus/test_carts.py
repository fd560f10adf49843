"""Carts named by id: one is open at a time, and what follows an order is another one."""

import boto3
import pytest

from support.builders import Person, a_person, a_product, an_order
from support.client import Client

from .test_products import shown

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")


def at(cart: object, *more: str) -> str:
    return f"/api/cart/{cart}/" + "".join(f"{one}/" for one in more)


def cart_of(person: Person) -> dict:
    answer = shop.get("/api/cart/", token=person.access)
    assert answer.status == 200
    return answer.body


def put(person: Person, product, **said) -> dict:
    answer = shop.post(at(cart_of(person)["id"], "add"), json={"product_id": product.id, **said}, token=person.access)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.covers("campus", "GET", "/api/cart/")
@pytest.mark.covers("campus", "GET", "/api/cart/{id}/")
@pytest.mark.covers("campus", "POST", "/api/cart/{id}/add/")
def test_the_documents_own_use_of_a_cart() -> None:
    buyer, product = a_person(), a_product(description="Used once.", price_minor=1_250)
    empty = cart_of(buyer)
    assert empty == {"id": buyer.id, "items": [], "total_items": 0, "total_amount": 0}
    added = put(buyer, product, quantity=2)
    line = {"id": product.id, "product": shown(product), "quantity": 2, "added_at": added["items"][0]["added_at"]}
    assert added == {"id": empty["id"], "items": [line], "total_items": 2, "total_amount": 25.0}
    assert cart_of(buyer) == added
    assert shop.get(at(empty["id"]), token=buyer.access).body == added
    assert put(buyer, product)["total_items"] == 3


def test_a_cart_shows_the_price_of_now_and_adds_it_up() -> None:
    seller, buyer = a_person(is_seller=True), a_person()
    product = a_product(seller, price_minor=1_000)
    put(buyer, product)
    change = shop.patch(
        f"/products/api/products/{product.id}/", json={"price": 12, "title": "New"}, token=seller.access
    )
    assert change.status == 200
    [line] = cart_of(buyer)["items"]
    assert (line["product"]["price"], line["product"]["title"], cart_of(buyer)["total_amount"]) == (
        12,
        product.name,
        12,
    )


@pytest.mark.covers("campus", "POST", "/api/cart/")
def test_opening_makes_a_cart_only_where_none_is_open() -> None:
    buyer = a_person()
    first, second = (shop.post("/api/cart/", token=buyer.access) for _ in range(2))
    assert (first.status, second.status, first.body == second.body) == (201, 200, True)
    other = a_person()
    put(other, a_product())
    again = shop.post("/api/cart/", token=other.access)
    assert (again.status, again.body) == (200, cart_of(other))
    keyed = {"token": a_person().access, "headers": {"Idempotency-Key": "k"}}
    first, again = shop.post("/api/cart/", **keyed), shop.post("/api/cart/", **keyed)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")


def test_what_follows_an_order_is_another_cart_and_the_ordered_one_is_over() -> None:
    buyer, product = a_person(), a_product()
    before = put(buyer, product)["id"]
    placed = shop.post("/api/orders/", json={"shipping_address": "Room 12"}, token=buyer.access)
    assert placed.status == 201
    after = cart_of(buyer)
    assert after == {"id": after["id"], "items": [], "total_items": 0, "total_amount": 0}
    assert after["id"] not in (before, buyer.id, placed.body["id"])
    for method, path, body in (
        ("GET", at(before), ...),
        ("POST", at(before, "add"), {"product_id": product.id}),
        ("POST", at(before, "remove"), {"product_id": product.id}),
        ("POST", at(before, "clear"), ...),
    ):
        answer = shop.send(method, path, json=body, token=buyer.access)
        assert (answer.status, answer.body) == (404, {"error": "Cart not found.", "code": "not_found"}), path
    opened = shop.post("/api/cart/", token=buyer.access)
    assert (opened.status, opened.body["id"]) == (201, after["id"])
    assert put(buyer, product)["id"] == after["id"]
    assert shop.post("/api/orders/", json={"shipping_address": "Room 12"}, token=buyer.access).status == 201
    assert cart_of(buyer)["id"] not in (before, after["id"])
    # Every client has the same cart.
    assert Client("marketplace").get("/api/marketplace/cart/", token=buyer.access).body["id"] == cart_of(buyer)["id"]


def test_a_repeated_addition_is_answered_though_its_cart_was_ordered_meanwhile() -> None:
    buyer, product = a_person(), a_product()
    sent = {"json": {"product_id": product.id}, "token": buyer.access, "headers": {"Idempotency-Key": "k"}}
    first = shop.post(at(buyer.id, "add"), **sent)
    assert shop.post("/api/orders/", json={"shipping_address": "Room 12"}, token=buyer.access).status == 201
    again = shop.post(at(buyer.id, "add"), **sent)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (200, first.body, "true")
    assert cart_of(buyer)["items"] == []


def test_carts_that_were_stored_before_they_had_ids_of_their_own_go_on() -> None:
    """As they lie in the table: the account's number, with orders placed from it before."""
    buyer, product = a_person(), a_product()
    an_order(buyer, (product, 1))
    table = boto3.resource("dynamodb").Table("Carts")
    key = {"pk": f"USER#{buyer.id}", "sk": "CART"}
    table.update_item(Key=key, UpdateExpression="SET id = :id", ExpressionAttributeValues={":id": buyer.id})
    assert cart_of(buyer)["id"] == buyer.id
    assert put(buyer, product)["id"] == buyer.id
    assert shop.post("/api/orders/", json={"shipping_address": "Room 12"}, token=buyer.access).status == 201
    assert cart_of(buyer)["id"] != buyer.id


@pytest.mark.covers("campus", "POST", "/api/cart/{id}/remove/")
@pytest.mark.covers("campus", "POST", "/api/cart/{id}/clear/")
def test_pieces_and_lines_are_taken_out() -> None:
    buyer, first, second = a_person(), a_product(), a_product(name="Other")
    put(buyer, first, quantity=5)
    put(buyer, second)
    path = at(buyer.id, "remove")

    def remove(**said) -> dict[int, int]:
        answer = shop.post(path, json=said, token=buyer.access)
        assert answer.status == 200, answer.body
        return {item["id"]: item["quantity"] for item in answer.body["items"]}

    assert remove(product_id=first.id, quantity=2) == {first.id: 3, second.id: 1}
    keyed = {"json": {"item_id": first.id, "quantity": 1}, "headers": {"Idempotency-Key": "r"}, "token": buyer.access}
    assert shop.post(path, **keyed).body == shop.post(path, **keyed).body
    assert remove(item_id=first.id, quantity=9, product_id=first.id) == {second.id: 1}
    assert remove(item_id=second.id) == {}
    gone = shop.post(path, json={"product_id": first.id}, token=buyer.access)
    assert (gone.status, gone.body) == (404, {"error": "Cart item not found.", "code": "not_found"})
    put(buyer, second)
    cleared = shop.post(at(buyer.id, "clear"), token=buyer.access)
    assert (cleared.status, cleared.body["items"], cleared.body["id"]) == (200, [], buyer.id)


def test_what_carts_refuse() -> None:
    buyer, other, product, hidden = a_person(), a_person(), a_product(stock=3), a_product(is_active=False)
    put(other, product)
    for said, fields in (
        ({}, ["product_id"]),
        ({"product_id": str(product.id)}, ["product_id"]),
        ({"product_id": True}, ["product_id"]),
        ({"product_id": None}, ["product_id"]),
        ({"product_id": 0}, ["product_id"]),
        ({"product_id": 2**53}, ["product_id"]),
        ({"product_id": product.id, "quantity": 0}, ["quantity"]),
        ({"product_id": product.id, "quantity": 1.5}, ["quantity"]),
        ({"product_id": product.id, "quantity": "1"}, ["quantity"]),
        ({"product_id": product.id, "quantity": None}, ["quantity"]),
    ):
        answer = shop.post(at(buyer.id, "add"), json=said, token=buyer.access)
        assert (answer.status, answer.body["code"], list(answer.body["details"])) == (422, "invalid", fields), said
    for said, fields in (
        ({}, ["product_id"]),
        ({"item_id": "1"}, ["item_id"]),
        ({"product_id": 1, "item_id": 2}, ["item_id"]),
        ({"product_id": 1, "quantity": -1}, ["quantity"]),
    ):
        answer = shop.post(at(buyer.id, "remove"), json=said, token=buyer.access)
        assert (answer.status, list(answer.body["details"])) == (422, fields), said
    sold_out = shop.post(at(buyer.id, "add"), json={"product_id": product.id, "quantity": 4}, token=buyer.access)
    message = f"{product.name}: only 3 left in stock."
    assert (sold_out.status, sold_out.body) == (400, {"error": message, "code": "out_of_stock"})
    for cart, one in ((buyer.id, 1), (buyer.id, hidden.id), (other.id, product.id), (1, product.id), ("x", product.id)):
        answer = shop.post(at(cart, "add"), json={"product_id": one}, token=buyer.access)
        assert (answer.status, answer.body["code"]) == (404, "not_found"), (cart, one)
    for path in (at(other.id), at(1), at("x")):
        assert shop.get(path, token=buyer.access).status == 404
    assert cart_of(buyer)["items"] == []
    assert cart_of(other)["total_items"] == 1
