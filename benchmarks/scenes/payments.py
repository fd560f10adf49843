"""Payments: started, verified, and what webhooks leave."""

from benchmarks.scenes.scene import Request, paid_attempt, scene, shop_product, three_products
from commerce.orders.payment import Method
from commerce.payments.service import payments
from support.builders import a_person, an_order
from support.fake_provider import FakeProvider


def _create(path: str) -> tuple[str, Request]:
    FakeProvider().install()
    buyer = a_person()
    return path.format(an_order(buyer, (shop_product(), 1)).id), {"token": buyer.access}


def _verify(*, is_paid: bool) -> Request:
    buyer = a_person()
    order = an_order(buyer, *((product, 1) for product in three_products()))
    reference = paid_attempt(buyer, order.id, is_paid=is_paid).reference
    return {"token": buyer.access, "query": {"reference": reference}}


@scene("storefront", "POST /api/payments/create/{order_id}/")
@scene("parts", "POST /api/payments/create/{order_id}/")
def _() -> tuple[str, Request]:
    return _create("/api/payments/create/{}/")


@scene("storefront", "GET /api/payments/verify/", "paid, three sellers")
@scene("parts", "GET /api/payments/verify/", "paid, three sellers")
def _() -> Request:
    return _verify(is_paid=True)


@scene("storefront", "GET /api/payments/verify/", "not paid yet")
@scene("parts", "GET /api/payments/verify/", "not paid yet")
def _() -> Request:
    return _verify(is_paid=False)


def _webhook() -> Request:
    buyer = a_person()
    attempt = paid_attempt(buyer, an_order(buyer, (shop_product(), 1)).id, is_paid=True)
    return {"body": attempt.reference, "headers": {"x-paystack-signature": "genuine"}}


@scene("omnisell", "POST /api/webhooks/payment/")
def _() -> Request:
    return _webhook()


@scene("omnisell", "POST /api/webhooks/payment/{provider}/")
def _() -> tuple[str, Request]:
    return "/api/webhooks/payment/paystack/", _webhook()


@scene("storefront", "POST /api/payments/otp/")
@scene("parts", "POST /api/payments/otp/")
def _() -> Request:
    buyer = a_person()
    order = an_order(buyer, (shop_product(), 1))
    FakeProvider(otp="123456").install()
    wanted = {"phone": "0201234567", "network": "telecel", "email": "b@example.com", "return_url": "u"}
    attempt = payments().initiation.start(buyer.principal, order.id, method=Method.MOBILE_MONEY, **wanted)
    return {"token": buyer.access, "json": {"reference": attempt.reference, "otp": "123456"}}
