"""Carts and orders of the marketplace: its sellers fulfil their own parts."""

from benchmarks.cases.case import Request, cart_of, case, paid_attempt, shop_product, three_products
from commerce.catalog.model import Product
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order
from support.client import Client
from support.lists import listed_for_sellers

CART, ORDERS = "/api/marketplace/cart/", "/api/marketplace/orders/"
_ADDRESS = {"street": "123 Main St", "city": "City", "postal_code": "12345", "country": "US"}
_FORM = {"shipping_address": _ADDRESS, "buyer_notes": "Ring twice"}


def _of(seller: Person) -> Product:
    """A product of the seller's."""
    return a_product(seller, description="It does what it says. " * 55)


@case("marketplace", f"GET {CART}", most=2)
@case("marketplace", f"DELETE {CART}clear/", most=2)
@case("marketplace", f"POST {CART}validate_stock/", most=2)
def _() -> Request:
    return {"token": cart_of(shop_product()).access}


@case("marketplace", f"POST {CART}add_item/", most=2)
def _() -> Request:
    return {"token": a_person().access, "json": {"product_id": shop_product().id}}


@case("marketplace", f"PATCH {CART}update_item/", most=2)
def _() -> Request:
    product = shop_product()
    return {"token": cart_of(product).access, "json": {"item_id": product.id, "quantity": 3}}


@case("marketplace", f"PATCH {CART}update_item/", "to nothing", most=2)
def _() -> Request:
    product = shop_product()
    return {"token": cart_of(product).access, "json": {"item_id": product.id, "quantity": 0}}


@case("marketplace", f"DELETE {CART}remove_item/", most=2)
def _() -> Request:
    product = shop_product()
    return {"token": cart_of(product).access, "json": {"item_id": product.id}}


@case("marketplace", f"PATCH {CART}update_item_status/", most=2)
def _() -> Request:
    product = shop_product()
    return {"token": cart_of(product).access, "json": {"item_id": product.id, "status": "saved"}}


@case("marketplace", f"POST {ORDERS}", "three lines of three sellers", most=3)
def _() -> Request:
    return {"token": cart_of(*three_products()).access, "json": _FORM}


@case("marketplace", f"POST {ORDERS}", "with an Idempotency-Key", most=3)
def _() -> Request:
    return {"token": cart_of(shop_product()).access, "json": _FORM, "headers": {"Idempotency-Key": "a1"}}


@case("marketplace", f"POST {ORDERS}", "repeated under its Idempotency-Key")
def _() -> Request:
    token = cart_of(shop_product()).access
    request: Request = {"token": token, "json": _FORM, "headers": {"Idempotency-Key": "a1"}}
    assert Client("marketplace").post(ORDERS, **request).status == 201
    return request


def _lists() -> Person:
    """A seller who has sold 25 orders and bought 25."""
    seller, other = a_person(is_seller=True), shop_product()
    product = _of(seller)
    for _ in range(25):
        listed_for_sellers(an_order(a_person(), (product, 1)).id)
        an_order(seller, (other, 1))
    return seller


@case("marketplace", f"GET {ORDERS}", "a page of 20, bought and sold", most=3)
@case("marketplace", f"GET {ORDERS}my_orders/", "a page of 20", most=2)
@case("marketplace", f"GET {ORDERS}seller_orders/", "a page of 20", most=2)
def _() -> Request:
    return {"token": _lists().access}


@case("marketplace", f"GET {ORDERS}seller_orders/", "a page of 20 of one status", most=2)
def _() -> Request:
    return {"token": _lists().access, "query": {"status": "pending"}}


def _sold(*, is_paid: bool = True) -> tuple[Person, Person, str]:
    """A seller, a buyer, and the path of an order of three sellers between them."""
    seller, buyer = a_person(is_seller=True), a_person()
    order = an_order(buyer, (_of(seller), 1), *((product, 1) for product in three_products()[1:]))
    if is_paid:
        payments().settlement.verify(buyer.principal, paid_attempt(buyer, order.id, is_paid=True).reference)
    return seller, buyer, f"{ORDERS}{order.id}/"


@case("marketplace", f"GET {ORDERS}{{id}}/", "by a seller", most=1)
def _() -> tuple[str, Request]:
    seller, _, path = _sold()
    return path, {"token": seller.access}


@case("marketplace", f"GET {ORDERS}{{id}}/tracking_info/", most=1)
def _() -> tuple[str, Request]:
    _, buyer, path = _sold()
    return f"{path}tracking_info/", {"token": buyer.access}


@case("marketplace", f"PATCH {ORDERS}{{id}}/", most=3)
def _() -> tuple[str, Request]:
    _, buyer, path = _sold(is_paid=False)
    return path, {"token": buyer.access, "json": _FORM}


@case("marketplace", f"DELETE {ORDERS}{{id}}/", "three paid parts", most=3)
def _() -> tuple[str, Request]:
    return _sold()[2], {"token": a_person(is_staff=True).access}


@case("marketplace", f"PATCH {ORDERS}{{id}}/update_status/", "confirmed by staff", most=3)
def _() -> tuple[str, Request]:
    path = _sold(is_paid=False)[2]
    return f"{path}update_status/", {"token": a_person(is_staff=True).access, "json": {"status": "paid"}}


@case("marketplace", f"PATCH {ORDERS}{{id}}/update_status/", "cancelled by the buyer, three paid parts", most=3)
def _() -> tuple[str, Request]:
    _, buyer, path = _sold()
    return f"{path}update_status/", {"token": buyer.access, "json": {"status": "cancelled"}}


def _by_seller(action: str, **body: str) -> tuple[str, Request]:
    seller, _, path = _sold()
    return f"{path}{action}/", {"token": seller.access, "json": body}


@case("marketplace", f"PATCH {ORDERS}{{id}}/update_order_status/", "shipped by a seller", most=3)
def _() -> tuple[str, Request]:
    return _by_seller("update_order_status", status="shipped")


@case("marketplace", f"PATCH {ORDERS}{{id}}/process_order/", most=3)
def _() -> tuple[str, Request]:
    return _by_seller("process_order")


@case("marketplace", f"PATCH {ORDERS}{{id}}/cancel_order/", "a paid part", most=3)
def _() -> tuple[str, Request]:
    return _by_seller("cancel_order", cancellation_reason="Sold out")


@case("marketplace", f"PATCH {ORDERS}{{id}}/update_tracking/", most=3)
def _() -> tuple[str, Request]:
    return _by_seller("update_tracking", tracking_number="GH-1")


@case("marketplace", f"PATCH {ORDERS}{{id}}/update_carrier_code/", most=3)
def _() -> tuple[str, Request]:
    return _by_seller("update_carrier_code", carrier_code="dhl")
