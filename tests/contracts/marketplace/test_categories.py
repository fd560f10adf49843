"""Categories in one another, with the products that they hold."""

import pytest

from commerce.catalog.categories import category_editor
from commerce.catalog.service import catalog
from support.builders import a_person, a_product, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
CATEGORIES = "/api/marketplace/categories/"


def body(category, count: int, *subcategories: dict) -> dict:
    return {
        "id": category.id,
        "name": category.name,
        "slug": category.slug,
        "description": category.description,
        "parent": category.path[-1] if category.path else None,
        "is_active": True,
        "product_count": count,
        "subcategories": list(subcategories),
    }


def a_tree() -> list:
    add = catalog().add_category
    home = add(None, "Home", "What a house needs")
    kitchen = add(None, "Kitchen", parent="home")
    knives = add(None, "Knives", "Sharp", parent="kitchen")
    return [home, kitchen, knives, add(None, "Books")]


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/categories/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/categories/{slug}/")
def test_categories_with_what_stands_in_them() -> None:
    home, kitchen, knives, books = a_tree()
    products = [a_product(name="Knife", category="Knives"), a_product(name="Pan", category="Kitchen")]
    listed(*products, a_product(name="Hidden", category="Books", is_active=False))
    whole = body(home, 2, body(kitchen, 2, body(knives, 1)))
    answer = shop.get(CATEGORIES)
    assert (answer.status, answer.body) == (200, [body(books, 0), whole])
    assert answer.headers["X-Total-Count"] == "2"
    assert shop.get(f"{CATEGORIES}kitchen/").body == body(kitchen, 2, body(knives, 1))
    assert shop.get(CATEGORIES, query="search=SHARP").body == [body(knives, 1)]
    assert [one["slug"] for one in shop.get(CATEGORIES, query="search=house").body] == ["home"]
    assert shop.get(CATEGORIES, query="page=2&page_size=1").body == [whole]
    assert shop.get(f"{CATEGORIES}nothing/").status == 404


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/categories/{slug}/products/")
def test_products_of_a_category_and_what_stands_in_it() -> None:
    a_tree()
    knife, pan = a_product(name="Knife", category="Knives"), a_product(name="Pan", category="Kitchen", stock=0)
    listed(knife, pan, a_product(name="Atlas", category="Books"))

    def names(slug: str, query: str = "") -> list[str]:
        answer = shop.get(f"{CATEGORIES}{slug}/products/", query=query)
        assert answer.status == 200
        return [one["name"] for one in answer.body]

    assert (names("home"), names("kitchen"), names("knives")) == (["Pan", "Knife"], ["Pan", "Knife"], ["Knife"])
    assert names("home", "in_stock=true&category=books") == ["Knife"]
    # Whichever client asks for the category.
    assert len(Client("storefront").get("/api/products/", query="category=home").body["results"]) == 2
    assert shop.get(f"{CATEGORIES}nothing/products/").status == 404


def test_what_is_not_active_is_shown_nowhere_nor_what_stands_in_it() -> None:
    staff = a_person(is_staff=True).principal
    *_, books = a_tree()
    category_editor().change(staff, "home", is_active=False)
    for client, path in ((shop, CATEGORIES), (Client("parts"), "/api/categories/")):
        assert [one["slug"] for one in client.get(path).body] == [books.slug]
    for slug in ("home", "kitchen", "knives"):
        assert shop.get(f"{CATEGORIES}{slug}/").status == 404
        assert shop.get(f"{CATEGORIES}{slug}/products/").status == 404
        assert Client("parts").get(f"/api/categories/{slug}/products/").status == 404
    category_editor().change(staff, "home", is_active=True)
    assert shop.get(f"{CATEGORIES}knives/").status == 200


def test_staff_makes_and_hides_categories() -> None:
    staff, api = a_person(is_staff=True).access, Client("admin")
    path = "/admin/api/categories/"
    home = api.post(path, json={"name": "Home"}, token=staff).body
    assert (home["parent"], home["is_active"]) == (None, True)
    assert api.post(path, json={"name": "Kitchen", "parent": "home"}, token=staff).body["parent"] == "home"
    for number, parent in enumerate(["kitchen", "shelf-0", "shelf-1"]):
        answer = api.post(path, json={"name": f"Shelf {number}", "parent": parent}, token=staff)
    assert (answer.status, answer.body["details"] if "details" in answer.body else list(answer.body)) != (201, [])
    assert answer.status == 400
    assert api.post(path, json={"name": "Lost", "parent": "nothing"}, token=staff).status == 400
    assert api.patch(f"{path}home/", json={"is_active": False}, token=staff).body["is_active"] is False
    refused = api.post(
        "/admin/api/products/", json={"name": "X", "price": "1", "stock": 1, "category": "home"}, token=staff
    )
    assert refused.status == 400
