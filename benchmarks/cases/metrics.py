"""Counting what happens, and what sellers see of it."""

import json
from typing import Any
from unittest.mock import patch

from benchmarks.cases.case import Request, case, shop_product
from benchmarks.cases.event import event
from commerce.catalog.model import Product
from commerce.favorites.service import favorites
from commerce.kit import clock
from commerce.kit.attributes import item_to_wire
from commerce.kit.days import date_of
from commerce.kit.tables import Table
from commerce.metrics.activity import VIEW, Visit
from commerce.metrics.recount import recount
from commerce.orders.model import Placed
from commerce.orders.outbox import order_events
from commerce.orders.service import orders
from support.builders import Person, a_person, a_product, an_order, listed
from support.client import Client
from support.lists import listed_for_sellers
from support.samples import queue_message

METRICS = "/api/marketplace/metrics/"


def _sold(pieces: int = 2) -> tuple[Person, Product]:
    """A seller of whom an order of three products is counted, and one of these."""
    seller = a_person(is_seller=True)
    products = [a_product(seller, name=f"Thing {number}") for number in range(3)]
    listed(*products)
    order = an_order(a_person(), *((product, pieces) for product in products))
    today = date_of(clock.now_ms())
    with patch("commerce.metrics.counting.SHARDS", 1):
        recount().count_days(today, today)
    listed_for_sellers(order.id)
    # The process has the index from now on.
    Client("marketplace").get("/api/marketplace/products/")
    return seller, products[0]


@case("marketplace", "POST /api/marketplace/products/{slug}/click/", most=3)
def _() -> tuple[str, Request]:
    return f"/api/marketplace/products/{shop_product().slug}/click/", {}


@case("marketplace", "POST /api/marketplace/products/{slug}/click/", "signed in", most=4)
def _() -> tuple[str, Request]:
    return f"/api/marketplace/products/{shop_product().slug}/click/", {"token": a_person().access}


@case("marketplace", f"GET {METRICS}", "3 products")
def _() -> Request:
    return {"token": _sold()[0].access}


@case("marketplace", f"GET {METRICS}{{id}}/", most=2)
def _() -> tuple[str, Request]:
    seller, product = _sold()
    return f"{METRICS}{product.id}/", {"token": seller.access}


@case("marketplace", f"GET {METRICS}dashboard_metrics/", "before the first publication")
def _() -> Request:
    return {"token": a_person(is_seller=True).access}


@case("marketplace", f"GET {METRICS}dashboard_metrics/")
def _() -> Request:
    return {"token": _sold()[0].access}


@case("marketplace", f"GET {METRICS}product_metrics/{{product_slug}}/")
def _() -> tuple[str, Request]:
    seller, product = _sold()
    return f"{METRICS}product_metrics/{product.slug}/", {"token": seller.access}


@event("Counting")
def _() -> Request:
    """A hundred visitors of one product."""
    product, now = shop_product(), clock.now_ms()
    visits = [Visit(VIEW, product.id, now, visitor=str(number)) for number in range(100)]
    return {"Records": [queue_message(one.message(), str(number)) for number, one in enumerate(visits)]}


@event("Counting")
def _() -> Request:
    """Ten people with accounts who look at one product after another."""
    one, other, now = shop_product("Lamp"), shop_product("Mug"), clock.now_ms()
    visits = [Visit(VIEW, product.id, now, user_id=person) for person in range(1, 11) for product in (one, other)]
    return {"Records": [queue_message(visit.message(), str(number)) for number, visit in enumerate(visits)]}


@event("Counting")
def _() -> Request:
    """An order of two sellers."""
    order = an_order(a_person(), (shop_product("Lamp"), 1), (shop_product("Mug"), 2))
    row = Table("Orders").get(f"ORDER#{order.id}", "ORDER")
    [placed] = order_events(None, row, lambda _: Placed(order.placed_at, orders().by_id(order.id).lines))
    detail = json.loads(json.dumps(placed.payload))
    return {"Records": [queue_message({"detail-type": placed.name, "detail": detail}, "1")]}


@event("Counting")
def _() -> Request:
    """A favourite."""
    person, product = a_person(), shop_product()
    favorites().toggle(person.principal, product.slug)
    return _record(Table("Catalog").get(f"FAVORITES#{person.id}", f"PRODUCT#{product.id}"))


def _record(item: Any) -> Request:
    change = {"SequenceNumber": "1", "ApproximateCreationDateTime": clock.now(), "NewImage": item_to_wire(item)}
    return {"Records": [{"eventID": "1", "eventName": "INSERT", "dynamodb": change}]}
