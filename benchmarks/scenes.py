"""One request for every operation, and for the cases of it whose cost differs: what `docs/aws-calls.md` measures.

Each scene first makes what the request needs, and then says what is sent. Products have a
description of 1,200 characters and three pictures; carts and orders have one line unless the case says otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commerce.carts.service import carts
from commerce.catalog.model import Product
from commerce.payments.model import Attempt, Method, Provider
from commerce.payments.service import payments
from commerce.search.service import indexing, search
from support.builders import PASSWORD, Person, a_category, a_person, a_product, an_order
from support.client import Client
from support.psp import FakeProvider

Request = dict[str, Any]
_IMAGES = tuple(f"products/0123456789abcdef-{number}.webp" for number in range(3))


@dataclass(frozen=True)
class Scene:
    """`prepare` answers the path and what else is sent; `most` is how many AWS calls were promised, if any."""

    contract: str
    operation: str
    case: str
    prepare: Callable[[], tuple[str, Request]]
    most: int | None = None

    def send(self, path: str, request: Request) -> int:
        """Send the request; the answer's status."""
        return Client(self.contract).send(self.operation.partition(" ")[0], path, **request).status


SCENES: list[Scene] = []


def _scene(contract: str, operation: str, case: str = "", *, most: int | None = None) -> Callable[..., Any]:
    def register(prepare: Callable[[], Any]) -> Callable[[], Any]:
        def prepared() -> tuple[str, Request]:
            made = prepare()
            return made if isinstance(made, tuple) else (operation.partition(" ")[2], made)

        SCENES.append(Scene(contract, operation, case, prepared, most))
        return prepare

    return register


def product_of_scene(name: str = "Smartphone Pro Max") -> Product:
    """A product as large as they are in a shop."""
    return a_product(name=name, description="It does what it says. " * 55, images=_IMAGES)


def cart_of(*products: Product) -> Person:
    """A buyer whose cart holds two pieces of each."""
    buyer = a_person()
    for product in products:
        carts().add(buyer.cart, product.id, 2)
    return buyer


def paid_attempt(buyer: Person, order_id: int, *, is_paid: bool) -> Attempt:
    """A payment that waits for its provider, who has or has not taken the money."""
    provider = FakeProvider().install()
    attempt = payments().starting.start(
        buyer.principal,
        order_id,
        provider=Provider.PAYSTACK,
        method=Method.CARD,
        email="b@example.com",
        return_url="https://shop.test/paid",
    )
    if is_paid:
        provider.pay(attempt.reference)
    return attempt


# Accounts


@_scene("storefront", "POST /auth/api/register/")
def _() -> Request:
    form = {"email": "new@example.com", "username": "new", "password": PASSWORD, "password_confirm": PASSWORD}
    return {"json": form}


@_scene("storefront", "POST /auth/api/token/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@_scene("storefront", "POST /auth/api/token/", "wrong password")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": "not the password"}}


@_scene("storefront", "POST /auth/api/token/refresh/")
def _() -> Request:
    return {"json": {"refresh": a_person().refresh}}


@_scene("storefront", "POST /auth/api/token/verify/", "access token", most=1)
def _() -> Request:
    return {"json": {"token": a_person().access}}


@_scene("storefront", "POST /auth/api/token/verify/", "refresh token", most=1)
def _() -> Request:
    return {"json": {"token": a_person().refresh}}


@_scene("storefront", "POST /api/auth/become-seller/")
@_scene("parts", "POST /api/auth/become-seller/")
def _() -> Request:
    return {"token": a_person().access}


@_scene("storefront", "POST /api/ws/ticket/")
def _() -> Request:
    return {"token": a_person().access}


@_scene("parts", "POST /api/users/register/")
def _() -> Request:
    return {"json": {"email": "newer@example.com", "password": PASSWORD}}


