"""What cases are made of.

Each case first makes what its request needs, and then says what is sent. Products have a description of 1,200
characters and three pictures; carts and orders have one line unless it says otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commerce.carts.service import carts
from commerce.catalog.model import Product
from commerce.orders.model import Order
from commerce.orders.payment import Attempt, Method, Provider
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order
from support.client import Client
from support.fake_provider import FakeProvider

Request = dict[str, Any]
_IMAGES = tuple(f"products/0123456789abcdef-{number}.webp" for number in range(3))


@dataclass(frozen=True)
class Case:
    """`prepare` answers the path and what else is sent; `most` is how many AWS calls were promised, if any."""

    contract: str
    operation: str
    detail: str
    prepare: Callable[[], tuple[str, Request]]
    most: int | None = None

    def send(self, path: str, request: Request) -> int:
        """Send the request; the answer's status."""
        return Client(self.contract).send(self.operation.partition(" ")[0], path, **request).status


CASES: list[Case] = []


def case(contract: str, operation: str, detail: str = "", *, most: int | None = None) -> Callable[..., Any]:
    """Register the function below as how a case of the operation is made; `detail` tells it from the others."""

    def register(prepare: Callable[[], Any]) -> Callable[[], Any]:
        def prepared() -> tuple[str, Request]:
            made = prepare()
            return made if isinstance(made, tuple) else (operation.partition(" ")[2], made)

        CASES.append(Case(contract, operation, detail, prepared, most))
        return prepare

    return register


def shop_product(name: str = "Smartphone Pro Max") -> Product:
    """A product as large as they are in a shop."""
    return a_product(name=name, description="It does what it says. " * 55, images=_IMAGES)


def cart_of(*products: Product) -> Person:
    """A buyer whose cart holds two pieces of each."""
    buyer = a_person()
    for product in products:
        carts().add(buyer.cart, product.id, 2)
    return buyer


def paid_attempt(buyer: Person, order_id: int, *, is_paid: bool) -> Attempt:
    """A payment that waits for its provider, which has or has not taken the money."""
    provider = FakeProvider().install()
    attempt = payments().initiation.start(
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


def as_staff(**said: Any) -> Request:
    """A request of new staff."""
    return {"token": a_person(is_staff=True).access, **said}


def guest_with(product: Product) -> str:
    """The session cookie of a guest who put a piece of it into their cart."""
    answer = Client("parts").post(f"/api/carts/products/{product.id}/add/")
    return answer.cookies[0].partition(";")[0]


def three_products() -> list[Product]:
    """Of three sellers."""
    return [shop_product(f"Thing {number}") for number in range(3)]


def paid_order(*, is_settled: bool) -> tuple[Person, Order, str]:
    """An order of three sellers that the provider was paid for; its buyer, and the attempt's reference."""
    buyer = a_person()
    order = an_order(buyer, *((product, 1) for product in three_products()))
    attempt = paid_attempt(buyer, order.id, is_paid=True)
    if is_settled:
        payments().settlement.verify(buyer.principal, attempt.reference)
    return buyer, order, attempt.reference


def refused_refund() -> tuple[Order, str]:
    """A paid order and the id of a refund of it that its provider refused."""
    _, order, _ = paid_order(is_settled=True)
    FakeProvider(refusals=1).install()
    staff = a_person(is_staff=True)
    return order, payments().refunds.refund(staff.principal, order.id, None, "broken").id
