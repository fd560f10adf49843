"""Payments: started, verified, and what webhooks leave."""

from benchmarks.cases.case import Request, case, paid_attempt, shop_product, three_products
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


@case("storefront", "POST /api/payments/create/{order_id}/")
@case("parts", "POST /api/payments/create/{order_id}/")
@case("marketplace", "POST /api/payments/create/{order_id}/")
@case("campus", "POST /api/payments/create/{order_id}/")
def _() -> tuple[str, Request]:
    return _create("/api/payments/create/{}/")


@case("storefront", "GET /api/payments/verify/", "paid, three sellers")
@case("parts", "GET /api/payments/verify/", "paid, three sellers")
@case("marketplace", "GET /api/payments/verify/", "paid, three sellers")
@case("campus", "GET /api/payments/verify/", "paid, three sellers")
def _() -> Request:
    return _verify(is_paid=True)


@case("storefront", "GET /api/payments/verify/", "not paid yet")
@case("parts", "GET /api/payments/verify/", "not paid yet")
@case("marketplace", "GET /api/payments/verify/", "not paid yet")
@case("campus", "GET /api/payments/verify/", "not paid yet")
def _() -> Request:
    return _verify(is_paid=False)


def _webhook() -> Request:
    buyer = a_person()
    attempt = paid_attempt(buyer, an_order(buyer, (shop_product(), 1)).id, is_paid=True)
    return {"body": attempt.reference, "headers": {"x-paystack-signature": "genuine"}}


@case("omnisell", "POST /api/webhooks/payment/")
def _() -> Request:
    return _webhook()


@case("omnisell", "POST /api/webhooks/payment/{provider}/")
def _() -> tuple[str, Request]:
    return "/api/webhooks/payment/paystack/", _webhook()


@case("storefront", "POST /api/payments/otp/")
@case("parts", "POST /api/payments/otp/")
@case("marketplace", "POST /api/payments/otp/")
@case("campus", "POST /api/payments/otp/")
def _() -> Request:
    buyer = a_person()
    order = an_order(buyer, (shop_product(), 1))
    FakeProvider(otp="123456").install()
    wanted = {"phone": "0201234567", "network": "telecel", "email": "b@example.com", "return_url": "u"}
    attempt = payments().initiation.start(buyer.principal, order.id, method=Method.MOBILE_MONEY, **wanted)
    return {"token": buyer.access, "json": {"reference": attempt.reference, "otp": "123456"}}
