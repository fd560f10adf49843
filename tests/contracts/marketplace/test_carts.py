"""The marketplace client's cart."""

from typing import Any

import pytest
import time_machine

from commerce.accounts.service import accounts
from support.builders import a_person, a_product, an_order, available
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("marketplace")
CART = "/api/marketplace/cart/"
NOW = 1_900_000_000
AT = "2030-03-17T17:46:40Z"


def line(product: Any, quantity: int, total: str) -> dict[str, Any]:
    shown = {
        "id": product.id,
        "name": product.name,
        "slug": product.slug,
        "price": "999.99",
        "primary_image": None,
        "category": "Electronics",
        "seller": product.seller_id,
    }
    return {"id": product.id, "product": shown, "quantity": quantity, "total_price": total, "added_at": AT}


def add(person: Any, product: Any, quantity: int = 1, **options: Any) -> Any:
    body = {"product_id": product.id, "quantity": quantity}
    return shop.post(f"{CART}add_item/", json=body, token=person.access, **options)


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("GET", ""),
        ("POST", "add_item/"),
        ("PATCH", "update_item/"),
        ("DELETE", "remove_item/"),
        ("DELETE", "clear/"),
        ("PATCH", "update_item_status/"),
        ("POST", "validate_stock/"),
    ],
)
def test_anonymous_is_refused(method: str, name: str) -> None:
    answer = shop.send(method, CART + name, json={"product_id": 1, "item_id": 1, "quantity": 1})
    assert (answer.status, answer.body) == (401, {"detail": "Authentication credentials were not provided."})


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/cart/")
@pytest.mark.covers("marketplace", "POST", "/api/marketplace/cart/add_item/")
def test_adding_answers_the_line_and_whether_it_is_new() -> None:
    product = a_product()
    with time_machine.travel(NOW, tick=False):
        buyer, other = a_person(), a_person()
        first, again = add(buyer, product, 2), add(buyer, product)
        shown = shop.get(CART, token=buyer.access)
        empty = shop.get(CART, token=other.access)
    assert (first.status, first.body) == (201, {"item": line(product, 2, "1999.98"), "was_created": True})
    assert (again.status, again.body) == (200, {"item": line(product, 3, "2999.97"), "was_created": False})
    assert shown.body == {
        "id": buyer.id,
        "items": [line(product, 3, "2999.97")],
        "total_items": 3,
        "total_amount": "2999.97",
        "created_at": AT,
        "updated_at": AT,
    }
    nothing = {"id": other.id, "items": [], "total_items": 0, "total_amount": "0.00"}
    assert empty.body == {**nothing, "created_at": None, "updated_at": None}
    assert available(product) == 50


def test_a_closed_account_changes_nothing_with_the_token_that_it_still_has() -> None:
    buyer, product = a_person(), a_product()
    add(buyer, product)
    accounts().manage(a_person(is_staff=True).principal, buyer.id, is_active=False)
    said: dict[str, Any] = {"item_id": product.id, "quantity": 2}
    for method, name in (("PATCH", "update_item/"), ("DELETE", "remove_item/"), ("DELETE", "clear/")):
        answer = shop.send(method, CART + name, json=said, token=buyer.access)
        assert (answer.status, answer.code) == (401, "token_not_valid"), name
    assert shop.get(CART, token=buyer.access).body["total_items"] == 1


