"""The indexer as the table's stream and an operator invoke it."""

from itertools import count
from typing import Any

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from commerce.kit import aws as clients
from commerce.search.model import SearchQuery
from commerce.search.replicas import IndexReader, IndexWriter
from commerce.search.store import MANIFEST_KEY, IndexBucket
from support.builders import a_person, a_product
from support.documents import an_entry
from support.samples import sample

pytestmark = pytest.mark.usefixtures("aws")
BUCKET = IndexBucket("bazaar-index")
_sequence = count(1000)


def record(pk: str, sk: str = "PRODUCT") -> dict[str, Any]:
    """A stream record of an item, otherwise as the sample has it: the indexer reads no more than keys."""
    [change] = sample("dynamodb-catalog-stream")["Records"]
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    change["dynamodb"] |= {"Keys": keys, "SequenceNumber": str(next(_sequence))}
    return change


def invoke(*records: dict[str, Any]) -> dict[str, Any]:
    from workers.indexer.app import handler

    return handler({"Records": list(records)}, None)


def failures(*records: dict[str, Any]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": entry["dynamodb"]["SequenceNumber"]} for entry in records]}


def listed() -> list[str]:
    return [summary.name for summary in IndexReader(BUCKET).find(SearchQuery(ordering="name")).products]


def etag() -> str:
    tag: str = clients.client("s3").head_object(Bucket="bazaar-index", Key=MANIFEST_KEY)["ETag"]
    return tag


def test_a_batch_is_indexed_once_a_product_and_a_replay_changes_nothing() -> None:
    seller = a_person(is_seller=True)
    lamp, mug = a_product(seller, name="Lamp"), a_product(seller, name="Mug", is_active=False)
    batch = [record(f"PRODUCT#{lamp.id}"), record(f"PRODUCT#{lamp.id}", "STOCK"), record(f"PRODUCT#{mug.id}")]
    assert invoke(*batch) == failures()
    assert listed() == ["Lamp"]
    before = etag()
    assert invoke(*batch) == invoke(*reversed(batch)) == failures()
    assert etag() == before
    catalog().change(seller.principal, mug.id, ProductChange(is_active=True))
    catalog().change(seller.principal, lamp.id, ProductChange(is_active=False))
    assert invoke(*batch) == failures()
    assert listed() == ["Mug"]


def test_other_items_of_the_table_are_passed_over() -> None:
    calls: list[str] = []
    for service in ("s3", "dynamodb"):
        clients.client(service).meta.events.register(f"before-call.{service}", lambda **_: calls.append("call"))
    assert invoke(
        record("SLUG#lamp", "SLUG"), record("CATEGORIES", "CATEGORY#home"), record("USER#1", "RECEIPT#1")
    ) == (failures())
    assert calls == []


def test_bad_records_are_reported_alone() -> None:
    lamp, broken = a_product(name="Lamp"), a_product(name="Broken")
    clients.client("dynamodb").update_item(
        TableName="Catalog",
        Key={"pk": {"S": f"PRODUCT#{broken.id}"}, "sk": {"S": "PRODUCT"}},
        UpdateExpression="SET tags = :t",
        ExpressionAttributeValues={":t": {"N": "1"}},
    )
    batch = [
        record("PRODUCT#-1"),
        record(f"PRODUCT#{lamp.id}"),
        record(f"PRODUCT#{broken.id}", "STOCK"),
        record("PRODUCT#abc"),
        record(f"PRODUCT#{broken.id}"),
    ]
    assert invoke(*batch) == failures(batch[0], batch[2], batch[3], batch[4])
    assert listed() == ["Lamp"]


def test_a_lost_publication_repeats_the_whole_batch(tmp_path: Any) -> None:
    lamp, mug = a_product(name="Lamp"), a_product(name="Mug")
    assert invoke(record(f"PRODUCT#{lamp.id}")) == failures()
    catalog().change(a_person(is_staff=True).principal, lamp.id, ProductChange(name="Lantern"))
    rival = IndexWriter(BUCKET, tmp_path / "rival")
    overtaken = iter([True])

    def overtake(**_: Any) -> None:
        if next(overtaken, False):
            rival.begin()
            rival.apply([an_entry(5, "Rival")], ())

    clients.client("dynamodb").meta.events.register("after-call.dynamodb.Query", overtake)
    batch = [record(f"PRODUCT#{lamp.id}"), record(f"PRODUCT#{mug.id}")]
    assert invoke(*batch) == failures(*batch)
    assert listed() == ["Lamp", "Mug", "Rival"]
    assert invoke(*batch) == failures()
    assert listed() == ["Lantern", "Mug", "Rival"]


def test_an_outage_fails_the_invocation() -> None:
    """Then Lambda repeats the batch; nothing was lost or half done."""
    lamp = a_product(name="Lamp")
    outage = iter([True])

    def fail(**_: Any) -> None:
        if next(outage, False):
            raise ConnectionError

    clients.client("s3").meta.events.register("before-call.s3.PutObject", fail)
    with pytest.raises(ConnectionError):
        invoke(record(f"PRODUCT#{lamp.id}"))
    assert invoke(record(f"PRODUCT#{lamp.id}")) == failures()
    assert listed() == ["Lamp"]


def test_an_operator_rebuilds(tmp_path: Any) -> None:
    from workers.indexer.app import handler

    a_product(name="Lamp")
    a_product(name="Mug")
    IndexWriter(BUCKET, tmp_path / "other").replace([an_entry(5, "Stray")])
    assert handler({"rebuild": True}, None) == {"products": 2}
    assert listed() == ["Lamp", "Mug"]