@_scene("parts", "POST /api/users/login/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@_scene("parts", "POST /api/users/login/", "with a guest's cart")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}, "cookie": guest_with(product_of_scene())}


@_scene("parts", "POST /api/users/token/refresh/")
def _() -> Request:
    return {"json": {"refresh_token": a_person().refresh}}


# Products


def _listed(contract: str, path: str, count: int = 25) -> None:
    """Many products in the index, and a reader that holds it."""
    seller = a_person(is_seller=True)
    for number in range(count):
        a_product(seller, name=f"Thing {number}", description="It works. " * 120)
    indexing().rebuild()
    search()._index._looked_at = 0
    Client(contract).get(path)


@_scene("storefront", "GET /api/products/", "a page of 20", most=1)
def _() -> Request:
    _listed("storefront", "/api/products/")
    return {}


@_scene("storefront", "GET /api/products/", "text, category, price, stock", most=1)
def _() -> Request:
    _listed("storefront", "/api/products/")
    return {"query": "search=thing&category=electronics&price_min=50&price_max=5000&in_stock=true&ordering=-price"}


@_scene("storefront", "GET /api/products/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/api/products/{product_of_scene().id}/", {}


@_scene("parts", "GET /api/categories/", most=1)
def _() -> Request:
    for name in ("Brakes", "Engine", "Lights"):
        a_category(name)
    return {}


@_scene("parts", "GET /api/products/", "a page of 20", most=1)
def _() -> Request:
    _listed("parts", "/api/products/")
    return {}


@_scene("parts", "GET /api/categories/{cat_slug}/products/", "a page of 20", most=2)
def _() -> tuple[str, Request]:
    _listed("parts", "/api/products/")
    return "/api/categories/electronics/products/", {}


@_scene("parts", "GET /api/categories/{cat_slug}/products/{product_slug}/", most=2)
def _() -> tuple[str, Request]:
    product = product_of_scene()
    return f"/api/categories/{product.category_slug}/products/{product.slug}/", {}


# Carts


def guest_with(product: Product) -> str:
    """The session cookie of a guest who put a piece of it into his cart."""
    answer = Client("parts").post(f"/api/carts/products/{product.id}/add/")
    return answer.cookies[0].partition(";")[0]


@_scene("storefront", "GET /api/cart/", most=1)
def _() -> Request:
    return {"token": cart_of(product_of_scene()).access}


@_scene("storefront", "GET /api/cart/", "20 lines", most=1)
def _() -> Request:
    return {"token": cart_of(*(product_of_scene(f"Thing {number}") for number in range(20))).access}


@_scene("storefront", "POST /api/cart/items/", most=2)
def _() -> Request:
    return {"token": a_person().access, "json": {"product_id": product_of_scene().id, "quantity": 2}}


@_scene("storefront", "POST /api/cart/items/", "with an Idempotency-Key", most=2)
def _() -> Request:
    body = {"product_id": product_of_scene().id, "quantity": 2}
    return {"token": a_person().access, "json": body, "headers": {"Idempotency-Key": "a1"}}


@_scene("storefront", "PATCH /api/cart/items/{id}/", most=2)
def _() -> tuple[str, Request]:
    product = product_of_scene()
    return f"/api/cart/items/{product.id}/", {"token": cart_of(product).access, "json": {"quantity": 3}}


@_scene("storefront", "DELETE /api/cart/items/{id}/", most=2)
def _() -> tuple[str, Request]:
    product = product_of_scene()
    return f"/api/cart/items/{product.id}/", {"token": cart_of(product).access}


@_scene("parts", "POST /api/carts/products/{product_id}/add/", "first piece of a guest", most=2)
def _() -> tuple[str, Request]:
    return f"/api/carts/products/{product_of_scene().id}/add/", {}


@_scene("parts", "POST /api/carts/products/{product_id}/add/", "guest with a cart", most=2)
def _() -> tuple[str, Request]:
    product = product_of_scene()
    return f"/api/carts/products/{product.id}/add/", {"cookie": guest_with(product)}


@_scene("parts", "POST /api/carts/products/{product_id}/add/", "account", most=2)
def _() -> tuple[str, Request]:
    return f"/api/carts/products/{product_of_scene().id}/add/", {"token": a_person().access}


@_scene("parts", "GET /api/carts/products/", "guest", most=1)
def _() -> Request:
    return {"cookie": guest_with(product_of_scene())}


@_scene("parts", "GET /api/carts/products/", "account", most=1)
def _() -> Request:
    return {"token": cart_of(product_of_scene()).access}


@_scene("parts", "PATCH /api/carts/items/{item_id}/quantity/", "guest", most=2)
def _() -> tuple[str, Request]:
    product = product_of_scene()
    return f"/api/carts/items/{product.id}/quantity/", {"cookie": guest_with(product)}


@_scene("parts", "DELETE /api/carts/items/{item_id}/delete/", "guest", most=2)
def _() -> tuple[str, Request]:
    product = product_of_scene()
    return f"/api/carts/items/{product.id}/delete/", {"cookie": guest_with(product)}


# Orders

_STOREFRONT_FORM = {"shipping_address": "123 Main St, City, Country", "phone_number": "+1234567890"}
_PARTS_FORM = {"shipping_address": "123 Main St, City, Country", "phone": "+1234567890"}


def three_products() -> list[Product]:
    """Of three sellers."""
    return [product_of_scene(f"Thing {number}") for number in range(3)]


@_scene("storefront", "POST /api/orders/", most=3)
def _() -> Request:
    return {"token": cart_of(product_of_scene()).access, "json": _STOREFRONT_FORM}


@_scene("storefront", "POST /api/orders/", "three lines of three sellers", most=3)
def _() -> Request:
    return {"token": cart_of(*three_products()).access, "json": _STOREFRONT_FORM}


@_scene("storefront", "POST /api/orders/", "with an Idempotency-Key", most=3)
def _() -> Request:
    token = cart_of(product_of_scene()).access
    return {"token": token, "json": _STOREFRONT_FORM, "headers": {"Idempotency-Key": "a1"}}


@_scene("storefront", "POST /api/orders/", "sold out meanwhile", most=3)
def _() -> Request:
    product = product_of_scene()
    token = cart_of(product).access
    an_order(a_person(), (product, 49))
    return {"token": token, "json": _STOREFRONT_FORM}


@_scene("storefront", "GET /api/orders/", "a page of 20", most=1)
@_scene("parts", "GET /api/orders/orders/", "a page of 20", most=1)
def _() -> Request:
    buyer, product = a_person(), product_of_scene()
    for _ in range(25):
        an_order(buyer, (product, 1))
    return {"token": buyer.access}


@_scene("storefront", "GET /api/orders/{id}/", most=1)
def _() -> tuple[str, Request]:
    buyer = a_person()
    return f"/api/orders/{an_order(buyer, (product_of_scene(), 1)).id}/", {"token": buyer.access}


@_scene("parts", "GET /api/orders/orders/{order_id}/", most=1)
def _() -> tuple[str, Request]:
    buyer = a_person()
    return f"/api/orders/orders/{an_order(buyer, (product_of_scene(), 1)).id}/", {"token": buyer.access}


@_scene("parts", "POST /api/orders/orders/create/", "account's cart", most=3)
def _() -> Request:
    return {"token": cart_of(product_of_scene()).access, "json": _PARTS_FORM}


@_scene("parts", "POST /api/orders/orders/create/", "session's cart, merged first")
def _() -> Request:
    return {"token": a_person().access, "json": _PARTS_FORM, "cookie": guest_with(product_of_scene())}


@_scene("admin", "GET /admin/api/orders/{id}/")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (product_of_scene(), 1))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access}


