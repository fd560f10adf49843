"""What an order costs to write, from the first thing in the cart until it is paid: every request and worker counted but
the notifications."""

import json
from collections.abc import Callable

import boto3
import pytest

from benchmarks.cases.case import shop_product, three_products
from commerce.catalog.model import Product
from commerce.orders.service import orders
from support.builders import a_person
from support.client import Client
from support.fake_provider import FakeProvider
from support.meter import Meter

pytestmark = pytest.mark.usefixtures("aws")

FORM = {"shipping_address": "123 Main St, City, Country", "phone": "+1234567890"}


def cart_to_paid(products: list[Product]) -> dict[str, float]:
    """Write units by step."""
    from workers.settlement.app import handler as settlement

    paystack, buyer, shop = FakeProvider().install(), a_person(), Client("parts")
    units: dict[str, float] = {}

    def counted(step: str, act: Callable[[], None]) -> None:
        with Meter() as meter:
            act()
        units[step] = units.get(step, 0) + meter.wcu

    for product in products:
        path = f"/api/carts/products/{product.id}/add/"
        counted("add", lambda path=path: shop.post(path, token=buyer.access))
    counted("order", lambda: shop.post("/api/orders/orders/create/", json=FORM, token=buyer.access))
    [order] = orders()._store.newest_of_buyer(buyer.id, 0, 1)
    counted("initiate", lambda: shop.post(f"/api/payments/create/{order.id}/", json={}, token=buyer.access))
    [attempt] = orders().by_id(order.id).attempts
    paystack.pay(attempt.reference)
    headers = {"x-paystack-signature": "genuine"}
    counted(
        "webhook",
        lambda: Client("omnisell").post("/api/webhooks/payment/", body=attempt.reference, headers=headers),
    )
    sqs = boto3.client("sqs")
    [message] = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="settlement")["QueueUrl"])["Messages"]
    assert json.loads(message["Body"])["reference"] == attempt.reference
    record = {"messageId": "1", "body": message["Body"]}
    counted("settle", lambda: settlement({"Records": [record]}, None))
    assert orders().by_id(order.id).is_paid
    return units


def test_one_line() -> None:
    units = cart_to_paid([shop_product()])
    assert sum(units.values()) <= 16, units
    assert units == {"add": 1, "order": 10, "initiate": 2, "webhook": 0, "settle": 2}


def test_three_lines_of_three_sellers() -> None:
    units = cart_to_paid(three_products())
    assert sum(units.values()) <= 26, units
    assert units == {"add": 3, "order": 14, "initiate": 2, "webhook": 0, "settle": 3}
