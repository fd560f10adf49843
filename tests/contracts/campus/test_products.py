"""What students offer: a first product makes its maker a seller."""

from typing import Any

import pytest

from commerce.accounts.service import accounts
from commerce.catalog.model import Product
from commerce.kit import clock
from support.builders import a_category, a_person, a_product, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")
ALL = "/products/api/products/"


def at(product_id: object) -> str:
    return f"{ALL}{product_id}/"


def shown(product: Product, **said: Any) -> dict[str, Any]:
    """The product as this client sees it."""
    minor = product.price_minor
    return {
        "id": product.id,
        "title": product.name,
        "description": product.description,
        "price": minor / 100,
        "category": product.category_slug,
        "student": product.seller_id,
        "created_at": clock.iso(product.created_at),
        "updated_at": clock.iso(product.updated_at),
        "slug": product.slug,
    } | said


def is_seller(person) -> bool:
    return accounts().user(person.id).is_seller


def test_a_first_product_makes_its_maker_a_seller() -> None:
    student = a_person()
    category = a_category("Textbooks")
    form = {"title": " Calculus ", "description": "Third edition.", "price": 12.5, "category": "textbooks"}
    made = shop.post(ALL, json=form, token=student.access)
    body = made.body
    assert made.status == 201
    assert body == {
        "id": body["id"],
        "title": "Calculus",
        "description": "Third edition.",
        "price": 12.5,
        "category": "textbooks",
        "student": student.id,
        "created_at": body["created_at"],
        "updated_at": body["created_at"],
        "slug": "calculus",
    }
    assert is_seller(student)
    assert shop.get(at(body["id"])).body == body
    # Their token does not say so yet, and nobody asks it.
    second = shop.post(ALL, json=form | {"category": category.id, "price": "3", "stock": 4}, token=student.access)
    assert (second.status, second.body["price"], second.body["category"]) == (201, 3.0, "textbooks")
    changed = shop.put(at(body["id"]), json={"price": 9.99}, token=student.access)
    assert (changed.status, changed.body) == (200, body | {"price": 9.99, "updated_at": changed.body["updated_at"]})
    assert shop.patch(at(body["id"]), json={"title": "Algebra"}, token=student.access).body["title"] == "Algebra"
    gone = shop.delete(at(body["id"]), token=student.access)
    assert (gone.status, gone.body) == (204, "")
    assert (shop.get(at(body["id"])).status, shop.get(at(body["id"]), token=student.access).status) == (404, 200)


def test_prices_are_numbers_of_their_currency() -> None:
    for minor, currency, number in ((8_999, "USD", 89.99), (500, "JPY", 500), (1_250, "KWD", 1.25)):
        product = a_product(name=f"In {currency}", price_minor=minor, currency=currency)
        answer = shop.get(at(product.id))
        assert answer.body["price"] == number
        assert f'"price":{number},' in answer.raw


