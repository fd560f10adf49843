"""Categories and products of the parts client."""

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from commerce.kit import clock
from support.builders import a_category, a_person, a_product, listed
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("parts")


def a_piston(**said):
    return a_product(
        name="Piston",
        price_minor=250_000,
        category="Engine Parts",
        description="High quality piston",
        images=("products/1.webp",),
        **said,
    )


def shown(product) -> dict:
    return {
        "id": product.id,
        "name": "Piston",
        "slug": product.slug,
        "category": {"id": product.category_id, "name": "Engine Parts", "slug": "engine-parts"},
        "price": "2500.00",
        "stock": 50,
        "description": "High quality piston",
        "images": [{"id": 1, "image": "https://shop.test/media/products/1.webp"}],
        "is_active": True,
        "created_at": clock.iso(product.created_at),
    }


@pytest.mark.covers("parts", "GET", "/api/categories/")
def test_categories() -> None:
    category = a_category("Engine Parts")
    answer = shop.get("/api/categories/")
    assert (answer.status, answer.body) == (
        200,
        [{"id": category.id, "name": "Engine Parts", "slug": "engine-parts", "description": ""}],
    )


@pytest.mark.covers("parts", "GET", "/api/products/")
@pytest.mark.covers("parts", "GET", "/api/categories/{cat_slug}/products/")
@pytest.mark.covers("parts", "GET", "/api/categories/{cat_slug}/products/{product_slug}/")
def test_products() -> None:
    piston, phone = a_piston(), a_product()
    listed(piston, phone)
    everything = shop.get("/api/products/")
    assert (everything.status, [product["id"] for product in everything.body]) == (200, [phone.id, piston.id])
    assert everything.headers["X-Total-Count"] == "2"
    ours = shop.get("/api/categories/engine-parts/products/")
    assert (ours.status, ours.body) == (200, [shown(piston)])
    one = shop.get("/api/categories/engine-parts/products/piston/")
    assert (one.status, one.body) == (200, shown(piston))


def test_what_does_not_exist() -> None:
    hidden, _ = a_piston(is_active=False), a_category("Brakes")
    listed(hidden)
    for path, what in (
        ("/api/categories/nothing/products/", "Category"),
        ("/api/categories/engine-parts/products/nothing/", "Product"),
        ("/api/categories/engine-parts/products/piston/", "Product"),
        ("/api/categories/brakes/products/piston/", "Product"),
    ):
        answer = shop.get(path)
        assert (answer.status, answer.body) == (404, {"detail": f"{what} not found."})
    assert shop.get("/api/categories/engine-parts/products/").body == []


def test_stock_and_visibility_are_the_tables_and_not_the_indexs() -> None:
    piston, staff = a_piston(), a_person(is_staff=True)
    listed(piston)
    catalog().change(staff.principal, piston.id, ProductChange(stock=7))
    assert shop.get("/api/products/").body[0]["stock"] == 7
    catalog().change(staff.principal, piston.id, ProductChange(is_active=False))
    assert shop.get("/api/products/").body == []


def test_answers_are_cached_and_asked_for_again_by_etag() -> None:
    piston, staff = a_piston(), a_person(is_staff=True)
    listed(piston)
    first = shop.get("/api/products/")
    assert first.headers["Cache-Control"] == "public, max-age=60, s-maxage=3600"
    tag = first.headers["ETag"]
    again = shop.get("/api/products/", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, "", tag)
    catalog().change(staff.principal, piston.id, ProductChange(stock=7))
    changed = shop.get("/api/products/", headers={"If-None-Match": tag})
    assert (changed.status, changed.body[0]["stock"]) == (200, 7)
    assert "ETag" not in shop.get("/api/categories/nothing/products/").headers
