"""What sellers see of their own: a day in the shop, counted to the piece."""

import json
from typing import Any

import boto3
import pytest

from commerce.kit import clock, settings
from commerce.kit.days import date_of
from commerce.metrics.recount import recount
from commerce.metrics.visits import visits
from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order, listed
from support.client import Client
from support.counted import handler
from support.lists import listed_for_sellers
from support.samples import queue_message

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
METRICS = "/api/marketplace/metrics/"
NOTHING = {
    "views": 0,
    "clicks": 0,
    "favorites": 0,
    "cart_additions": 0,
    "orders": 0,
    "units_sold": 0,
    "currency": "USD",
    "order_value": "0.00",
    "revenue": "0.00",
    "refunds": "0.00",
}
NO_RATES = {"click_through_rate": 0.0, "add_to_cart_rate": 0.0, "conversion_rate": 0.0}


def sent() -> list[dict[str, Any]]:
    """The messages that wait to be counted, each taken out."""
    found: list[dict[str, Any]] = []
    sqs, url = boto3.client("sqs"), settings.text("COUNTING_QUEUE_URL")
    while waiting := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in waiting:
            found.append(json.loads(one["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def counted(*order_ids: int) -> None:
    """Everything that was sent and ordered is counted, and the orders are in their sellers' lists."""
    records = [queue_message(body, str(number)) for number, body in enumerate(sent())]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    today = date_of(clock.now_ms())
    recount().count_days(today, today)
    listed_for_sellers(*order_ids)


def get(path: str, person: Person, **query: Any) -> Any:
    answer = shop.get(f"{METRICS}{path}", token=person.access, query=query)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/metrics/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/metrics/{id}/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/metrics/dashboard_metrics/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/metrics/product_metrics/{product_slug}/")
def test_a_seller_s_day() -> None:
    seller, buyer = a_person(is_seller=True), a_person()
    lamp, mug = a_product(seller, name="Lamp", price_minor=3_000), a_product(seller, name="Mug", stock=0)
    foreign = a_product(name="Foreign", price_minor=100)
    listed(lamp, mug, foreign)
    # Three visitors through three contracts, one of them twice; and the seller, who is none.
    Client("storefront").get(f"/api/products/{lamp.id}/", token=buyer.access)
    for _ in range(2):
        shop.get(f"/api/marketplace/products/{lamp.slug}/", address="198.51.100.7")
    Client("parts").get(f"/api/categories/electronics/products/{lamp.slug}/", cookie="sessionid=abc")
    shop.get(f"/api/marketplace/products/{lamp.slug}/", token=seller.access)
    shop.get(f"/api/marketplace/products/{mug.slug}/", address="198.51.100.7")
    shop.post(f"/api/marketplace/products/{lamp.slug}/click/", address="198.51.100.7")
    first = an_order(buyer, (lamp, 2), (foreign, 5))
    second = an_order(buyer, (lamp, 1))
    payments().settlement.confirm(a_person(is_staff=True).principal, first.id)
    payments().move(a_person(is_staff=True).principal, second.id, Status.CANCELLED)
    counted(first.id, second.id)

    of_lamp = {
        "views": 3,
        "clicks": 1,
        "favorites": 0,
        "cart_additions": 0,
        "orders": 1,
        "units_sold": 2,
        "currency": "USD",
        "order_value": "60.00",
        "revenue": "54.00",
        "refunds": "0.00",
    }
    rates = {"click_through_rate": 33.33, "add_to_cart_rate": 0.0, "conversion_rate": 33.33}
    info = {
        "id": lamp.id,
        "name": "Lamp",
        "slug": lamp.slug,
        "price": "30.00",
        "currency": "USD",
        "primary_image": None,
        "is_active": True,
        "stock_quantity": 48,
    }
    orders = [
        {
            "id": order.id,
            "status": status,
            "payment_status": payment,
            "total_amount": price,
            "currency": "USD",
            "items": [{"product": lamp.id, "product_name": "Lamp", "quantity": pieces, "total_price": price}],
            "created_at": clock.iso(order.placed_at),
        }
        for order, status, payment, price, pieces in (
            (second, "cancelled", "pending", "30.00", 1),
            (first, "payment_confirmed", "paid", "60.00", 2),
        )
    ]
    day = clock.iso(clock.now_ms())[:10]
    dashboard = get("dashboard_metrics/", seller, days=2)
    yesterday, today = dashboard.pop("daily")
    assert dashboard == {
        **of_lamp,
        "views": 4,
        "click_through_rate": 25.0,
        "add_to_cart_rate": 0.0,
        "conversion_rate": 25.0,
        "amounts": [{"currency": "USD", "order_value": "60.00", "revenue": "54.00", "refunds": "0.00"}],
        "product_counts": {"total": 2, "active": 2, "inactive": 0, "out_of_stock": 1},
        "recent_orders": orders,
    }
    assert today == {"date": day, **of_lamp, "views": 4}
    assert yesterday == {"date": yesterday["date"], **NOTHING}
    assert yesterday["date"] < day
    report = get(f"product_metrics/{lamp.slug}/", seller)
    assert len(report["daily"]) == 30
    assert report.pop("daily")[-1] == {"date": day, **of_lamp}
    assert report == {"product": info, "metrics": {**of_lamp, **rates}, "recent_orders": orders}
    record = {"id": lamp.id, "product": info, **of_lamp, **rates}
    rows = get("", seller)
    assert [row["id"] for row in rows] == [mug.id, lamp.id]
    assert rows[1] == get(f"{lamp.id}/", seller) == record
    assert {name: rows[0][name] for name in ("views", "orders", "conversion_rate")} == {
        "views": 1,
        "orders": 0,
        "conversion_rate": 0.0,
    }
    detail = shop.get(f"/api/marketplace/products/{lamp.slug}/").body
    assert (detail["view_count"], detail["click_count"]) == (3, 1)


def test_a_seller_of_whom_nothing_is_counted() -> None:
    seller = a_person(is_seller=True)
    listed(a_product())
    dashboard = get("dashboard_metrics/", seller)
    assert len(dashboard.pop("daily")) == 30
    assert dashboard == {
        **NOTHING,
        **NO_RATES,
        "amounts": [],
        "product_counts": {"total": 0, "active": 0, "inactive": 0, "out_of_stock": 0},
        "recent_orders": [],
    }
    assert get("", seller) == []
    for days in ("0", "93", "x"):
        answer = shop.get(f"{METRICS}dashboard_metrics/", token=seller.access, query={"days": days})
        assert (answer.status, list(answer.body)) == (400, ["days"])


def test_whose_metrics_are_seen() -> None:
    seller, rival = a_person(is_seller=True), a_person(is_seller=True)
    shown, hidden = a_product(seller), a_product(seller, name="Hidden", is_active=False)
    for path in (f"{shown.id}/", f"product_metrics/{shown.slug}/"):
        assert shop.get(f"{METRICS}{path}", token=rival.access).status == 403
    for path in (f"{hidden.id}/", f"product_metrics/{hidden.slug}/", "7/", "x/", "product_metrics/no-such-thing/"):
        assert shop.get(f"{METRICS}{path}", token=rival.access).status == 404
    staff = a_person(is_staff=True)
    assert get(f"{hidden.id}/", staff)["product"]["name"] == "Hidden"


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/{slug}/click/")
def test_a_click_is_sent_and_nothing_of_who_made_it() -> None:
    product = a_product()
    answer = shop.post(f"/api/marketplace/products/{product.slug}/click/", address="198.51.100.7")
    assert (answer.status, answer.body) == (200, {"clicked": True})
    [message] = sent()
    assert (message["kind"], message["product_id"], message["user_id"]) == ("click", product.id, 0)
    assert "198.51.100" not in json.dumps(message)
    assert len(message["visitor"]) == 32
    for unknown in ("no-such-thing", a_product(name="Hidden", is_active=False).slug):
        assert shop.post(f"/api/marketplace/products/{unknown}/click/").status == 404


def test_a_queue_that_fails_or_hangs_fails_no_page(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    import threading

    product, released = a_product(), threading.Event()

    def fails(_: Any) -> None:
        raise ConnectionError("no queue")

    monkeypatch.setattr(visits()._queue, "send", fails)
    path = f"/api/marketplace/products/{product.slug}/"
    assert shop.get(path).status == 200
    assert json.loads(capsys.readouterr().err)["message"] == "a visit could not be sent"
    monkeypatch.setattr("commerce.metrics.visits.PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(visits()._queue, "send", lambda _: released.wait(30))
    assert shop.get(path).status == 200
    assert shop.post(f"{path}click/").status == 200
    assert not released.is_set(), "the answer did not wait for it"
    released.set()


def test_the_visit_is_on_its_way_while_the_product_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    product, is_sending = a_product(), threading.Event()
    monkeypatch.setattr(visits()._queue, "send", lambda _: is_sending.set())
    from storefront.products import app

    real = app._catalog.visible_product

    def read(*arguments: Any) -> Any:
        assert is_sending.wait(10), "it is sent after the read"
        return real(*arguments)

    monkeypatch.setattr(app._catalog, "visible_product", read)
    assert Client("storefront").get(f"/api/products/{product.id}/").status == 200
