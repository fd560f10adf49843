"""What the indexer tells the bus of a product, once lists show it."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import boto3
import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import Figures, Product
from commerce.catalog.service import catalog
from commerce.events.reading import read_event
from commerce.kit.attributes import item_to_wire
from commerce.kit.tables import Table, transact
from commerce.search.model import SearchQuery
from commerce.search.replicas import IndexReader
from commerce.search.store import IndexBucket
from support.builders import a_person, a_product
from support.seam import Call, around

pytestmark = pytest.mark.usefixtures("aws")
BUCKET = IndexBucket("bazaar-index")
AT = 1_736_416_800
_numbers = count(1000)


@pytest.fixture
def events() -> Iterator[list[dict[str, Any]]]:
    """What was published, each entry with the price that lists showed at that moment."""
    published: list[dict[str, Any]] = []

    def watch(call: Call) -> Any:
        if call.operation != "PutEvents":
            return call.make()
        products = IndexReader(BUCKET).find(SearchQuery()).products
        listed = {product.id: product.price_minor for product in products}
        published.extend({**entry, "listed": listed} for entry in call.arguments["Entries"])
        return call.make()

    boto3.client("events").create_event_bus(Name="bazaar")
    with around(watch):
        yield published


def rows(product: Product) -> dict[str, dict[str, Any]]:
    return {row["sk"]: row for row in Table("Catalog").query_all(f"PRODUCT#{product.id}")}


def records_of(product: Product, action: Callable[[], Any]) -> list[dict[str, Any]]:
    """The records that the table's stream has of what an action does to a product's rows."""
    before = rows(product)
    action()
    return [
        {
            "eventID": f"{number:032x}",
            "eventName": "MODIFY" if sk in before else "INSERT",
            "dynamodb": {
                "ApproximateCreationDateTime": float(AT),
                "SequenceNumber": str(number),
                "Keys": {"pk": {"S": row["pk"]}, "sk": {"S": sk}},
                "NewImage": item_to_wire(row),
                **({"OldImage": item_to_wire(before[sk])} if sk in before else {}),
            },
        }
        for (sk, row), number in zip(rows(product).items(), _numbers, strict=False)
        if row != before.get(sk)
    ]


def invoke(records: list[dict[str, Any]]) -> list[str]:
    """The sequence numbers that have to come again."""
    from workers.indexer.app import handler

    return [failure["itemIdentifier"] for failure in handler({"Records": records}, None)["batchItemFailures"]]


def changed(product: Product, **change: Any) -> list[dict[str, Any]]:
    staff = a_person(is_staff=True).principal
    return records_of(product, lambda: catalog().change(staff, product.id, ProductChange(**change)))


def sold(product: Product, pieces: int) -> list[dict[str, Any]]:
    write = catalog().reserve_write(product.id, pieces, product.price_minor, product.currency)
    return records_of(product, lambda: transact([write]))


def told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes of what was published, which is forgotten."""
    found = [json.loads(event["Detail"])["changes"] for event in events]
    events.clear()
    return found


def test_a_new_price_is_told_once_lists_show_it(events: list[dict[str, Any]]) -> None:
    product = a_product(name="Lamp", price_minor=1_000)
    records = changed(product, price_minor=1_250)
    [stock] = [record for record in records if record["dynamodb"]["Keys"]["sk"]["S"] == "STOCK"]

    assert invoke(records) == []
    assert invoke(records) == []

    first, again = events
    assert first == again
    assert first["listed"] == {product.id: 1_250}
    assert (first["Source"], first["DetailType"]) == ("bazaar.catalog", "ProductChanged")
    detail = json.loads(first["Detail"])
    assert detail == {
        "event_id": f"product:{stock['eventID']}",
        "version": 1,
        "occurred_at": AT * 1000,
        "product_id": product.id,
        "seller_id": product.seller_id,
        "changes": {"price_minor": {"old": 1_000, "new": 1_250}},
        "product": {
            "name": "Lamp",
            "slug": product.slug,
            "price_minor": 1_250,
            "currency": "USD",
            "is_in_stock": True,
            "is_active": True,
        },
    }
    assert read_event("ProductChanged", detail).id == detail["event_id"]


def test_what_is_told_of_a_product_and_what_is_not(events: list[dict[str, Any]]) -> None:
    product = a_product(name="Lamp", price_minor=1_000, stock=3)
    invoke(changed(product, description="Brighter."))
    invoke(sold(product, 1))
    figures = catalog().figures_write(product.id, 7, Figures(views=1, reviews=1, rating_sum=5))
    invoke(records_of(product, lambda: transact([figures])))
    invoke(changed(product, stock=7))
    assert told(events) == []

    invoke(changed(product, name="Lantern"))
    assert told(events) == [{"name": {"old": "Lamp", "new": "Lantern"}}]
    invoke(sold(product, 7))
    assert told(events) == [{"is_in_stock": {"old": True, "new": False}}]
    invoke(changed(product, stock=5))
    assert told(events) == [{"is_in_stock": {"old": False, "new": True}}]
    invoke(changed(product, is_active=False))
    assert told(events) == [{"is_active": {"old": True, "new": False}}]
    invoke(changed(product, name="Secret", price_minor=5_000))
    assert told(events) == []
    invoke(changed(product, is_active=True))
    assert told(events) == [{"is_active": {"old": False, "new": True}}]

    both = changed(product, name="Torch", price_minor=900)
    invoke(both)
    assert sorted(map(sorted, told(events))) == [["name"], ["price_minor"]]
    new = a_product(name="New")
    for record in (made := changed(new, price_minor=1)):
        record["dynamodb"].pop("OldImage")
    invoke(made)
    assert told(events) == []


def test_an_event_that_the_bus_refuses_comes_again_with_those_behind_it(
    events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    products = [a_product(name=f"Thing {number}", price_minor=1_000) for number in range(3)]
    records = [
        record
        for product in products
        for record in changed(product, price_minor=900)
        if record["dynamodb"]["Keys"]["sk"]["S"] == "STOCK"
    ]
    refused = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException"}, {"EventId": "3"}]

    def refuse(call: Call) -> Any:
        return {"Entries": refused} if call.operation == "PutEvents" else call.make()

    with around(refuse):
        assert invoke(records) == [record["dynamodb"]["SequenceNumber"] for record in records[1:]]
    assert invoke(records[1:]) == []
    assert len(told(events)) == 2
