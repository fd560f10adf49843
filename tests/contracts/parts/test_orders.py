"""Orders and payments of the parts client."""

import boto3
import pytest

from support.builders import a_person, a_product, an_order, available
from support.client import Client
from support.fake_provider import FakeProvider
from support.reconciling import later
from support.samples import sample

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("parts")
FORM = {"shipping_address": "123 Main St", "phone": "+234123456789"}


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


def ordered(buyer, product=None, quantity: int = 1) -> dict:
    product = product or a_product(price_minor=250_000)
    for _ in range(quantity):
        shop.post(f"/api/carts/products/{product.id}/add/", token=buyer.access)
    answer = shop.post("/api/orders/orders/create/", json=FORM, token=buyer.access)
    assert answer.status == 201, answer.body
    return answer.body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/orders/orders/create/"),
        ("GET", "/api/orders/orders/"),
        ("GET", "/api/orders/orders/1/"),
        ("POST", "/api/payments/create/1/"),
        ("GET", "/api/payments/verify/"),
    ],
)
def test_anonymous_is_refused(method: str, path: str) -> None:
    answer = shop.send(method, path, json=FORM)
    assert (answer.status, answer.body) == (401, {"detail": "Authentication credentials were not provided."})


@pytest.mark.covers("parts", "GET", "/api/orders/orders/")
@pytest.mark.covers("parts", "GET", "/api/orders/orders/{order_id}/")
def test_history_and_detail_are_the_buyers_own() -> None:
    buyer, other = a_person(), a_person()
    order = ordered(buyer)
    assert shop.get("/api/orders/orders/", token=buyer.access).body == [order]
    assert shop.get(f"/api/orders/orders/{order['id']}/", token=buyer.access).body == order
    assert shop.get("/api/orders/orders/", token=other.access).body == []
    hidden = shop.get(f"/api/orders/orders/{order['id']}/", token=other.access)
    assert (hidden.status, hidden.body) == (404, {"detail": "Order not found."})


def test_empty_cart_and_refused_form() -> None:
    buyer = a_person()
    empty = shop.post("/api/orders/orders/create/", json=FORM, token=buyer.access)
    assert (empty.status, empty.body) == (400, {"detail": "Cart is empty."})
    refused = shop.post("/api/orders/orders/create/", json={}, token=buyer.access)
    required = ["This field is required."]
    assert (refused.status, refused.body) == (400, {"shipping_address": required, "phone": required})


@pytest.mark.covers("parts", "POST", "/api/payments/create/{order_id}/")
@pytest.mark.covers("parts", "GET", "/api/payments/verify/")
def test_a_payment_from_start_to_end(paystack: FakeProvider) -> None:
    buyer = a_person()
    order = ordered(buyer)
    started = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access)
    reference = started.body["reference"]
    expected = {
        "reference": reference,
        "access_code": f"access-{order['id']}",
        "authorization_url": f"https://pay.test/{reference}",
    }
    assert (started.status, started.body) == (200, expected)
    assert reference.startswith(f"ORD_{order['id']}_") and len(reference.rpartition("_")[2]) == 10
    request = paystack.requests[reference]
    assert (request.amount_minor, request.currency, request.email) == (250_000, "USD", buyer.user.email)

    again = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access)
    assert (again.status, again.body) == (400, {"detail": "Payment already initialized."} | expected)
    early = shop.get("/api/payments/verify/", query={"reference": reference}, token=buyer.access)
    assert (early.status, early.body) == (
        400,
        {"detail": "Payment verification failed.", "paystack": {"reference": reference, "status": "pending"}},
    )

    paystack.pay(reference)
    for _ in range(2):
        verified = shop.get("/api/payments/verify/", query={"reference": reference}, token=buyer.access)
        assert (verified.status, verified.body) == (200, {"detail": "Payment verified and order marked as paid."})
    shown = shop.get(f"/api/orders/orders/{order['id']}/", token=buyer.access).body
    assert (shown["is_paid"], shown["status"]) == (True, "confirmed")
    paid = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access)
    assert (paid.status, paid.body) == (400, {"detail": "Order is already paid."})


def test_a_declined_payment_allows_another(paystack: FakeProvider) -> None:
    buyer = a_person()
    order = ordered(buyer)
    first = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access).body["reference"]
    paystack.decline(first)
    failed = shop.get("/api/payments/verify/", query={"reference": first}, token=buyer.access)
    assert (failed.status, failed.body["paystack"]["status"]) == (400, "failed")
    second = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access)
    assert (second.status, second.body["reference"] != first) == (200, True)


