"""The wishlist: the same favourites as every client's, and nobody else's."""

import pytest

from support.builders import a_person, a_product
from support.client import Client

from .test_products import shown

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")


def at(owner: object, *more: str) -> str:
    return f"/api/wishlist/{owner}/" + "".join(f"{one}/" for one in more)


@pytest.mark.covers("campus", "GET", "/api/wishlist/")
@pytest.mark.covers("campus", "POST", "/api/wishlist/")
@pytest.mark.covers("campus", "GET", "/api/wishlist/{id}/")
@pytest.mark.covers("campus", "POST", "/api/wishlist/{id}/add/")
@pytest.mark.covers("campus", "POST", "/api/wishlist/{id}/remove/")
def test_a_wishlist() -> None:
    student, first, second = a_person(), a_product(), a_product(name="Lamp")
    empty = shop.post("/api/wishlist/", token=student.access)
    assert (empty.status, empty.body) == (201, {"id": student.id, "items": []})
    assert shop.get("/api/wishlist/", token=student.access).body == empty.body
    for product in (first, second, first):
        answer = shop.post(at(student.id, "add"), json={"product_id": product.id}, token=student.access)
        assert answer.status == 200
    times = [item["added_at"] for item in answer.body["items"]]
    items = [
        {"id": product.id, "product": shown(product), "added_at": time}
        for product, time in zip((second, first), times, strict=True)
    ]
    assert answer.body == {"id": student.id, "items": items}
    for path in ("/api/wishlist/", at(student.id)):
        assert shop.get(path, token=student.access).body == answer.body
    assert shop.get("/api/wishlist/", query="page=2&page_size=1", token=student.access).body["items"] == items[1:]
    assert shop.post("/api/wishlist/", token=student.access).status == 200
    removed = shop.post(at(student.id, "remove"), json={"product_id": second.id}, token=student.access)
    assert (removed.status, removed.body["items"]) == (200, items[1:])
    # One heart, whichever app shows it, counted once.
    hearts = Client("marketplace").get("/api/marketplace/products/favorites/", token=student.access)
    assert hearts.status in (200, 503)
    detail = Client("marketplace").get(f"/api/marketplace/products/{first.slug}/", token=student.access).body
    assert (detail["is_favorited"], detail["favorite_count"]) == (True, 1)
    gone = shop.post(at(student.id, "remove"), json={"item_id": first.id}, token=student.access)
    assert gone.body == {"id": student.id, "items": []}
    again = shop.post(at(student.id, "remove"), json={"item_id": first.id}, token=student.access)
    assert (again.status, again.body["code"]) == (404, "not_found")


def test_what_wishlists_refuse() -> None:
    student, other, product = a_person(), a_person(), a_product()
    hidden = a_product(name="Hidden", is_active=False)
    for said, field in (
        ({}, "product_id"),
        ({"product_id": "1"}, "product_id"),
        ({"product_id": None}, "product_id"),
        ({"product_id": 1.5}, "product_id"),
        ({"product_id": [1]}, "product_id"),
    ):
        answer = shop.post(at(student.id, "add"), json=said, token=student.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    for said, field in (({}, "product_id"), ({"product_id": 1, "item_id": 2}, "item_id"), ({"item_id": {}}, "item_id")):
        answer = shop.post(at(student.id, "remove"), json=said, token=student.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    for owner, one in ((student.id, 1), (student.id, hidden.id), (other.id, product.id), ("x", product.id)):
        assert shop.post(at(owner, "add"), json={"product_id": one}, token=student.access).status == 404
    assert shop.get(at(other.id), token=student.access).body == {"error": "Wishlist not found.", "code": "not_found"}
    assert shop.get("/api/wishlist/", token=other.access).body["items"] == []


def test_what_is_hidden_meanwhile_is_not_shown_and_can_be_taken_away() -> None:
    student, seller = a_person(), a_person(is_seller=True)
    product = a_product(seller)
    shop.post(at(student.id, "add"), json={"product_id": product.id}, token=student.access)
    shop.delete(f"/products/api/products/{product.id}/", token=seller.access)
    assert shop.get("/api/wishlist/", token=student.access).body["items"] == []
    assert shop.post(at(student.id, "remove"), json={"product_id": product.id}, token=student.access).status == 200
