"""The campus client: orders, students, and its staff's routes."""

import time_machine

from benchmarks.cases.campus import listed
from benchmarks.cases.case import (
    Request,
    as_staff,
    cart_of,
    case,
    paid_attempt,
    paid_order,
    shop_product,
    three_products,
)
from commerce.books.service import books
from commerce.catalog.service import catalog
from commerce.kit import clock
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order
from support.client import Client
from support.lists import listed_for_sellers

SHOP = Client("campus")
ORDERS = "/api/orders/"
_FORM = {"shipping_address": "Room 12, North Hall", "phone_number": "+233201234567"}
_KEYED = {"headers": {"Idempotency-Key": "k"}}


@case("campus", f"POST {ORDERS}", "three lines of three sellers", most=3)
def _() -> Request:
    return {"token": cart_of(*three_products()).access, "json": _FORM}


@case("campus", f"POST {ORDERS}", "with an Idempotency-Key", most=3)
def _() -> Request:
    return {"token": cart_of(shop_product()).access, "json": _FORM, **_KEYED}


@case("campus", f"POST {ORDERS}", "repeated under its Idempotency-Key")
def _() -> Request:
    request: Request = {"token": cart_of(shop_product()).access, "json": _FORM, **_KEYED}
    assert SHOP.post(ORDERS, **request).status == 201
    return request


@case("campus", f"GET {ORDERS}", "a page of 3", most=2)
@case("campus", f"GET {ORDERS}sales/", "a page of 3", most=2)
def _() -> Request:
    student, product = a_person(is_seller=True), shop_product()
    own = a_product(student)
    for _ in range(3):
        an_order(student, (product, 1))
        listed_for_sellers(an_order(a_person(), (own, 1)).id)
    return {"token": student.access}


@case("campus", f"GET {ORDERS}sales/", "a page of one status", most=2)
def _() -> Request:
    student = a_person(is_seller=True)
    listed_for_sellers(an_order(a_person(), (a_product(student), 1)).id)
    return {"token": student.access, "query": {"status": "pending"}}


def _sold(*, is_paid: bool = True) -> tuple[Person, Person, str]:
    """A seller, a buyer, and the path of an order of theirs between them."""
    seller, buyer = a_person(is_seller=True), a_person()
    order = an_order(buyer, (a_product(seller), 1))
    if is_paid:
        payments().settlement.verify(buyer.principal, paid_attempt(buyer, order.id, is_paid=True).reference)
    return seller, buyer, f"{ORDERS}{order.id}/"


@case("campus", f"GET {ORDERS}{{id}}/", "by a seller", most=1)
def _() -> tuple[str, Request]:
    seller, _, path = _sold()
    return path, {"token": seller.access}


@case("campus", f"PATCH {ORDERS}{{id}}/", "shipped by a seller", most=3)
def _() -> tuple[str, Request]:
    seller, _, path = _sold()
    return path, {"token": seller.access, "json": {"status": "shipped"}}


@case("campus", f"PATCH {ORDERS}{{id}}/", "confirmed by staff", most=3)
def _() -> tuple[str, Request]:
    return _sold(is_paid=False)[2], as_staff(json={"status": "confirmed"})


@case("campus", f"POST {ORDERS}{{id}}/cancel/", "paid, by its buyer", most=3)
def _() -> tuple[str, Request]:
    _, buyer, path = _sold()
    return f"{path}cancel/", {"token": buyer.access}


@case("campus", "GET /api/students/me/", most=1)
def _() -> Request:
    return {"token": a_person().access}


@case("campus", "GET /api/students/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/api/students/{a_person().id}/", {"token": a_person().access}


@case("campus", "GET /api/admin/users/", "a page of 3")
def _() -> Request:
    for _ in range(2):
        a_person()
    return as_staff()


@case("campus", "GET /api/admin/users/", "one by email")
def _() -> Request:
    return as_staff(query={"email": a_person().user.email})


@case("campus", "GET /api/admin/users/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/api/admin/users/{a_person().id}/", as_staff()


@case("campus", "PATCH /api/admin/users/{id}/")
def _() -> tuple[str, Request]:
    return f"/api/admin/users/{a_person().id}/", as_staff(json={"is_seller": True})


@case("campus", "GET /api/admin/products/", "a page of 20", most=2)
def _() -> Request:
    request = as_staff()
    listed("/api/admin/products/", token=request["token"])
    return request


@case("campus", "GET /api/admin/products/hidden/", "a page of 3")
def _() -> Request:
    for number in range(3):
        a_product(name=f"Thing {number}", description="It works. " * 120, is_active=False)
    return as_staff()


@case("campus", "GET /api/admin/products/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/api/admin/products/{shop_product().id}/", as_staff()


@case("campus", "PATCH /api/admin/products/{id}/", "shown again")
def _() -> tuple[str, Request]:
    return f"/api/admin/products/{a_product(is_active=False).id}/", as_staff(json={"is_active": True})


@case("campus", "PATCH /api/admin/products/{id}/", "category, keyed")
def _() -> tuple[str, Request]:
    catalog().add_category(None, "Lamps")
    return f"/api/admin/products/{a_product().id}/", as_staff(json={"category": "lamps", "stock": 3}, **_KEYED)


@case("campus", "DELETE /api/admin/products/{id}/")
def _() -> tuple[str, Request]:
    return f"/api/admin/products/{a_product().id}/", as_staff()


@case("campus", "GET /api/admin/orders/", "3 of today")
def _() -> Request:
    for _ in range(3):
        an_order(a_person(), (shop_product(), 1))
    return as_staff()


@case("campus", "GET /api/admin/orders/", "one buyer's")
def _() -> Request:
    buyer = a_person()
    an_order(buyer, (shop_product(), 1))
    return as_staff(query={"buyer_id": str(buyer.id)})


@case("campus", "GET /api/admin/orders/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/api/admin/orders/{an_order(a_person(), (shop_product(), 1)).id}/", as_staff()


@case("campus", "PATCH /api/admin/orders/{id}/", "cancelled, unpaid", most=3)
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (shop_product(), 1))
    return f"/api/admin/orders/{order.id}/", as_staff(json={"status": "cancelled"})


@case("campus", "GET /api/admin/stats/", "30 days, 3 orders of three sellers, checked an hour ago")
def _() -> Request:
    now = clock.now()
    with time_machine.travel(now - 5 * 3_600, tick=False):
        for _ in range(3):
            paid_order(is_settled=True)
    with time_machine.travel(now - 3_600, tick=False):
        books().check_news()
    return as_staff()
