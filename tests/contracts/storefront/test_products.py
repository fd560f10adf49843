"""Products of the storefront: the list from the catalogue index, the detail from the table."""

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from commerce.kit import clock
from support.builders import a_category, a_person, a_product, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("storefront")


def row(product, **change) -> dict:
    return {
        "id": product.id,
        "name": product.name,
        "price": f"{product.price_minor // 100}.{product.price_minor % 100:02}",
        "stock": product.available,
        "category_name": product.category_name,
        "image": None,
        "is_in_stock": product.available > 0,
        "featured": product.is_featured,
    } | change


def names(query: object) -> list[str]:
    answer = shop.get("/api/products/", query=query)
    assert answer.status == 200, answer.body
    return [product["name"] for product in answer.body["results"]]


def a_shelf() -> list:
    seller = a_person(is_seller=True)
    shelf = [
        a_product(seller, price_minor=99_999, is_featured=True, images=("products/1.webp",)),
        a_product(seller, name="Phone Case", price_minor=1_999),
        a_product(seller, name="Budget Phone", price_minor=14_900, stock=0),
        a_product(seller, name="Calculus Textbook", price_minor=5_000, category="Textbooks"),
    ]
    listed(*shelf)
    return shelf


@pytest.mark.covers("storefront", "GET", "/api/products/")
def test_the_list_is_a_page_of_rows() -> None:
    phone, case, budget, book = a_shelf()
    answer = shop.get("/api/products/", query={"ordering": "-price"})
    assert answer.status == 200
    assert answer.body == {
        "count": 4,
        "next": None,
        "previous": None,
        "results": [
            row(phone, image="https://shop.test/media/products/1.webp"),
            row(budget),
            row(book),
            row(case),
        ],
    }
    assert shop.get("/api/products", query={"ordering": "-price"}, token=a_person().access).body == answer.body


def test_nothing_is_listed_before_anything_is_published() -> None:
    answer = shop.get("/api/products/")
    assert (answer.status, answer.body) == (200, {"count": 0, "next": None, "previous": None, "results": []})


def test_filters_hold_together() -> None:
    a_shelf()
    electronics = a_category("Electronics")
    wanted = f"category={electronics.id}&price_min=50&price_max=1500&in_stock=true&search=phone"
    assert names(wanted) == ["Smartphone Pro Max"]
    assert names(wanted.replace(str(electronics.id), "electronics")) == ["Smartphone Pro Max"]
    assert names("category=textbooks") == ["Calculus Textbook"]
    assert names("category=unknown") == []
    assert names("in_stock=false") == ["Budget Phone"]
    assert names("featured=true") == ["Smartphone Pro Max"]
    assert names("min_price=149&max_price=149.00") == ["Budget Phone"]
    for synonym in ("search", "q", "query"):
        assert names({synonym: "TEXTBOOK"}) == ["Calculus Textbook"]


def test_ordering() -> None:
    a_shelf()
    by_price = ["Phone Case", "Calculus Textbook", "Budget Phone", "Smartphone Pro Max"]
    assert names("ordering=price") == by_price
    assert names("ordering=-price") == by_price[::-1]
    assert names("") == ["Calculus Textbook", "Budget Phone", "Phone Case", "Smartphone Pro Max"]


def test_pages_are_linked_and_keep_their_filters() -> None:
    a_shelf()
    base = "https://shop.test/storefront/api/products/"
    first = shop.get("/api/products/", query={"ordering": "price", "page_size": 2}).body
    assert (first["count"], first["previous"]) == (4, None)
    assert first["next"] == f"{base}?ordering=price&page_size=2&page=2"
    second = shop.get("/api/products/", query={"ordering": "price", "page_size": 2, "page": 2}).body
    assert (second["next"], second["previous"]) == (None, f"{base}?ordering=price&page_size=2")
    assert [row["name"] for row in second["results"]] == ["Budget Phone", "Smartphone Pro Max"]


@pytest.mark.parametrize("number", [3, 10_001, 10**9, 10**30])
def test_a_page_beyond_the_end_does_not_exist(number: int) -> None:
    a_shelf()
    answer = shop.get("/api/products/", query={"page": number, "page_size": 2})
    assert (answer.status, answer.body, answer.code) == (404, {"error": "Page not found."}, "not_found")


def test_the_first_page_exists_though_nothing_is_found() -> None:
    a_shelf()
    answer = shop.get("/api/products/", query={"search": "nothing of the kind"})
    assert (answer.status, answer.body["results"]) == (200, [])