def test_a_keyed_addition_that_comes_again_answers_as_before() -> None:
    buyer, product = a_person(), a_product()
    first, again = (add(buyer, product, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_stock_is_checked() -> None:
    buyer, product = a_person(), a_product(stock=2)
    refused = add(buyer, product, 3)
    detail = {"detail": "Smartphone Pro Max: only 2 left in stock."}
    assert (refused.status, refused.code, refused.body) == (400, "out_of_stock", detail)


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/cart/update_item/")
def test_a_quantity_is_set_and_zero_takes_the_line_out() -> None:
    product = a_product()
    with time_machine.travel(NOW, tick=False):
        buyer = a_person()
        add(buyer, product)
        path, token = f"{CART}update_item/", buyer.access
        updated = shop.patch(path, json={"item_id": product.id, "quantity": 4}, token=token)
        removed = shop.patch(path, json={"item_id": product.id, "quantity": 0}, token=token)
        gone = shop.patch(path, json={"item_id": product.id, "quantity": -1}, token=token)
    assert (updated.status, updated.body) == (200, {"item": line(product, 4, "3999.96")})
    assert (removed.status, removed.body) == (200, {"message": "Item removed from cart."})
    assert (gone.status, gone.body) == (404, {"detail": "Cart item not found."})


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/cart/remove_item/")
@pytest.mark.parametrize("is_in_query", [False, True])
def test_a_line_is_removed_by_body_or_query(is_in_query: bool) -> None:
    buyer, product = a_person(), a_product()
    add(buyer, product)
    said: dict[str, Any] = {"query": {"item_id": product.id}} if is_in_query else {"json": {"item_id": product.id}}
    answer = shop.delete(f"{CART}remove_item/", token=buyer.access, **said)
    assert (answer.status, answer.body) == (200, {"message": "Item removed from cart."})
    assert shop.get(CART, token=buyer.access).body["items"] == []
    assert shop.delete(f"{CART}remove_item/", token=buyer.access, **said).status == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [("", "This field is required."), ("item_id=x", "A valid integer is required."), ("item_id=0", None)],
)
def test_a_query_in_place_of_a_body_is_read_as_strictly(query: str, message: str | None) -> None:
    answer = shop.delete(f"{CART}remove_item/", token=a_person().access, query=query)
    expected = message or "Ensure this value is greater than or equal to 1."
    assert (answer.status, answer.body) == (400, {"item_id": [expected]})


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/cart/clear/")
def test_a_cart_is_cleared() -> None:
    buyer = a_person()
    add(buyer, a_product())
    answer = shop.delete(f"{CART}clear/", token=buyer.access)
    assert (answer.status, answer.body) == (200, {"message": "Cart cleared."})
    assert shop.get(CART, token=buyer.access).body["total_items"] == 0


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/cart/update_item_status/")
def test_a_mark_on_a_line_is_echoed_and_not_stored() -> None:
    buyer, product = a_person(), a_product()
    add(buyer, product)
    before = shop.get(CART, token=buyer.access).body
    body = {"item_id": product.id, "status": "saved_for_later"}
    answer = shop.patch(f"{CART}update_item_status/", json=body, token=buyer.access)
    assert (answer.status, answer.body) == (200, body)
    assert shop.get(CART, token=buyer.access).body == before
    assert shop.patch(f"{CART}update_item_status/", json=body, token=a_person().access).status == 404


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/cart/validate_stock/")
def test_stock_of_all_lines_is_checked_and_nothing_is_reserved() -> None:
    buyer, plenty, few, sold_out = (
        a_person(),
        a_product(),
        a_product(name="Lamp", stock=3),
        a_product(name="Bulb", stock=1),
    )
    for product, quantity in ((plenty, 1), (few, 2), (sold_out, 1)):
        add(buyer, product, quantity)
    token = buyer.access
    assert shop.post(f"{CART}validate_stock/", token=token).body["is_valid"] is True
    an_order(a_person(), (few, 2), (sold_out, 1))
    answer = shop.post(f"{CART}validate_stock/", token=token)

    def checked(product: Any, requested: int, left: int, message: str) -> dict[str, Any]:
        return {
            "item_id": product.id,
            "product_id": product.id,
            "product_name": product.name,
            "requested_quantity": requested,
            "available_quantity": left,
            "is_available": not message,
            "message": message,
        }

    assert (answer.status, answer.body) == (
        200,
        {
            "is_valid": False,
            "items": [
                checked(plenty, 1, 50, ""),
                checked(few, 2, 1, "Lamp: only 1 left in stock."),
                checked(sold_out, 1, 0, "Bulb is out of stock."),
            ],
        },
    )
    assert available(plenty) == 50
    nothing = shop.post(f"{CART}validate_stock/", token=a_person().access)
    assert nothing.body == {"is_valid": True, "items": []}
