"""Products as staff makes and changes them."""

import pytest
import time_machine

from commerce.kit import clock
from support.builders import a_category, a_person, a_product, available, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")
NOW = 1_736_330_400  # 2025-01-08T10:00:00Z


def form(**change) -> dict:
    a_category("Engine Parts")
    said = {"name": "Piston", "description": "High quality piston", "price": "2500.00", "stock": 50}
    return said | {"category": "engine-parts"} | change


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("GET", "/1/"), ("PATCH", "/1/")])
def test_only_staff(method: str, path: str) -> None:
    product = a_product()
    path = "/admin/api/products" + path.replace("1", str(product.id))
    assert staff_api.send(method, path, json=form()).status == 401
    for person in (a_person(), a_person(is_seller=True)):
        assert staff_api.send(method, path, json=form(), token=person.access).status == 403
    assert available(product) == 50


def test_create_change_and_see() -> None:
    staff, seller = a_person(is_staff=True), a_person(is_seller=True)
    category = a_category("Engine Parts")
    with time_machine.travel(clock.now(), tick=False):
        now = clock.iso(clock.now_ms())
        made = staff_api.post("/admin/api/products/", json=form(seller_id=seller.id), token=staff.access)
    expected = {
        "id": made.body["id"],
        "slug": "piston",
        "name": "Piston",
        "description": "High quality piston",
        "price": "2500.00",
        "currency": "USD",
        "stock": 50,
        "category": {"id": category.id, "name": "Engine Parts", "slug": "engine-parts"},
        "seller_id": seller.id,
        "is_active": True,
        "is_featured": False,
        "created_at": now,
        "updated_at": now,
    }
    assert (made.status, made.body) == (201, expected)
    path = f"/admin/api/products/{made.body['id']}/"
    seen = staff_api.get(path, token=staff.access)
    assert (seen.status, seen.body) == (200, expected)
    with time_machine.travel(clock.now() + 60, tick=False):
        changed = staff_api.patch(path, json={"price": 2600, "stock": 7, "is_active": False}, token=staff.access)
        later = clock.iso(clock.now_ms())
    change = {"price": "2600.00", "stock": 7, "is_active": False, "updated_at": later}
    assert (changed.status, changed.body) == (200, expected | change)


def test_stock_alone_is_one_small_write() -> None:
    staff, product = a_person(is_staff=True), a_product()
    answer = staff_api.patch(f"/admin/api/products/{product.id}/", json={"stock": 0}, token=staff.access)
    assert (answer.status, answer.body["stock"]) == (200, 0)
    assert answer.body["updated_at"] == clock.iso(product.updated_at)


def test_a_second_product_of_the_name_gets_its_own_slug() -> None:
    staff = a_person(is_staff=True)
    first, second = (
        staff_api.post("/admin/api/products/", json=form(), token=staff.access).body["slug"] for _ in range(2)
    )
    assert first == "piston"
    assert second.startswith("piston-") and second != first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"price": "-1"}, "price"),
        ({"price": "0"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "1e3"}, "price"),
        ({"price": "1.999"}, "price"),
        ({"price": "1,00"}, "price"),
        ({"price": True}, "price"),
        ({"price": None}, "price"),
        ({"stock": -1}, "stock"),
        ({"stock": 1.5}, "stock"),
        ({"stock": "5"}, "stock"),
        ({"category": "nothing-here"}, "category"),
        ({"description": "x" * 10_001}, "description"),
    ],
)
def test_impossible_values(change: dict, field: str) -> None:
    staff = a_person(is_staff=True)
    answer = staff_api.post("/admin/api/products/", json=form(**change), token=staff.access)
    assert (answer.status, list(answer.body)) == (400, [field])


@pytest.mark.parametrize("price", ["89.99", 89.99, "2500"])
def test_prices_come_as_text_or_number(price: object) -> None:
    staff = a_person(is_staff=True)
    made = staff_api.post("/admin/api/products/", json=form(price=price), token=staff.access)
    assert made.body["price"] == ("2500.00" if price == "2500" else "89.99")


def test_unknown_products() -> None:
    staff = a_person(is_staff=True)
    for written in ("1", "x", "0", "99999999999999999"):
        answer = staff_api.patch(f"/admin/api/products/{written}/", json={"stock": 1}, token=staff.access)
        assert (answer.status, answer.body) == (404, {"detail": "Product not found.", "code": "not_found"})


def test_keyed_creation_happens_once() -> None:
    staff, keyed = a_person(is_staff=True), {"Idempotency-Key": "p1"}
    first = staff_api.post("/admin/api/products/", json=form(), token=staff.access, headers=keyed)
    again = staff_api.post("/admin/api/products/", json=form(), token=staff.access, headers=keyed)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"


def shown(product, **change) -> dict:
    said = {
        "id": product.id,
        "slug": product.slug,
        "name": product.name,
        "description": "",
        "price": "999.99",
        "currency": "USD",
        "stock": 50,
        "category": {"id": product.category_id, "name": product.category_name, "slug": product.category_slug},
        "seller_id": product.seller_id,
        "is_active": True,
        "is_featured": False,
        "created_at": clock.iso(product.created_at),
        "updated_at": clock.iso(product.updated_at),
    }
    return said | change


def test_active_products_are_found_in_the_index_and_shown_as_the_table_has_them() -> None:
    staff, phone, book = a_person(is_staff=True), a_product(), a_product(name="Atlas", category="Books")
    listed(phone, book)
    staff_api.patch(f"/admin/api/products/{book.id}/", json={"stock": 3}, token=staff.access)
    found = staff_api.get("/admin/api/products/", query={"search": "atlas", "category": "books"}, token=staff.access)
    page = {"count": 1, "page": 1, "page_size": 20, "products": [shown(book, stock=3)]}
    assert (found.status, found.body) == (200, page)
    assert staff_api.get("/admin/api/products/", token=staff.access).body["count"] == 2


def test_hidden_products_are_listed_from_the_moment_they_are_hidden() -> None:
    staff, one, two = a_person(is_staff=True), a_product(name="One"), a_product(name="Two", is_active=False)
    hidden = "/admin/api/products/hidden/"
    assert staff_api.get(hidden, token=staff.access).body == {"products": [shown(two, is_active=False)], "next": None}
    path = f"/admin/api/products/{one.id}/"
    one_hidden = staff_api.patch(path, json={"is_active": False}, token=staff.access).body
    assert one_hidden["is_active"] is False
    first = staff_api.get(hidden, query={"page_size": 1}, token=staff.access)
    assert (first.status, first.body) == (200, {"products": [shown(two, is_active=False)], "next": two.id})
    second = staff_api.get(hidden, query={"page_size": 1, "before": two.id}, token=staff.access)
    assert second.body == {"products": [one_hidden], "next": one.id}
    staff_api.patch(path, json={"is_active": True}, token=staff.access)
    assert [p["id"] for p in staff_api.get(hidden, token=staff.access).body["products"]] == [two.id]


@pytest.mark.parametrize("before", ["x", "-1", "0"])
def test_a_list_goes_on_after_an_id(before: str) -> None:
    answer = staff_api.get(
        "/admin/api/products/hidden/", query={"before": before}, token=a_person(is_staff=True).access
    )
    assert (answer.status, answer.body) == (400, {"before": ["An id is required."]})
