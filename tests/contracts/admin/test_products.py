"""Products as staff makes and changes them."""

import pytest
import time_machine

from commerce.catalog.service import catalog
from commerce.kit import clock
from commerce.kit.tables import Table
from support.builders import a_category, a_person, a_product, an_order, available, listed
from support.client import Client
from support.realtime import once_before

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


def change(product, staff, headers=None, **said):
    return staff_api.patch(f"/admin/api/products/{product.id}/", json=said, token=staff.access, headers=headers)


def test_a_delta_loses_no_sale_of_the_meantime() -> None:
    staff, product = a_person(is_staff=True), a_product()
    an_order(a_person(), (product, 3))

    assert change(product, staff, stock_change=10).body["stock"] == 57
    answer = change(product, staff, stock_change=-57)
    assert (answer.status, answer.body["stock"]) == (200, 0)
    assert change(product, staff, stock_change=0).status == 200
    item = Table("Catalog").get(f"PRODUCT#{product.id}", "STOCK")
    assert (item["available"], item["sold"]) == (0, 3)


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ({"stock_change": -51}, {"stock_change": ["There are only 50 pieces."]}),
        ({"stock_change": 9_999_951}, {"stock_change": ["There are 50 pieces, and at most 10000000 may be."]}),
        (
            {"stock_change": 1, "stock": 5},
            {"stock_change": ["Say either what the stock is, or by how much it changes."]},
        ),
        ({"stock_seen": 50}, {"stock_seen": ["It belongs to `stock`, which is missing."]}),
        ({"stock_change": 1.5}, {"stock_change": ["A valid integer is required."]}),
        ({"stock_change": "1"}, {"stock_change": ["A valid integer is required."]}),
        (
            {"stock_change": -10_000_001},
            {"stock_change": ["Ensure this value is greater than or equal to -10000000."]},
        ),
    ],
)
def test_impossible_changes_of_the_stock(said: dict, body: dict) -> None:
    staff, product = a_person(is_staff=True), a_product()
    answer = change(product, staff, name="Not written either", **said)
    assert (answer.status, answer.body) == (400, body)
    assert available(product) == 50
    assert staff_api.get(f"/admin/api/products/{product.id}/", token=staff.access).body["name"] == product.name


def test_a_stock_that_was_seen_is_set_and_a_stale_one_is_not() -> None:
    staff, product = a_person(is_staff=True), a_product()
    assert change(product, staff, stock=40, stock_seen=50).body["stock"] == 40
    answer = change(product, staff, stock=60, stock_seen=50)
    said = {"detail": "There are 40 pieces by now. Look again before you set them.", "code": "stock_moved"}
    assert (answer.status, answer.body) == (409, said)
    assert available(product) == 40


def test_a_keyed_delta_is_made_once() -> None:
    staff, product, keyed = a_person(is_staff=True), a_product(), {"Idempotency-Key": "delivery 7"}
    first = change(product, staff, keyed, stock_change=5)
    again = change(product, staff, keyed, stock_change=5)
    assert (first.body["stock"], again.body["stock"], available(product)) == (55, 55, 55)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert change(product, staff, keyed, stock_change=6).status == 422
    assert available(product) == 55


def test_of_two_sendings_at_once_of_a_keyed_delta_one_is_made() -> None:
    """The second looks for the receipt before the first has written it; and the pieces suffice for one of them only."""
    staff, product, keyed = a_person(is_staff=True), a_product(), {"Idempotency-Key": "breakage"}
    once_before("TransactWriteItems", lambda: change(product, staff, keyed, stock_change=-30))
    answer = change(product, staff, keyed, stock_change=-30)
    assert (answer.status, answer.body["stock"], available(product)) == (200, 20, 20)
    assert answer.headers["Idempotent-Replayed"] == "true"


def test_nobody_sets_the_stock_of_a_product_that_is_not_there() -> None:
    staff = a_person(is_staff=True)
    for said in ({"stock_change": 1}, {"stock": 1, "stock_seen": 0}):
        answer = staff_api.patch("/admin/api/products/1/", json=said, token=staff.access)
        assert (answer.status, answer.body["code"]) == (404, "not_found")


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


@pytest.mark.parametrize(
    ("currency", "minor", "written"), [("JPY", 1_000, "1000"), ("KWD", 1_250, "1.250"), ("USD", 8_999, "89.99")]
)
def test_what_is_shown_of_a_product_can_be_saved_again(currency: str, minor: int, written: str) -> None:
    """A price is one in the currency of its product, and not in the shop's."""
    staff, product = a_person(is_staff=True), a_product(currency=currency, price_minor=minor)
    shown = staff_api.get(f"/admin/api/products/{product.id}/", token=staff.access).body
    assert (shown["price"], shown["currency"]) == (written, currency)
    saved = change(product, staff, price=shown["price"], description="Saved again")
    assert (saved.status, saved.body["price"]) == (200, written)
    assert catalog().products([product.id])[0].price_minor == minor


def test_a_price_has_no_more_decimals_than_its_product_s_currency() -> None:
    staff, product = a_person(is_staff=True), a_product(currency="JPY", price_minor=1_000)
    answer = change(product, staff, price="1000.00", name="Not written either")
    assert answer.status == 200  # Zeros say nothing.
    answer = change(product, staff, price="1000.5", name="Not written either")
    said = {"price": ["Ensure that there are no more than 0 decimal places."]}
    assert (answer.status, answer.body) == (400, said)


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
