"""Orders: placed, listed, moved by staff."""

from benchmarks.cases.case import Request, cart_of, case, guest_with, shop_product, three_products
from support.builders import a_person, an_order
from support.client import Client

_STOREFRONT_FORM = {"shipping_address": "123 Main St, City, Country", "phone_number": "+1234567890"}
_PARTS_FORM = {"shipping_address": "123 Main St, City, Country", "phone": "+1234567890"}


def _repeated(contract: str, path: str, form: Request) -> Request:
    request: Request = {"token": cart_of(shop_product()).access, "json": form, "headers": {"Idempotency-Key": "a1"}}
    assert Client(contract).post(path, **request).status == 201
    return request


@case("storefront", "POST /api/orders/", most=3)
def _() -> Request:
    return {"token": cart_of(shop_product()).access, "json": _STOREFRONT_FORM}


@case("storefront", "POST /api/orders/", "three lines of three sellers", most=3)
def _() -> Request:
    return {"token": cart_of(*three_products()).access, "json": _STOREFRONT_FORM}


@case("storefront", "POST /api/orders/", "with an Idempotency-Key", most=3)
def _() -> Request:
    token = cart_of(shop_product()).access
    return {"token": token, "json": _STOREFRONT_FORM, "headers": {"Idempotency-Key": "a1"}}


@case("storefront", "POST /api/orders/", "repeated under its Idempotency-Key")
def _() -> Request:
    return _repeated("storefront", "/api/orders/", _STOREFRONT_FORM)


@case("storefront", "POST /api/orders/", "sold out meanwhile", most=3)
def _() -> Request:
    product = shop_product()
    token = cart_of(product).access
    an_order(a_person(), (product, 49))
    return {"token": token, "json": _STOREFRONT_FORM}


@case("storefront", "GET /api/orders/", "a page of 20", most=2)
@case("parts", "GET /api/orders/orders/", "a page of 20", most=2)
def _() -> Request:
    buyer, product = a_person(), shop_product()
    for _ in range(25):
        an_order(buyer, (product, 1))
    return {"token": buyer.access}


@case("storefront", "GET /api/orders/{id}/", most=1)
def _() -> tuple[str, Request]:
    buyer = a_person()
    return f"/api/orders/{an_order(buyer, (shop_product(), 1)).id}/", {"token": buyer.access}


@case("parts", "GET /api/orders/orders/{order_id}/", most=1)
def _() -> tuple[str, Request]:
    buyer = a_person()
    return f"/api/orders/orders/{an_order(buyer, (shop_product(), 1)).id}/", {"token": buyer.access}


@case("parts", "POST /api/orders/orders/create/", "account's cart", most=3)
def _() -> Request:
    return {"token": cart_of(shop_product()).access, "json": _PARTS_FORM}


@case("parts", "POST /api/orders/orders/create/", "repeated under its Idempotency-Key")
def _() -> Request:
    return _repeated("parts", "/api/orders/orders/create/", _PARTS_FORM)


@case("parts", "POST /api/orders/orders/create/", "session's cart, merged first")
def _() -> Request:
    return {"token": a_person().access, "json": _PARTS_FORM, "cookie": guest_with(shop_product())}


@case("admin", "GET /admin/api/orders/{id}/")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (shop_product(), 1))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access}


@case("admin", "PATCH /admin/api/orders/{id}/", "shipped")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (shop_product(), 1))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access, "json": {"status": "shipped"}}


@case("admin", "PATCH /admin/api/orders/{id}/", "confirmed, which records an offline payment")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (shop_product(), 1))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access, "json": {"status": "confirmed"}}


@case("admin", "PATCH /admin/api/orders/{id}/", "cancelled, three lines of three sellers")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), *((product, 1) for product in three_products()))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access, "json": {"status": "cancelled"}}
