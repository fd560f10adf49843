"""Categories as staff makes, renames and describes them."""

import pytest

from commerce.catalog import categories as category_editor
from commerce.catalog.service import catalog
from support.builders import a_category, a_person, a_product, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")
PATH = "/admin/api/categories/"


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", PATH), ("PATCH", f"{PATH}electronics/")])
def test_only_staff(method: str, path: str) -> None:
    a_category()
    said = {"name": "Mine"}
    assert staff_api.send(method, path, json=said).status == 401
    for person in (a_person(), a_person(is_seller=True)):
        assert staff_api.send(method, path, json=said, token=person.access).status == 403
    assert [category.name for category in catalog().categories()] == ["Electronics"]


def test_make_and_list() -> None:
    staff = a_person(is_staff=True)
    made = staff_api.post(PATH, json={"name": " Engine Parts ", "description": "Under the hood"}, token=staff.access)
    expected = {
        "id": made.body["id"],
        "name": "Engine Parts",
        "slug": "engine-parts",
        "description": "Under the hood",
        "parent": None,
        "is_active": True,
    }
    assert (made.status, made.body) == (201, expected)
    again = staff_api.post(PATH, json={"name": "Engine parts"}, token=staff.access)
    assert (again.status, again.body) == (201, expected)
    seen = staff_api.get(PATH, token=staff.access)
    assert (seen.status, seen.body) == (200, [expected])


def test_a_new_name_reaches_every_product_of_the_category() -> None:
    staff, category = a_person(is_staff=True), a_category()
    shown, hidden = a_product(), a_product(is_active=False)
    other = a_product(category="Books")
    listed(shown, other)
    said = {"name": "Gadgets", "description": "All of them"}
    changed = staff_api.patch(f"{PATH}electronics/", json=said, token=staff.access)
    named = {"id": category.id, "name": "Gadgets", "slug": "electronics"}
    expected = {**named, "description": "All of them", "parent": None, "is_active": True}
    assert (changed.status, changed.body) == (200, expected)
    names = {product.id: product.category_name for product in catalog().products([shown.id, hidden.id, other.id])}
    assert names == {shown.id: "Gadgets", hidden.id: "Gadgets", other.id: "Books"}


def test_a_product_that_left_the_category_keeps_its_new_one() -> None:
    staff = a_person(is_staff=True)
    left, stayed = a_product(), a_product()
    listed(left, stayed)
    a_category("Books")
    staff_api.patch(f"/admin/api/products/{left.id}/", json={"category": "books"}, token=staff.access)
    staff_api.patch(f"{PATH}electronics/", json={"name": "Gadgets"}, token=staff.access)
    assert [product.category_name for product in catalog().products([left.id, stayed.id])] == ["Books", "Gadgets"]


def test_a_category_with_too_many_products_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(category_editor, "MAX_PRODUCTS", 1)
    staff = a_person(is_staff=True)
    listed(a_product(), a_product())
    monkeypatch.setattr(category_editor, "MAX_SIZE", 1)
    refused = staff_api.patch(f"{PATH}electronics/", json={"name": "Gadgets"}, token=staff.access)
    assert (refused.status, refused.code) == (400, "category_too_large")
    described = staff_api.patch(f"{PATH}electronics/", json={"description": "Many"}, token=staff.access)
    assert (described.status, described.body["name"], described.body["description"]) == (200, "Electronics", "Many")


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"name": 5}, "name"), ({}, "name")],
)
def test_impossible_values(said: dict, field: str) -> None:
    answer = staff_api.post(PATH, json=said, token=a_person(is_staff=True).access)
    assert (answer.status, list(answer.body)) == (400, [field])


@pytest.mark.parametrize("slug", ["nothing-here", "x" * 2000])
def test_unknown_categories(slug: str) -> None:
    answer = staff_api.patch(f"{PATH}{slug}/", json={"name": "New"}, token=a_person(is_staff=True).access)
    assert (answer.status, answer.body) == (404, {"detail": "Category not found.", "code": "not_found"})
