"""Carts of accounts and of guests."""

from benchmarks.cases.case import Request, cart_of, case, guest_with, shop_product
from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from support.builders import a_person


@case("storefront", "GET /api/cart/", most=2)
def _() -> Request:
    return {"token": cart_of(shop_product()).access}


@case("storefront", "GET /api/cart/", "20 lines", most=2)
def _() -> Request:
    return {"token": cart_of(*(shop_product(f"Thing {number}") for number in range(20))).access}


@case("storefront", "GET /api/cart/", "a price changed", most=3)
def _() -> Request:
    product = shop_product()
    buyer = cart_of(product)
    catalog().change(a_person(is_staff=True).principal, product.id, ProductChange(price_minor=1))
    return {"token": buyer.access}


@case("storefront", "POST /api/cart/items/", most=2)
def _() -> Request:
    return {"token": a_person().access, "json": {"product_id": shop_product().id, "quantity": 2}}


@case("storefront", "POST /api/cart/items/", "with an Idempotency-Key", most=2)
def _() -> Request:
    body = {"product_id": shop_product().id, "quantity": 2}
    return {"token": a_person().access, "json": body, "headers": {"Idempotency-Key": "a1"}}


@case("storefront", "PATCH /api/cart/items/{id}/", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/cart/items/{product.id}/", {"token": cart_of(product).access, "json": {"quantity": 3}}


@case("storefront", "DELETE /api/cart/items/{id}/", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/cart/items/{product.id}/", {"token": cart_of(product).access}


@case("parts", "POST /api/carts/products/{product_id}/add/", "first piece of a guest", most=3)
def _() -> tuple[str, Request]:
    return f"/api/carts/products/{shop_product().id}/add/", {}


@case("parts", "POST /api/carts/products/{product_id}/add/", "guest with a cart", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/carts/products/{product.id}/add/", {"cookie": guest_with(product)}


@case("parts", "POST /api/carts/products/{product_id}/add/", "account", most=2)
def _() -> tuple[str, Request]:
    return f"/api/carts/products/{shop_product().id}/add/", {"token": a_person().access}


@case("parts", "GET /api/carts/products/", "guest", most=2)
def _() -> Request:
    return {"cookie": guest_with(shop_product())}


@case("parts", "GET /api/carts/products/", "account", most=2)
def _() -> Request:
    return {"token": cart_of(shop_product()).access}


@case("parts", "PATCH /api/carts/items/{item_id}/quantity/", "guest", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/carts/items/{product.id}/quantity/", {"cookie": guest_with(product)}


@case("parts", "DELETE /api/carts/items/{item_id}/delete/", "guest", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/carts/items/{product.id}/delete/", {"cookie": guest_with(product)}