def test_a_keyed_start_is_repeated_and_not_refused(paystack: FakeProvider) -> None:
    buyer, keyed = a_person(), {"Idempotency-Key": "p1"}
    path = f"/api/payments/create/{ordered(buyer)['id']}/"
    first = shop.post(path, json={}, token=buyer.access, headers=keyed)
    again = shop.post(path, json={}, token=buyer.access, headers=keyed)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = shop.post(path, json={"provider": "stripe"}, token=buyer.access, headers=keyed)
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(paystack.requests) == 1


def test_trouble_at_the_gateway_is_500_with_a_code_and_can_be_tried_again(paystack: FakeProvider) -> None:
    buyer = a_person()
    order = ordered(buyer)
    paystack.troubles = 1
    failed = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access)
    text = "The payment provider cannot be reached at the moment. Please try again."
    assert (failed.status, failed.body, failed.code) == (500, {"detail": text}, "provider_trouble")
    assert shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access).status == 200


def test_other_peoples_payments_do_not_exist(paystack: FakeProvider) -> None:
    buyer, other = a_person(), a_person()
    order = ordered(buyer)
    refused = shop.post(f"/api/payments/create/{order['id']}/", token=other.access)
    assert (refused.status, refused.body) == (404, {"detail": "Order not found."})
    reference = shop.post(f"/api/payments/create/{order['id']}/", token=buyer.access).body["reference"]
    paystack.pay(reference)
    assert shop.get("/api/payments/verify/", query={"reference": reference}, token=other.access).status == 404
    for bad in ("x", "ORD_1_abc", f"ORD_{order['id']}_0000000000", "ORD__", "ORD_٣_a", "x" * 999):
        assert shop.get("/api/payments/verify/", query={"reference": bad}, token=buyer.access).status == 404
    missing = shop.get("/api/payments/verify/", token=buyer.access)
    assert (missing.status, missing.body) == (400, {"reference": ["This field is required."]})


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"provider": "bitcoin"}, "provider"),
        ({"method": "cheque"}, "method"),
        ({"method": "mobile_money", "provider": "stripe"}, "provider"),
        ({"method": "mobile_money"}, "phone"),
    ],
)
def test_ways_of_paying_that_nobody_offers(choice: dict, field: str) -> None:
    buyer = a_person()
    order = ordered(buyer)
    answer = shop.post(f"/api/payments/create/{order['id']}/", json=choice, token=buyer.access)
    assert (answer.status, list(answer.body)) == (400, [field])


def test_the_storefront_serves_the_same_routes(paystack: FakeProvider) -> None:
    buyer = a_person()
    order = an_order(buyer, (a_product(), 1))
    storefront = Client("storefront")
    started = storefront.post(f"/api/payments/create/{order.id}/", token=buyer.access)
    assert started.status == 200
    again = storefront.post(f"/api/payments/create/{order.id}/", token=buyer.access)
    assert (again.status, again.body) == (400, {"error": "Payment already initialized."} | started.body)
    paystack.pay(started.body["reference"])
    verified = storefront.get(
        "/api/payments/verify/", query={"reference": started.body["reference"]}, token=buyer.access
    )
    assert (verified.status, verified.body) == (200, {"detail": "Payment verified and order marked as paid."})
    assert storefront.get(f"/api/orders/{order.id}/", token=buyer.access).body["status"] == "confirmed"


def test_an_unpaid_order_expires_after_a_day_and_after_half_an_hour_with_a_payment(paystack: FakeProvider) -> None:
    buyer, product = a_person(), a_product()
    ordered(buyer, product, 2)
    waiting = ordered(buyer, product, 3)
    shop.post(f"/api/payments/create/{waiting['id']}/", token=buyer.access)
    assert available(product) == 45
    with later(minutes=31):
        reconcile()
        assert available(product) == 48
        assert shop.get(f"/api/orders/orders/{waiting['id']}/", token=a_token(buyer)).body["status"] == "cancelled"
    with later(minutes=24 * 60 + 1):
        reconcile()
        assert available(product) == 50


def reconcile() -> None:
    """What the schedule, its queue and the worker behind it do."""
    from workers.reconciler.app import handler as reconciler
    from workers.visits.app import handler as visits

    found = reconciler(sample("schedule"), None)
    assert found["new"] + found["due"] > 0
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="visits")["QueueUrl"]
    records = [
        {"messageId": message["MessageId"], "body": message["Body"]}
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    ]
    assert visits({"Records": records}, None) == {"batchItemFailures": []}
    sqs.purge_queue(QueueUrl=url)


def a_token(buyer) -> str:
    from commerce.sessions import tokens

    return tokens.issue(buyer.principal, "t").access
