"""Products of the marketplace: lists from the index, details from the table; sellers make and change their own."""

from typing import Any

import pytest

from commerce.catalog.service import catalog
from commerce.kit import clock
from support.builders import Person, a_category, a_person, a_product, an_order, available, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
PRODUCTS = "/api/marketplace/products/"
# What is said of a product in each test of the whole form.
SAID: dict[str, Any] = {
    "name": "Field Radio",
    "price": "80.00",
    "original_price": "100.00",
    "category": "electronics",
    "stock_quantity": 3,
    "description": "It works.",
    "condition": "good",
    "brand": "Acme",
    "model": "R2",
    "weight": "0.4 kg",
    "dimensions": "10 x 5 x 2 cm",
    "colors": ["red", "blue"],
    "materials": "steel",
    "tags": ["outdoor", "fm"],
    "is_digital": False,
}


def by(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "username": person.user.username,
        "first_name": person.user.first_name,
        "last_name": person.user.last_name,
        "avatar": None,
    }


def row(product: Any, seller: Person, **change: Any) -> dict[str, Any]:
    """A product without extras as lists show it."""
    return {
        "id": product.id,
        "name": product.name,
        "slug": product.slug,
        "short_description": product.description,
        "seller": by(seller),
        "category": {"id": product.category_id, "name": product.category_name, "slug": product.category_slug},
        "price": "999.99",
        "original_price": None,
        "condition": "new",
        "brand": "",
        "primary_image": None,
        "is_featured": False,
        "is_digital": False,
        "average_rating": 0.0,
        "review_count": 0,
        "is_in_stock": True,
        "is_on_sale": False,
        "discount_percentage": 0,
        "is_favorited": False,
        "created_at": clock.iso(product.created_at),
        "view_count": 0,
        "favorite_count": 0,
    } | change


def names(query: object, path: str = PRODUCTS) -> list[str]:
    answer = shop.get(path, query=query)
    assert answer.status == 200, answer.body
    assert answer.headers["X-Total-Count"] == str(len(answer.body))
    return [product["name"] for product in answer.body]


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/")
def test_the_list_is_an_array_of_rows() -> None:
    seller, reader = a_person(is_seller=True, first_name="Ada", last_name="Byron"), a_person()
    phone = a_product(seller, description="It works.")
    shop.post(f"{PRODUCTS}{phone.slug}/favorite/", token=reader.access)
    listed(phone)
    answer = shop.get(PRODUCTS)
    assert (answer.status, answer.body) == (200, [row(phone, seller, favorite_count=1)])
    mine = shop.get(PRODUCTS, token=reader.access)
    assert mine.body == [row(phone, seller, favorite_count=1, is_favorited=True)]


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/")
def test_a_seller_makes_a_product() -> None:
    seller = a_person(is_seller=True)
    category = a_category()
    answer = shop.post(PRODUCTS, json=SAID, token=seller.access)
    [made], _ = catalog().of_seller(seller.principal, _first())
    expected = row(
        made,
        seller,
        price="80.00",
        original_price="100.00",
        condition="good",
        brand="Acme",
        is_on_sale=True,
        discount_percentage=20,
        category={"id": category.id, "name": "Electronics", "slug": "electronics"},
    ) | {
        "description": "It works.",
        "stock_quantity": 3,
        "model": "R2",
        "weight": "0.4 kg",
        "dimensions": "10 x 5 x 2 cm",
        "colors": ["red", "blue"],
        "materials": "steel",
        "tags": ["outdoor", "fm"],
        "is_active": True,
        "images": [],
        "reviews": [],
        "updated_at": clock.iso(made.updated_at),
        "click_count": 0,
    }
    assert (answer.status, answer.body) == (201, expected)
    assert shop.get(f"{PRODUCTS}{made.slug}/").body == expected


def _first() -> Any:
    from commerce.kit.pages import PageRequest

    return PageRequest()


def test_a_category_may_be_named_by_id() -> None:
    seller, category = a_person(is_seller=True), a_category()
    answer = shop.post(PRODUCTS, json={**SAID, "category": category.id}, token=seller.access)
    assert answer.body["category"]["slug"] == "electronics"
    refused = shop.post(PRODUCTS, json={**SAID, "category": 12}, token=seller.access)
    assert (refused.status, refused.body) == (400, {"category": ["There is no such category."]})


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "  "}, "name"),
        ({"price": "-1"}, "price"),
        ({"price": "0"}, "price"),
        ({"price": "1.999"}, "price"),
        ({"original_price": "free"}, "original_price"),
        ({"stock_quantity": -1}, "stock_quantity"),
        ({"stock_quantity": "many"}, "stock_quantity"),
        ({"condition": "broken"}, "condition"),
        ({"colors": [""]}, "colors"),
        ({"tags": '["open'}, "tags"),
        ({"tags": ["x"] * 31}, "tags"),
        ({"brand": "x" * 101}, "brand"),
        ({"is_digital": "perhaps"}, "is_digital"),
        ({"category": "nothing-here"}, "category"),
    ],
)
def test_values_that_break_a_rule(said: dict[str, Any], field: str) -> None:
    seller = a_person(is_seller=True)
    product = a_product(seller)
    for answer in (
        shop.post(PRODUCTS, json={**SAID, **said}, token=seller.access),
        shop.patch(f"{PRODUCTS}{product.slug}/", json=said, token=seller.access),
    ):
        assert (answer.status, list(answer.body)) == (400, [field])


