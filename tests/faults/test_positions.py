"""Every AWS call of checkout, settlement, cancellation and refund fails, goes unanswered or is made twice, at every
position; then the client, the queue or the reconciler tries again, and the invariants hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit.errors import CommerceError
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.principal import Principal
from commerce.orders.model import Order, OrderTerms, ShippingDetails
from commerce.orders.payment import Attempt, Method, Provider
from commerce.orders.service import orders
from commerce.orders.status import PaymentStatus, Status
from commerce.payments.service import payments
from support.builders import a_product, available
from support.fake_provider import FakeProvider
from support.faults import Fault, fault_at
from support.invariants import assert_books_hold
from support.reconciling import later, visit_due

pytestmark = pytest.mark.usefixtures("aws")

BUYER, STAFF = Principal(1001), Principal(1, is_staff=True)
KEY = IdempotentRequest("POST /api/orders/", "key-1", "fingerprint")
TERMS = OrderTerms(hold_minutes=24 * 60)
TROUBLE = (BotoCoreError, CommerceError)


@dataclass
class Scene:
    """A shop with one product of two sellers each, a buyer's cart, and a provider."""

    provider: FakeProvider
    products: list[Any]
    order: Order | None = None
    attempt: Attempt | None = None


def fill() -> Scene:
    scene = Scene(FakeProvider().install(), [a_product(price_minor=10_000), a_product(name="Case", price_minor=500)])
    for product in scene.products:
        carts().add(Owner.account(BUYER.user_id), product.id, 2)
    return scene


def place(scene: Scene) -> None:
    scene.order = orders().place(BUYER, "parts", ShippingDetails({"text": "x"}, "+1234567890"), TERMS, KEY).value


def start(scene: Scene) -> None:
    assert scene.order is not None
    scene.attempt = payments().initiation.start(
        BUYER, scene.order.id, provider=Provider.PAYSTACK, method=Method.CARD, email="b@example.com", return_url="u"
    )


def started() -> Scene:
    scene = fill()
    place(scene)
    start(scene)
    assert scene.attempt is not None
    scene.provider.pay(scene.attempt.reference)
    return scene


def settle(scene: Scene) -> None:
    assert scene.order is not None and scene.attempt is not None
    payments().settlement.settle(scene.order.id, scene.attempt.reference)


def paid() -> Scene:
    scene = started()
    settle(scene)
    return scene


def ordered() -> Scene:
    scene = fill()
    place(scene)
    return scene


def cancel(scene: Scene) -> None:
    assert scene.order is not None
    payments().move(STAFF, scene.order.id, Status.CANCELLED)


def refund(scene: Scene) -> None:
    assert scene.order is not None
    payments().refunds.refund(STAFF, scene.order.id, None, "broken")


def expire(scene: Scene) -> None:
    assert scene.order is not None
    with later(minutes=25 * 60):
        payments().settlement.expire(scene.order.id)


# How the scene is made, what is done in it, how its order may end, the pieces left, and how many AWS calls it makes.
USE_CASES: dict[
    str, tuple[Callable[[], Scene], Callable[[Scene], None], set[tuple[PaymentStatus, Status]], int, int]
] = {
    "checkout": (fill, place, {(PaymentStatus.PENDING, Status.PENDING)}, 48, 2),
    "settlement": (started, settle, {(PaymentStatus.PAID, Status.CONFIRMED)}, 48, 2),
    "cancellation": (ordered, cancel, {(PaymentStatus.PENDING, Status.CANCELLED)}, 50, 2),
    "cancellation of a paid order": (paid, cancel, {(PaymentStatus.REFUNDED, Status.CANCELLED)}, 50, 2),
    "refund": (paid, refund, {(PaymentStatus.REFUNDED, Status.CONFIRMED)}, 48, 4),
    "expiry": (ordered, expire, {(PaymentStatus.FAILED, Status.CANCELLED)}, 50, 3),
}


def positions() -> Iterator[Any]:
    for name, (*_, count) in USE_CASES.items():
        for position in range(count):
            for fault in Fault:
                yield pytest.param(name, position, fault, id=f"{name}-{position}-{fault.name.lower()}")


@pytest.mark.parametrize(("name", "position", "fault"), list(positions()))
def test_trouble_at_every_position(name: str, position: int, fault: Fault) -> None:
    prepare, act, outcomes, left, _ = USE_CASES[name]
    scene = prepare()
    is_troubled = False
    with fault_at(position, fault):
        try:
            act(scene)
        except TROUBLE:
            is_troubled = True
    if is_troubled:
        try:
            act(scene)
        except CommerceError as refusal:
            # The first try had done it all but for its answer, so the second finds nothing left to do.
            assert refusal.code in ("refund_refused",), refusal
    with later(minutes=3):
        visit_due()

    placed = orders()._store.newest_of_buyer(BUYER.user_id, 0, 10)
    assert len(placed) == 1
    assert {(order.payment_status, order.status) for order in placed} <= outcomes
    assert {available(product) for product in scene.products} == {left}
    assert sum(scene.provider.refunds.values()) in (0, placed[0].captured_minor)
    assert_books_hold(scene.provider)


@pytest.mark.parametrize("name", USE_CASES)
def test_the_positions_cover_every_call(name: str) -> None:
    prepare, act, _, _, count = USE_CASES[name]
    scene = prepare()
    with fault_at(None) as calls:
        act(scene)
    assert len(calls.names) == count, calls.names


def naive_checkout(scene: Scene) -> None:
    """An order written first and stock taken afterwards, call by call."""
    from commerce.kit import settings
    from commerce.kit.tables import Table

    cart = carts().cart(Owner.account(BUYER.user_id))
    table = Table(settings.text("CATALOG_TABLE"))
    for line in cart.lines:
        table.write(
            table.update(
                f"PRODUCT#{line.product_id}",
                "STOCK",
                "SET #available = #available - :n, #sold = #sold + :n",
                values={"n": line.quantity},
            )
        )


def test_control_the_naive_checkout_loses_stock_when_it_is_tried_again() -> None:
    wrong = 0
    for position in range(3):
        for fault in Fault:
            scene = fill()
            with fault_at(position, fault):
                try:
                    naive_checkout(scene)
                except BotoCoreError:
                    naive_checkout(scene)
            wrong += {available(product) for product in scene.products} != {48}
            carts().clear(Owner.account(BUYER.user_id))
    assert wrong > 0