def test_prices_are_filtered_and_sorted_as_they_are_written() -> None:
    """Each in its product's own currency, and not as if all were the shop's."""
    listed(
        a_product(name="Yen", currency="JPY", price_minor=1_000),
        a_product(name="Dinar", currency="KWD", price_minor=1_250),
        a_product(name="Dollar", price_minor=99_900),
    )
    assert names("min_price=1000&max_price=1000") == ["Yen"]
    assert names("price_min=1.25&price_max=1.25") == ["Dinar"]
    assert names("max_price=999") == ["Dollar", "Dinar"]
    assert names("ordering=price") == ["Dinar", "Dollar", "Yen"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ordering=stock", "ordering"),
        ("ordering=-", "ordering"),
        ("price_min=cheap", "price_min"),
        ("max_price=-1", "max_price"),
        ("price_min=1e3", "price_min"),
        ("in_stock=maybe", "in_stock"),
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("page=", "page"),
        ("page_size=%20", "page_size"),
        ("ordering=", "ordering"),
        ("category=", "category"),
        ("price_min=", "price_min"),
        ("min_price=&price_min=1", "min_price"),
        ("in_stock=", "in_stock"),
        ("featured=", "featured"),
        ("search=", "search"),
        ("q=", "q"),
        ("search=" + "x" * 1001, "search"),
    ],
)
def test_bad_values_are_refused_not_ignored(query: str, field: str) -> None:
    answer = shop.get("/api/products/", query=query)
    assert (answer.status, list(answer.body)) == (400, [field])


@pytest.mark.parametrize("text", ['"', "name:phone", "(", "*", "\\", "a AND (b", "🙂", "' OR 1=1 --", "${jndi:x}"])
def test_search_is_text_and_no_language(text: str) -> None:
    a_shelf()
    assert set(names({"search": text})) <= {"Smartphone Pro Max", "Phone Case", "Budget Phone", "Calculus Textbook"}


def test_what_staff_changes_is_listed_changed_and_what_it_hides_is_gone() -> None:
    phone, *_ = a_shelf()
    staff = a_person(is_staff=True)
    catalog().change(staff.principal, phone.id, ProductChange(price_minor=50_000, stock=7))
    listed(phone)
    assert shop.get("/api/products/", query="search=smartphone+pro+max").body["results"] == [
        row(phone, price="500.00", stock=7, image="https://shop.test/media/products/1.webp")
    ]
    catalog().change(staff.principal, phone.id, ProductChange(is_active=False))
    listed(phone)
    assert phone.name not in names("search=smartphone+pro+max")


def test_what_was_hidden_a_moment_ago_is_not_found_by_its_words() -> None:
    """The index does not know yet; a list without words, which costs no call, shows it until it does."""
    phone, *_ = a_shelf()
    catalog().change(a_person(is_staff=True).principal, phone.id, ProductChange(is_active=False))
    answer = shop.get("/api/products/", query="search=smartphone+pro+max")
    assert (answer.body["count"], answer.body["results"]) == (0, [])
    assert phone.name in names("")


@pytest.mark.covers("storefront", "GET", "/api/products/{id}/")
def test_detail() -> None:
    product = a_product(description="A phone.", images=("products/1.webp", "products/2.webp"))
    answer = shop.get(f"/api/products/{product.id}/", token=a_person().access)
    first = "https://shop.test/media/products/1.webp"
    assert answer.status == 200
    assert answer.body == row(product, image=first) | {
        "description": "A phone.",
        "images": [first, "https://shop.test/media/products/2.webp"],
        "category": product.category_id,
        "created_at": clock.iso(product.created_at),
    }
    assert shop.get(f"/api/products/{product.id}/").body == answer.body


def test_a_hidden_product_is_seen_by_its_seller_and_staff_only() -> None:
    seller = a_person(is_seller=True)
    product = a_product(seller, is_active=False)
    path = f"/api/products/{product.id}/"
    assert [shop.get(path, token=token).status for token in (None, a_person(is_seller=True).access)] == [404, 404]
    assert [shop.get(path, token=token).status for token in (seller.access, a_person(is_staff=True).access)] == [
        200,
        200,
    ]
    missing = shop.get("/api/products/1/")
    assert (missing.status, missing.body) == (404, {"error": "Product not found."})


def test_a_bad_token_is_refused_even_where_none_is_needed() -> None:
    assert shop.get("/api/products/", token="x").status == 401
