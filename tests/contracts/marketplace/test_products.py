"""Products of the marketplace: lists from the index, details from the table; sellers make and change their own."""

import json
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


def test_filters() -> None:
    seller, other = a_person(is_seller=True), a_person(is_seller=True)
    lamp = a_product(
        seller, name="Lamp", price_minor=5_000, original_price_minor=8_000, brand="Lumen", tags=("Home", "led")
    )
    mug = a_product(
        seller, name="Mug", price_minor=900, condition="fair", stock=0, category="Kitchen", is_featured=True
    )
    book = a_product(other, name="Book", price_minor=2_000, condition="like_new", tags=("reading",), brand="Élan Press")
    listed(lamp, mug, book)
    for query, expected in {
        "condition=fair": ["Mug"],
        "condition=fair,like_new": ["Book", "Mug"],
        "brand=lumen": ["Lamp"],
        "brand=elan+press,LUMEN": ["Book", "Lamp"],
        "tags=home": ["Lamp"],
        "tags=LED,reading": ["Book", "Lamp"],
        f"seller={other.id}": ["Book"],
        "on_sale=true": ["Lamp"],
        "on_sale=false": ["Book", "Mug"],
        "in_stock=false": ["Mug"],
        "featured=true": ["Mug"],
        "category=kitchen": ["Mug"],
        "min_price=10&price_max=30": ["Book"],
        "search=lumen": ["Lamp"],
        "search=reading": ["Book"],
        "min_rating=0": ["Book", "Lamp", "Mug"],
        "min_rating=0.5": [],
    }.items():
        assert sorted(names(query)) == expected, query


def test_orderings_and_ratings() -> None:
    seller, readers = a_person(is_seller=True), [a_person() for _ in range(3)]
    first, second, third = (a_product(seller, name=name) for name in ("First", "Second", "Third"))
    for product, ratings in ((first, [4, 5]), (second, [4, 4, 4]), (third, [5])):
        for reader, rating in zip(readers, ratings, strict=False):
            shop.post(f"{PRODUCTS}{product.slug}/add_review/", json={"rating": rating}, token=reader.access)
    for reader, liked in zip(readers, [(first, second), (second,), (second,)], strict=True):
        for product in liked:
            shop.post(f"{PRODUCTS}{product.slug}/favorite/", token=reader.access)
    listed(first, second, third)
    assert names("ordering=-average_rating") == ["Third", "First", "Second"]
    assert names("ordering=average_rating") == ["Second", "First", "Third"]
    assert names("ordering=-favorite_count") == ["Second", "First", "Third"]
    assert names("ordering=-view_count") == ["Third", "Second", "First"]
    assert names("ordering=created_at") == ["First", "Second", "Third"]
    assert names("") == ["Third", "Second", "First"]
    assert names("min_rating=4.5&ordering=created_at") == ["First", "Third"]
    assert names("min_rating=4.51") == ["Third"]
    [shown] = [one for one in shop.get(PRODUCTS).body if one["name"] == "First"]
    assert (shown["average_rating"], shown["review_count"], shown["favorite_count"]) == (4.5, 2, 1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ordering=rating", "ordering"),
        ("condition=broken", "condition"),
        ("min_rating=6", "min_rating"),
        ("min_rating=x", "min_rating"),
        ("seller=ada", "seller"),
        ("tags=,", "tags"),
        ("on_sale=perhaps", "on_sale"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(query: str, field: str) -> None:
    answer = shop.get(PRODUCTS, query=query)
    assert (answer.status, list(answer.body)) == (400, [field])


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


def _multipart(fields: list[tuple[str, str]]) -> tuple[str, str]:
    boundary = "----edge"
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    ]
    picture = (
        'Content-Disposition: form-data; name="main_image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n'
    )
    body = "".join(lines) + f"--{boundary}\r\n{picture}--{boundary}--\r\n"
    return f"multipart/form-data; boundary={boundary}", body


@pytest.mark.parametrize("kind", ["multipart", "urlencoded"])
def test_a_form_says_the_same_as_json(kind: str) -> None:
    from urllib.parse import urlencode

    seller = a_person(is_seller=True)
    a_category()
    fields = [
        *((name, str(value)) for name, value in SAID.items() if not isinstance(value, list | bool)),
        ("colors", "red, blue"),
        ("tags", json.dumps(["outdoor", "fm"])),
        ("is_digital", "False"),
        ("is_active", "on"),
    ]
    content_type, body = (
        _multipart(fields) if kind == "multipart" else ("application/x-www-form-urlencoded", urlencode(fields))
    )
    sent = {"body": body, "headers": {"Content-Type": content_type}, "token": seller.access}
    made = shop.post(PRODUCTS, **sent)
    assert made.status == 201, made.body
    plain = shop.post(PRODUCTS, json=SAID, token=seller.access)
    own = {"id", "slug", "created_at", "updated_at"}
    assert {name: value for name, value in made.body.items() if name not in own} == {
        name: value for name, value in plain.body.items() if name not in own
    }


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=b", "nothing of it"),
        ("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"),
        ("application/x-www-form-urlencoded", b"name=\xff"),
        ("application/x-www-form-urlencoded", "&".join(f"f{number}=1" for number in range(101))),
        ("application/x-www-form-urlencoded", "name=a%00b"),
    ],
)
def test_a_form_that_is_none_is_refused(content_type: str, body: str | bytes) -> None:
    seller = a_person(is_seller=True)
    sent = {"body": body, "headers": {"Content-Type": content_type}, "token": seller.access}
    assert shop.post(PRODUCTS, **sent).status == 400


def test_a_form_is_read_only_where_one_is_expected() -> None:
    sent = {"body": "email=a", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    assert shop.post("/api/auth/login/", **sent).status == 415


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