def test_a_repeated_first_product_is_one() -> None:
    a_category()
    student = a_person()
    sent = {"json": {"title": "Lamp", "price": 5, "category": "electronics"}, "token": student.access}
    first, again = (shop.post(ALL, **sent, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")


def test_a_refused_product_makes_nobody_a_seller() -> None:
    student, closed = a_person(), a_person()
    a_category()
    good = {"title": "Lamp", "price": "5.00", "category": "electronics"}
    for change, field in (
        ({"title": None}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": 5}, "title"),
        ({"price": None}, "price"),
        ({"price": 0}, "price"),
        ({"price": -1}, "price"),
        ({"price": 1.999}, "price"),
        ({"price": "1e3"}, "price"),
        ({"price": True}, "price"),
        ({"category": "nothing"}, "category"),
        ({"category": 7}, "category"),
        ({"category": []}, "category"),
        ({"description": 1}, "description"),
        ({"stock": "3"}, "stock"),
        ({"stock": -1}, "stock"),
        ({"condition": "broken"}, "condition"),
    ):
        answer = shop.post(ALL, json=good | change, token=student.access)
        body = answer.body
        assert (answer.status, body["code"], list(body["details"])) == (422, "invalid", [field]), change
        assert (sorted(body), body["error"]) == (["code", "details", "error"], "Some of the values are not valid.")
    assert shop.post(ALL, json={}, token=student.access).status == 422
    assert not is_seller(student)
    assert shop.post(ALL, json=good).status == 401
    # Whose role staff took away does not get it back by offering something.
    staff = a_person(is_staff=True)
    accounts().manage(staff.principal, closed.id, is_seller=False)
    closed_token = accounts().refresh(closed.refresh, clock.now_ms()).access
    refused = shop.post(ALL, json=good, token=closed_token)
    message = "This account may not sell."
    assert (refused.status, refused.body) == (403, {"error": message, "code": "may_not_sell"})
    assert not is_seller(closed)


def test_only_who_sells_a_product_changes_it() -> None:
    seller, rival, stranger = a_person(is_seller=True), a_person(is_seller=True), a_person()
    product = a_product(seller)
    for person in (rival, stranger):
        for method, body in (("PUT", {"price": 1}), ("PATCH", {"price": 1}), ("DELETE", ...)):
            answer = shop.send(method, at(product.id), json=body, token=person.access)
            assert (answer.status, answer.body["code"]) == (403, "permission_denied"), method
    for said, fields in (
        ({"price": "x"}, ["price"]),
        ({"stock": 1.5}, ["stock"]),
        ({"is_active": "no"}, ["is_active"]),
    ):
        answer = shop.patch(at(product.id), json=said, token=seller.access)
        assert (answer.status, list(answer.body["details"])) == (422, fields)
    for name in (1, "x", "0"):
        assert shop.patch(at(name), json={"price": 1}, token=seller.access).status == 404
    ignored = shop.patch(at(product.id), json={"student": rival.id, "slug": "mine", "id": 1}, token=seller.access)
    assert (ignored.status, ignored.body) == (200, shown(product))


@pytest.mark.covers("campus", "GET", "/api/search/")
def test_lists_and_search() -> None:
    book = a_product(name="Calculus textbook", category="Textbooks", price_minor=1_250, description="Third edition.")
    worn = a_product(name="Algebra textbook", category="Textbooks", price_minor=700, condition="fair")
    lamp = a_product(name="Lamp", images=("products/1/lamp.webp",))
    listed(book, worn, lamp)
    everything = shop.get(ALL)
    lit = shown(lamp, image="https://shop.test/media/products/1/lamp.webp")
    assert (everything.status, everything.body) == (200, [lit, shown(worn), shown(book)])
    assert everything.headers["X-Total-Count"] == "3"
    assert shop.get(ALL, query={"category": "textbooks", "ordering": "price"}).body == [shown(worn), shown(book)]
    found = shop.get("/api/search/", query={"query": "textbook", "max_price": "10"})
    assert (found.status, found.body) == (
        200,
        {
            "count": 1,
            "results": [shown(worn)],
            "facets": {
                "category": [{"value": "textbooks", "count": 1}],
                "brand": [],
                "condition": [{"value": "fair", "count": 1}],
                "price": [{"value": "0-25", "count": 2}],
                "in_stock": 1,
            },
        },
    )
    for name in ("q", "search"):
        assert shop.get("/api/search/", query={name: "textbook"}).body["count"] == 2
    narrowed = shop.get("/api/search/", query={"category": "electronics"}).body
    assert (narrowed["count"], [row["count"] for row in narrowed["facets"]["category"]]) == (1, [2, 1])
    paged = shop.get("/api/search/", query={"q": "textbook", "page": 2, "page_size": 1})
    assert (paged.body["count"], len(paged.body["results"]), paged.headers["X-Total-Count"]) == (2, 1, "2")
    for query, field in (({"ordering": "taste"}, "ordering"), ({"min_price": "x"}, "min_price"), ({"q": " "}, "q")):
        refused = shop.get("/api/search/", query=query)
        assert (refused.status, list(refused.body["details"])) == (422, [field])


def test_categories() -> None:
    second, first = a_category("Textbooks"), a_category("Bikes")
    rows = [
        {"id": one.id, "name": one.name, "slug": one.slug, "description": one.description} for one in (first, second)
    ]
    answer = shop.get("/products/api/categories/")
    assert (answer.status, answer.body, answer.headers["X-Total-Count"]) == (200, rows, "2")
    assert shop.get("/products/api/categories/", query="page=2&page_size=1").body == rows[1:]
