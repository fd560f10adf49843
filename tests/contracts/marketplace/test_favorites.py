"""Favourites: made and taken away by one route, and counted."""

import pytest

from support.builders import a_person, a_product, listed
from support.client import Client

from .test_products import PRODUCTS

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/{slug}/favorite/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/favorites/")
def test_favourites() -> None:
    seller, reader = a_person(is_seller=True), a_person()
    phone, lamp, mug = (a_product(seller, name=name) for name in ("Phone", "Lamp", "Mug"))
    listed(phone, lamp, mug)
    mine = f"{PRODUCTS}favorites/"
    for product in (phone, lamp, mug):
        answer = shop.post(f"{PRODUCTS}{product.slug}/favorite/", token=reader.access)
        assert (answer.status, answer.body) == (200, {"favorited": True})
    answer = shop.post(f"{PRODUCTS}{lamp.slug}/favorite/", token=reader.access)
    assert answer.body == {"favorited": False}
    found = shop.get(mine, token=reader.access)
    assert (found.status, found.headers["X-Total-Count"]) == (200, "2")
    assert {one["product"]["name"] for one in found.body} == {"Phone", "Mug"}
    assert found.body[0].keys() == {"product", "created_at"}
    assert found.body[0]["product"]["is_favorited"] is True
    counts = [shop.get(f"{PRODUCTS}{one.slug}/").body["favorite_count"] for one in (phone, lamp, mug)]
    assert counts == [1, 0, 1]
    assert shop.get(mine, token=a_person().access).body == []
    assert shop.get(mine).status == 401


def test_a_repeated_favourite_is_not_undone() -> None:
    reader, product = a_person(), a_product()
    sent = {"token": reader.access, "headers": {"Idempotency-Key": "k"}}
    path = f"{PRODUCTS}{product.slug}/favorite/"
    first, again = shop.post(path, **sent), shop.post(path, **sent)
    assert (first.body, again.body, again.headers["Idempotent-Replayed"]) == ({"favorited": True},) * 2 + ("true",)
    assert shop.get(f"{PRODUCTS}{product.slug}/").body["favorite_count"] == 1


def test_a_hidden_favourite_can_be_taken_away_and_not_made() -> None:
    seller, reader = a_person(is_seller=True), a_person()
    product = a_product(seller)
    path = f"{PRODUCTS}{product.slug}/favorite/"
    shop.post(path, token=reader.access)
    shop.delete(f"{PRODUCTS}{product.slug}/", token=seller.access)
    listed(product)
    assert shop.get(f"{PRODUCTS}favorites/", token=reader.access).body == []
    assert shop.post(path, token=reader.access).body == {"favorited": False}
    assert shop.post(path, token=reader.access).status == 404