@_scene("admin", "PATCH /admin/api/orders/{id}/", "shipped")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (product_of_scene(), 1))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access, "json": {"status": "shipped"}}


@_scene("admin", "PATCH /admin/api/orders/{id}/", "confirmed, which records an offline payment")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), (product_of_scene(), 1))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access, "json": {"status": "confirmed"}}


@_scene("admin", "PATCH /admin/api/orders/{id}/", "cancelled, three lines of three sellers")
def _() -> tuple[str, Request]:
    order = an_order(a_person(), *((product, 1) for product in three_products()))
    return f"/admin/api/orders/{order.id}/", {"token": a_person(is_staff=True).access, "json": {"status": "cancelled"}}


# Payments


def _create(path: str) -> tuple[str, Request]:
    FakeProvider().install()
    buyer = a_person()
    return path.format(an_order(buyer, (product_of_scene(), 1)).id), {"token": buyer.access}


def _verify(*, is_paid: bool) -> Request:
    buyer = a_person()
    order = an_order(buyer, *((product, 1) for product in three_products()))
    reference = paid_attempt(buyer, order.id, is_paid=is_paid).reference
    return {"token": buyer.access, "query": {"reference": reference}}


@_scene("storefront", "POST /api/payments/create/{order_id}/")
@_scene("parts", "POST /api/payments/create/{order_id}/")
def _() -> tuple[str, Request]:
    return _create("/api/payments/create/{}/")


@_scene("storefront", "GET /api/payments/verify/", "paid, three sellers")
@_scene("parts", "GET /api/payments/verify/", "paid, three sellers")
def _() -> Request:
    return _verify(is_paid=True)


@_scene("storefront", "GET /api/payments/verify/", "not paid yet")
@_scene("parts", "GET /api/payments/verify/", "not paid yet")
def _() -> Request:
    return _verify(is_paid=False)


def _webhook() -> Request:
    buyer = a_person()
    attempt = paid_attempt(buyer, an_order(buyer, (product_of_scene(), 1)).id, is_paid=True)
    return {"body": attempt.reference, "headers": {"x-paystack-signature": "genuine"}}


@_scene("omnisell", "POST /api/webhooks/payment/")
def _() -> Request:
    return _webhook()


@_scene("omnisell", "POST /api/webhooks/payment/{provider}/")
def _() -> tuple[str, Request]:
    return "/api/webhooks/payment/paystack/", _webhook()


# Staff and products


@_scene("admin", "POST /admin/api/products/")
def _() -> Request:
    a_category()
    form = {"name": "Radio", "price": "5.00", "stock": 3, "category": "electronics", "description": "It works. " * 120}
    return {"token": a_person(is_staff=True).access, "json": form}


@_scene("admin", "GET /admin/api/products/{id}/", most=1)
def _() -> tuple[str, Request]:
    return f"/admin/api/products/{product_of_scene().id}/", {"token": a_person(is_staff=True).access}


@_scene("admin", "PATCH /admin/api/products/{id}/", "stock")
def _() -> tuple[str, Request]:
    token = a_person(is_staff=True).access
    return f"/admin/api/products/{product_of_scene().id}/", {"token": token, "json": {"stock": 7}}


@_scene("admin", "PATCH /admin/api/products/{id}/", "price")
def _() -> tuple[str, Request]:
    token = a_person(is_staff=True).access
    return f"/admin/api/products/{product_of_scene().id}/", {"token": token, "json": {"price": "7.00"}}
