"""The staff's own routes: users, categories, lists, payments, reports."""

from datetime import timedelta
from unittest.mock import patch

import time_machine

from benchmarks.cases.case import Request, as_staff, case, paid_order, refused_refund, shop_product
from commerce.books.service import books
from commerce.indexing.service import indexing
from commerce.kit import clock
from commerce.kit.days import date_of
from commerce.metrics.recount import recount
from commerce.search.service import search
from commerce.sessions.tokens import verify
from support.builders import a_category, a_person, a_product, an_order
from support.client import Client


@case("admin", "GET /admin/api/me/", most=1)
def _() -> Request:
    return as_staff()


@case("admin", "GET /admin/api/users/", "a page of 20 of 25")
def _() -> Request:
    for _ in range(25):
        a_person()
    return as_staff()


@case("admin", "GET /admin/api/users/", "one by email")
def _() -> Request:
    return as_staff(query={"email": a_person().user.email})


@case("admin", "GET /admin/api/users/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/admin/api/users/{a_person().id}/", as_staff()


@case("admin", "GET /admin/api/users/{id}/sessions/")
def _() -> tuple[str, Request]:
    return f"/admin/api/users/{a_person().id}/sessions/", as_staff()


@case("admin", "DELETE /admin/api/users/{id}/sessions/{session_id}/")
def _() -> tuple[str, Request]:
    person = a_person()
    return f"/admin/api/users/{person.id}/sessions/{verify(person.access).session_id}/", as_staff()


@case("admin", "PATCH /admin/api/users/{id}/")
def _() -> tuple[str, Request]:
    return f"/admin/api/users/{a_person().id}/", as_staff(json={"is_active": False})


@case("admin", "GET /admin/api/categories/", most=1)
def _() -> Request:
    for name in ("Brakes", "Engine", "Lights"):
        a_category(name)
    return as_staff()


@case("admin", "POST /admin/api/categories/")
def _() -> Request:
    return as_staff(json={"name": "Brakes"})


def _category_of(products: int) -> None:
    seller = a_person(is_seller=True)
    for number in range(products):
        a_product(seller, name=f"Thing {number}", description="It works. " * 120)
    indexing().rebuild()
    search()._index._checked_at = 0
    Client("storefront").get("/api/products/")


@case("admin", "PATCH /admin/api/categories/{slug}/", "description")
def _() -> tuple[str, Request]:
    _category_of(3)
    return "/admin/api/categories/electronics/", as_staff(json={"description": "Things with a plug"})


@case("admin", "PATCH /admin/api/categories/{slug}/", "name, 3 products")
def _() -> tuple[str, Request]:
    _category_of(3)
    return "/admin/api/categories/electronics/", as_staff(json={"name": "Gadgets"})


@case("admin", "GET /admin/api/search/explain/")
def _() -> Request:
    _category_of(3)
    return as_staff(query="search=thing")


@case("admin", "GET /admin/api/products/", "a page of 20")
def _() -> Request:
    _category_of(25)
    return as_staff()


@case("admin", "GET /admin/api/products/hidden/", "a page of 3")
def _() -> Request:
    for number in range(3):
        a_product(name=f"Thing {number}", description="It works. " * 120, is_active=False)
    return as_staff()


@case("admin", "GET /admin/api/orders/", "3 of today")
def _() -> Request:
    for _ in range(3):
        an_order(a_person(), (shop_product(), 1))
    return as_staff()


@case("admin", "GET /admin/api/orders/", "3 of one buyer")
def _() -> Request:
    buyer = a_person()
    for _ in range(3):
        an_order(buyer, (shop_product(), 1))
    return as_staff(query={"buyer_id": str(buyer.id)})


@case("admin", "GET /admin/api/orders/{id}/payments/", "paid, three sellers")
def _() -> tuple[str, Request]:
    _, order, _ = paid_order(is_settled=True)
    return f"/admin/api/orders/{order.id}/payments/", as_staff()


@case("admin", "POST /admin/api/orders/{id}/refunds/", "all, three sellers")
def _() -> tuple[str, Request]:
    _, order, _ = paid_order(is_settled=True)
    return f"/admin/api/orders/{order.id}/refunds/", as_staff(json={"reason": "scratched"})


@case("admin", "POST /admin/api/orders/{id}/confirm/", "offline payment, one seller")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (shop_product(), 1))
    return f"/admin/api/orders/{order.id}/confirm/", as_staff()


@case("admin", "POST /admin/api/orders/{id}/payments/{reference}/check/", "paid, three sellers")
def _() -> tuple[str, Request]:
    _, order, reference = paid_order(is_settled=False)
    return f"/admin/api/orders/{order.id}/payments/{reference}/check/", as_staff()


def _checked_sales() -> None:
    """Three paid orders of three sellers that are counted, and checked an hour ago."""
    now = clock.now()
    with time_machine.travel(now - 5 * 3_600, tick=False):
        for _ in range(3):
            paid_order(is_settled=True)
    with time_machine.travel(now - 3_600, tick=False):
        books().check_news()
        _count()


def _count() -> None:
    """Count all orders, in one shard, so that chance has no part in how many rows are read."""
    today = date_of(clock.now_ms())
    with patch("commerce.metrics.counting.SHARDS", 1):
        recount().count_days(today - timedelta(days=1), today)


@case("admin", "GET /admin/api/books/", "7 days, 3 paid orders of three sellers, checked an hour ago")
def _() -> Request:
    _checked_sales()
    return as_staff()


@case("admin", "GET /admin/api/books/", "as before, and 3 paid orders since")
def _() -> Request:
    _checked_sales()
    for _ in range(3):
        paid_order(is_settled=True)
    return as_staff()


@case("admin", "GET /admin/api/sales/", "30 days, 3 orders")
def _() -> Request:
    _checked_sales()
    return as_staff()


@case("admin", "GET /admin/api/sales/", "30 days, 6 orders")
def _() -> Request:
    _checked_sales()
    for _ in range(3):
        paid_order(is_settled=True)
    _count()
    return as_staff()


@case("admin", "GET /admin/api/audit/", "a page of 3")
def _() -> Request:
    staff = a_person(is_staff=True)
    for _ in range(3):
        Client("admin").post("/admin/api/categories/", json={"name": "Brakes"}, token=staff.access)
    return {"token": staff.access}


@case("admin", "POST /admin/api/orders/{id}/refunds/{refund_id}/retry/")
def _() -> tuple[str, Request]:
    order, refund_id = refused_refund()
    return f"/admin/api/orders/{order.id}/refunds/{refund_id}/retry/", as_staff(json={})


@case("admin", "GET /admin/api/attention/", most=2)
def _() -> Request:
    refused_refund()
    return as_staff()
