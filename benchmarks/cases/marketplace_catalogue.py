"""The marketplace: lists and counts from the index, details, reviews and favourites from the table."""

from typing import Any

from benchmarks.cases.case import Request, case, shop_product
from commerce.catalog.service import catalog
from commerce.indexing.service import indexing
from commerce.orders.status import Status
from commerce.payments.service import payments
from commerce.search.service import search
from commerce.sessions.tokens import verify
from support.builders import PASSWORD, Person, a_category, a_person, a_product, an_order
from support.client import Client

SHOP = Client("marketplace")
PRODUCTS = "/api/marketplace/products/"
CATEGORIES = "/api/marketplace/categories/"


def _listed(seller: Person | None = None, count: int = 25) -> None:
    """Many products in the index, and a reader that holds it."""
    seller = seller or a_person(is_seller=True)
    for number in range(count):
        a_product(seller, name=f"Thing {number}", description="It works. " * 120)
    indexing().rebuild()
    search()._index._checked_at = 0
    SHOP.get(PRODUCTS)


def _reviewed(authors: int = 3) -> tuple[Any, Person, int]:
    """A product with reviews; one of their authors, and that one's review."""
    product = shop_product()
    for _ in range(authors):
        author = a_person()
        body = {"rating": 4, "title": "Good", "comment": "It does what it says. " * 20}
        answer = SHOP.post(f"{PRODUCTS}{product.slug}/reviews/", json=body, token=author.access)
    return product, author, answer.body["id"]


@case("marketplace", "POST /api/auth/register/")
@case("campus", "POST /api/auth/register/")
def _() -> Request:
    return {"json": {"email": "new@example.com", "password": PASSWORD, "password_confirm": PASSWORD}}