def test_what_clients_may_never_set_has_no_effect() -> None:
    seller, other = a_person(is_seller=True), a_person(is_seller=True)
    a_category()
    never = {"seller": other.id, "seller_id": other.id, "is_featured": True, "view_count": 9, "average_rating": 5}
    made = shop.post(PRODUCTS, json={**SAID, **never}, token=seller.access).body
    assert (made["seller"]["id"], made["is_featured"], made["view_count"], made["average_rating"]) == (
        seller.id,
        False,
        0,
        0.0,
    )


def test_a_repeated_request_makes_one_product() -> None:
    seller = a_person(is_seller=True)
    a_category()
    sent = {"json": SAID, "token": seller.access, "headers": {"Idempotency-Key": "k"}}
    first, again = shop.post(PRODUCTS, **sent), shop.post(PRODUCTS, **sent)
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(shop.get(f"{PRODUCTS}my_products/", token=seller.access).body) == 1


@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/products/{slug}/")
def test_a_seller_changes_what_is_theirs() -> None:
    seller = a_person(is_seller=True)
    a_category(), a_category("Kitchen")
    slug = shop.post(PRODUCTS, json=SAID, token=seller.access).body["slug"]
    change = {"price": "90", "original_price": None, "category": "kitchen", "tags": "new, shiny", "is_digital": "true"}
    answer = shop.patch(f"{PRODUCTS}{slug}/", json=change, token=seller.access)
    assert answer.status == 200, answer.body
    shown = shop.get(f"{PRODUCTS}{slug}/").body
    assert shown == answer.body
    assert {name: shown[name] for name in ("price", "original_price", "tags", "is_digital", "is_on_sale")} == {
        "price": "90.00",
        "original_price": None,
        "tags": ["new", "shiny"],
        "is_digital": True,
        "is_on_sale": False,
    }
    assert shown["category"]["slug"] == "kitchen"
    assert (shown["brand"], shown["colors"]) == ("Acme", ["red", "blue"])


def test_nobody_changes_what_is_not_theirs() -> None:
    rival, product = a_person(is_seller=True), a_product()
    hidden = a_product(name="Hidden", is_active=False)
    for call in (shop.patch, shop.delete):
        assert call(f"{PRODUCTS}{product.slug}/", token=rival.access).status == 403
        assert call(f"{PRODUCTS}{hidden.slug}/", token=rival.access).status == 404
        assert call(f"{PRODUCTS}nothing/", token=rival.access).status == 404
        assert call(f"{PRODUCTS}{product.slug}/").status == 401
        assert call(f"{PRODUCTS}{product.slug}/", token=a_person().access).status == 403


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/products/{slug}/")
def test_a_removed_product_is_hidden_and_its_orders_still_end() -> None:
    from commerce.orders.status import Status
    from commerce.payments.service import payments

    seller, buyer = a_person(is_seller=True), a_person()
    product = a_product(seller)
    order = an_order(buyer, (product, 2))
    gone = shop.delete(f"{PRODUCTS}{product.slug}/", token=seller.access)
    assert (gone.status, gone.body) == (204, "")
    assert shop.delete(f"{PRODUCTS}{product.slug}/", token=seller.access).status == 204
    listed(product)
    assert (names(""), shop.get(f"{PRODUCTS}{product.slug}/", token=buyer.access).status) == ([], 404)
    assert shop.get(f"{PRODUCTS}{product.slug}/", token=seller.access).body["is_active"] is False
    payments().move(a_person(is_staff=True).principal, order.id, Status.CANCELLED, None)
    assert available(product) == 50


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/my_products/")
def test_a_seller_s_own_products() -> None:
    seller = a_person(is_seller=True)
    a_product()
    made = [a_product(seller, name=f"Thing {number}", is_active=number != 1) for number in range(3)]
    page = shop.get(f"{PRODUCTS}my_products/", query="page_size=2", token=seller.access)
    assert [one["id"] for one in page.body] == [made[2].id, made[1].id]
    assert (page.body[0], page.headers["X-Total-Count"]) == (row(made[2], seller), "3")
    rest = shop.get(f"{PRODUCTS}my_products/", query="page_size=2&page=2", token=seller.access)
    assert [one["id"] for one in rest.body] == [made[0].id]
    assert shop.get(f"{PRODUCTS}my_products/", token=a_person().access).status == 403


def test_a_seller_s_own_products_have_their_figures_listed_or_not() -> None:
    seller, buyer = a_person(is_seller=True), a_person()
    shown, hidden = a_product(seller, name="Shown"), a_product(seller, name="Hidden")
    for product in (shown, hidden):
        assert shop.post(f"{PRODUCTS}{product.slug}/add_review/", json={"rating": 4}, token=buyer.access).status == 201
        assert shop.post(f"{PRODUCTS}{product.slug}/favorite/", token=buyer.access).body == {"favorited": True}
    shop.delete(f"{PRODUCTS}{hidden.slug}/", token=seller.access)
    listed(shown)
    rows = shop.get(f"{PRODUCTS}my_products/", token=seller.access).body
    assert [(one["id"], one["review_count"], one["average_rating"], one["favorite_count"]) for one in rows] == [
        (hidden.id, 1, 4.0, 1),
        (shown.id, 1, 4.0, 1),
    ]
