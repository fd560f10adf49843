"""Products: lists from the index, details from the table, and staff's changes of them."""

from benchmarks.cases.case import Request, case, shop_product
from commerce.indexing.service import indexing
from commerce.search.replicas import IndexReader
from commerce.search.service import search
from commerce.search.store import IndexBucket
from support.account import empty_bucket
from support.builders import a_category, a_person, a_product
from support.client import Client


def _listed(contract: str, path: str, count: int = 25) -> None:
    """Many products in the index, and a reader that holds it."""
    seller = a_person(is_seller=True)
    for number in range(count):
        a_product(seller, name=f"Thing {number}", description="It works. " * 120)
    indexing().rebuild()
    search()._index._checked_at = 0
    Client(contract).get(path)


def _unpublished() -> None:
    """A shop without an index, and a reader that has not looked for one."""
    empty_bucket()
    search()._index = IndexReader(IndexBucket("bazaar-index"))


@case("storefront", "GET /api/products/", "a page of 20", most=1)
def _() -> Request:
    _listed("storefront", "/api/products/")
    return {}


@case("storefront", "GET /api/products/", "text, category, price, stock", most=2)
def _() -> Request:
    _listed("storefront", "/api/products/")
    return {"query": "search=thing&category=electronics&price_min=50&price_max=5000&in_stock=true&ordering=-price"}


@case("storefront", "GET /api/products/", "before the first publication", most=1)
@case("parts", "GET /api/products/", "before the first publication", most=1)
def _() -> Request:
    _unpublished()
    return {}


@case("admin", "GET /admin/api/products/", "before the first publication")
def _() -> Request:
    _unpublished()
    return {"token": a_person(is_staff=True).access}


@case("storefront", "GET /api/products/{id}/", "hidden, to its seller", most=2)
def _() -> tuple[str, Request]:
    seller = a_person(is_seller=True)
    return f"/api/products/{a_product(seller, is_active=False).id}/", {"token": seller.access}


@case("storefront", "GET /api/products/{id}/", most=2)
def _() -> tuple[str, Request]:
    return f"/api/products/{shop_product().id}/", {}


@case("parts", "GET /api/categories/", most=1)
def _() -> Request:
    for name in ("Brakes", "Engine", "Lights"):
        a_category(name)
    return {}


@case("parts", "GET /api/products/", "a page of 20", most=1)
def _() -> Request:
    _listed("parts", "/api/products/")
    return {}


@case("parts", "GET /api/categories/{cat_slug}/products/", "a page of 20", most=2)
def _() -> tuple[str, Request]:
    _listed("parts", "/api/products/")
    return "/api/categories/electronics/products/", {}


@case("parts", "GET /api/categories/{cat_slug}/products/{product_slug}/", most=3)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/categories/{product.category_slug}/products/{product.slug}/", {}


# Staff


@case("admin", "POST /admin/api/products/")
def _() -> Request:
    a_category()
    form = {"name": "Radio", "price": "5.00", "stock": 3, "category": "electronics", "description": "It works. " * 120}
    return {"token": a_person(is_staff=True).access, "json": form}


@case("admin", "GET /admin/api/products/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/admin/api/products/{shop_product().id}/", {"token": a_person(is_staff=True).access}


@case("admin", "PATCH /admin/api/products/{id}/", "stock")
def _() -> tuple[str, Request]:
    token = a_person(is_staff=True).access
    return f"/admin/api/products/{shop_product().id}/", {"token": token, "json": {"stock": 7}}


@case("admin", "PATCH /admin/api/products/{id}/", "price")
def _() -> tuple[str, Request]:
    token = a_person(is_staff=True).access
    return f"/admin/api/products/{shop_product().id}/", {"token": token, "json": {"price": "7.00"}}


@case("admin", "PATCH /admin/api/products/{id}/", "shown again")
def _() -> tuple[str, Request]:
    token = a_person(is_staff=True).access
    return f"/admin/api/products/{a_product(is_active=False).id}/", {"token": token, "json": {"is_active": True}}