@case("marketplace", "POST /api/auth/login/")
@case("campus", "POST /api/auth/login/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@case("marketplace", "POST /api/auth/token/refresh/")
@case("campus", "POST /api/auth/token/refresh/")
def _() -> Request:
    return {"json": {"refresh": a_person().refresh}}


@case("marketplace", "POST /api/auth/token/verify/", most=2)
@case("campus", "POST /api/auth/token/verify/", most=2)
def _() -> Request:
    return {"json": {"token": a_person().refresh}}


@case("marketplace", "GET /api/auth/user/me/", most=1)
@case("campus", "GET /api/auth/user/me/", most=1)
@case("marketplace", "GET /api/auth/sessions/")
@case("campus", "GET /api/auth/sessions/")
@case("marketplace", "POST /api/auth/become-seller/")
@case("campus", "POST /api/auth/become-seller/")
def _() -> Request:
    return {"token": a_person().access}


@case("marketplace", "DELETE /api/auth/sessions/{id}/")
@case("campus", "DELETE /api/auth/sessions/{id}/")
def _() -> tuple[str, Request]:
    person = a_person()
    return f"/api/auth/sessions/{verify(person.access).session_id}/", {"token": person.access}


@case("marketplace", "POST /api/auth/password/")
@case("campus", "POST /api/auth/password/")
def _() -> Request:
    body = {"old_password": PASSWORD, "new_password": "another-tall-lantern-9"}
    return {"token": a_person().access, "json": body}


@case("marketplace", "GET /api/marketplace/categories/", "and their counts", most=1)
def _() -> Request:
    for name in ("Brakes", "Engine", "Lights"):
        a_category(name)
    catalog().add_category(None, "Pistons", parent="engine")
    _listed()
    return {}


@case("marketplace", "GET /api/marketplace/categories/{slug}/", most=1)
def _() -> tuple[str, Request]:
    a_category()
    _listed()
    return f"{CATEGORIES}electronics/", {}


@case("marketplace", "GET /api/marketplace/categories/{slug}/products/", "a page of 20", most=2)
def _() -> tuple[str, Request]:
    _listed()
    return f"{CATEGORIES}electronics/products/", {}


@case("marketplace", "GET /api/marketplace/categories/{slug}/products/", "of one in another, signed in", most=4)
def _() -> tuple[str, Request]:
    a_category("Engine")
    catalog().add_category(None, "Pistons", parent="engine")
    a_product(category="Pistons")
    _listed()
    return f"{CATEGORIES}pistons/products/", {"token": a_person().access}


@case("marketplace", "GET /api/marketplace/products/", "a page of 20", most=1)
def _() -> Request:
    _listed()
    return {}


@case("marketplace", "GET /api/marketplace/products/", "a page of 20, signed in, filtered", most=3)
def _() -> Request:
    _listed()
    query = "search=thing&category=electronics&condition=new&min_rating=0&in_stock=true&ordering=-average_rating"
    return {"query": query, "token": a_person().access}


@case("marketplace", "GET /api/marketplace/products/", "before the first publication", most=1)
@case("marketplace", "GET /api/marketplace/categories/", "before the first publication")
def _() -> Request:
    return {}


@case("marketplace", "POST /api/marketplace/products/")
def _() -> Request:
    a_category()
    form = {"name": "Radio", "price": "5.00", "stock_quantity": 3, "category": "electronics"}
    return {"token": a_person(is_seller=True).access, "json": form | {"description": "It works. " * 120}}


@case("marketplace", "POST /api/marketplace/products/", "by staff, its category by id, keyed")
def _() -> Request:
    form = {"name": "Radio", "price": "5.00", "stock_quantity": 3, "category": a_category().id}
    return {"token": a_person(is_staff=True).access, "json": form, "headers": {"Idempotency-Key": "k"}}


@case("marketplace", "GET /api/marketplace/products/{slug}/", most=4)
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{shop_product().slug}/", {}


@case("marketplace", "GET /api/marketplace/products/{slug}/", "with reviews, signed in", most=6)
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{_reviewed()[0].slug}/", {"token": a_person().access}


@case("marketplace", "PATCH /api/marketplace/products/{slug}/", "price")
def _() -> tuple[str, Request]:
    seller = a_person(is_seller=True)
    return f"{PRODUCTS}{a_product(seller).slug}/", {"token": seller.access, "json": {"price": "7.00"}}


@case("marketplace", "PATCH /api/marketplace/products/{slug}/", "shown again, by staff")
def _() -> tuple[str, Request]:
    token = a_person(is_staff=True).access
    return f"{PRODUCTS}{a_product(is_active=False).slug}/", {"token": token, "json": {"is_active": True}}


@case("marketplace", "DELETE /api/marketplace/products/{slug}/")
def _() -> tuple[str, Request]:
    seller = a_person(is_seller=True)
    return f"{PRODUCTS}{a_product(seller).slug}/", {"token": seller.access}


@case("marketplace", "POST /api/marketplace/products/{slug}/favorite/")
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{shop_product().slug}/favorite/", {"token": a_person().access}


@case("marketplace", "POST /api/marketplace/products/{slug}/favorite/", "taken away, keyed")
def _() -> tuple[str, Request]:
    reader, path = a_person(), f"{PRODUCTS}{shop_product().slug}/favorite/"
    SHOP.post(path, token=reader.access)
    return path, {"token": reader.access, "headers": {"Idempotency-Key": "k"}}


@case("marketplace", "GET /api/marketplace/products/favorites/", "one of them", most=2)
def _() -> Request:
    reader, product = a_person(), shop_product()
    SHOP.post(f"{PRODUCTS}{product.slug}/favorite/", token=reader.access)
    _listed(count=1)
    return {"token": reader.access}


@case("marketplace", "GET /api/marketplace/products/my_products/", "a page of 20", most=4)
def _() -> Request:
    seller = a_person(is_seller=True)
    _listed(seller)
    return {"token": seller.access}


@case("marketplace", "GET /api/marketplace/products/{slug}/reviews/", "three of them", most=4)
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{_reviewed()[0].slug}/reviews/", {}


@case("marketplace", "POST /api/marketplace/products/{slug}/reviews/")
@case("marketplace", "POST /api/marketplace/products/{slug}/add_review/")
def _() -> tuple[str, Request]:
    return f"{PRODUCTS}{shop_product().slug}/add_review/", {"token": a_person().access, "json": {"rating": 5}}


@case("marketplace", "POST /api/marketplace/products/{slug}/add_review/", "by a buyer, keyed")
def _() -> tuple[str, Request]:
    buyer, product = a_person(), shop_product()
    order = an_order(buyer, (product, 1))
    payments().move(a_person(is_staff=True).principal, order.id, Status.DELIVERED, None)
    sent = {"token": buyer.access, "json": {"rating": 5}, "headers": {"Idempotency-Key": "k"}}
    return f"{PRODUCTS}{product.slug}/add_review/", sent


@case("marketplace", "GET /api/marketplace/products/{slug}/reviews/{id}/", most=4)
def _() -> tuple[str, Request]:
    product, _author, review_id = _reviewed()
    return f"{PRODUCTS}{product.slug}/reviews/{review_id}/", {}


@case("marketplace", "PUT /api/marketplace/products/{slug}/reviews/{id}/")
def _() -> tuple[str, Request]:
    product, author, review_id = _reviewed()
    return f"{PRODUCTS}{product.slug}/reviews/{review_id}/", {"token": author.access, "json": {"rating": 1}}


@case("marketplace", "PATCH /api/marketplace/products/{slug}/reviews/{id}/", "words only")
def _() -> tuple[str, Request]:
    product, author, review_id = _reviewed()
    return f"{PRODUCTS}{product.slug}/reviews/{review_id}/", {"token": author.access, "json": {"title": "Fine"}}


@case("marketplace", "DELETE /api/marketplace/products/{slug}/reviews/{id}/")
def _() -> tuple[str, Request]:
    product, author, review_id = _reviewed()
    return f"{PRODUCTS}{product.slug}/reviews/{review_id}/", {"token": author.access}


@case("marketplace", "GET /api/marketplace/sellers/{seller_id}/", "before the first publication")
def _() -> tuple[str, Request]:
    return f"/api/marketplace/sellers/{a_person(is_seller=True).id}/", {}


@case("marketplace", "GET /api/marketplace/sellers/{seller_id}/", "20 products, three reviews, signed in", most=5)
def _() -> tuple[str, Request]:
    product, author, _ = _reviewed()
    _listed()
    return f"/api/marketplace/sellers/{product.seller_id}/", {"token": author.access}
