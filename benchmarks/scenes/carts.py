"""Carts of accounts and of guests."""

from benchmarks.scenes.scene import Request, cart_of, guest_with, scene, shop_product
from support.builders import a_person


@scene("storefront", "GET /api/cart/", most=1)
def _() -> Request:
    return {"token": cart_of(shop_product()).access}


@scene("storefront", "GET /api/cart/", "20 lines", most=1)
def _() -> Request:
    return {"token": cart_of(*(shop_product(f"Thing {number}") for number in range(20))).access}


@scene("storefront", "POST /api/cart/items/", most=2)
def _() -> Request:
    return {"token": a_person().access, "json": {"product_id": shop_product().id, "quantity": 2}}


@scene("storefront", "POST /api/cart/items/", "with an Idempotency-Key", most=2)
def _() -> Request:
    body = {"product_id": shop_product().id, "quantity": 2}
    return {"token": a_person().access, "json": body, "headers": {"Idempotency-Key": "a1"}}


@scene("storefront", "PATCH /api/cart/items/{id}/", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/cart/items/{product.id}/", {"token": cart_of(product).access, "json": {"quantity": 3}}


@scene("storefront", "DELETE /api/cart/items/{id}/", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/cart/items/{product.id}/", {"token": cart_of(product).access}


@scene("parts", "POST /api/carts/products/{product_id}/add/", "first piece of a guest", most=3)
def _() -> tuple[str, Request]:
    return f"/api/carts/products/{shop_product().id}/add/", {}


@scene("parts", "POST /api/carts/products/{product_id}/add/", "guest with a cart", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/carts/products/{product.id}/add/", {"cookie": guest_with(product)}


@scene("parts", "POST /api/carts/products/{product_id}/add/", "account", most=2)
def _() -> tuple[str, Request]:
    return f"/api/carts/products/{shop_product().id}/add/", {"token": a_person().access}


@scene("parts", "GET /api/carts/products/", "guest", most=1)
def _() -> Request:
    return {"cookie": guest_with(shop_product())}


@scene("parts", "GET /api/carts/products/", "account", most=1)
def _() -> Request:
    return {"token": cart_of(shop_product()).access}


@scene("parts", "PATCH /api/carts/items/{item_id}/quantity/", "guest", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/carts/items/{product.id}/quantity/", {"cookie": guest_with(product)}


@scene("parts", "DELETE /api/carts/items/{item_id}/delete/", "guest", most=2)
def _() -> tuple[str, Request]:
    product = shop_product()
    return f"/api/carts/items/{product.id}/delete/", {"cookie": guest_with(product)}
