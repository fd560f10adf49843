"""Keeps the catalogue index true to the Catalog table, and then tells what changed for those who watch a product.

Invoked by the table's stream (reserved concurrency 1), and by an operator with `{"rebuild": true}`. A record only says
which product changed; what is indexed is read from the table, so batches may be repeated at will. What is told are the
record's two images; its event carries the record's id, so one that is published again is the same event. Search shows a
change before it is told.

What cannot be dealt with is reported once all the rest of its batch is done; a publication that lost against another
one is reported as the whole batch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from commerce.catalog.model import Product
from commerce.catalog.store import product_of_key
from commerce.events.eventbridge_gateway import EventBus, EventRefused
from commerce.events.products import ProductEvent
from commerce.indexing.announcements import RowChange, announcement
from commerce.indexing.service import indexing
from commerce.kit import logs, settings
from commerce.kit.attributes import item_from_wire
from commerce.search.store import PublishConflict

_indexing = indexing()
_bus = EventBus(settings.text("EVENT_BUS"))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of stream records → those that have to come again; a rebuild → how many products are listed now."""
    if event.get("rebuild") is True:
        return {"products": _indexing.rebuild()}
    failed: list[str] = []
    changed: list[tuple[int, dict[str, Any]]] = []
    for record in event["Records"]:
        try:
            number = product_of_key(record["dynamodb"]["Keys"]["pk"]["S"])
        except (KeyError, TypeError, ValueError) as error:
            logs.failure("unreadable stream record", error, sequence_number=_sequence_number(record))
            failed.append(_sequence_number(record))
            continue
        if number is not None:
            changed.append((number, record))
    failed += [_sequence_number(record) for record in _work_through(changed)]
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sorted(failed, key=int)]}


def _work_through(changed: Sequence[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Index the products of some records, then announce what the records say; answers those that have to come again."""
    if not changed:
        return []
    try:
        indexed = _indexing.update(number for number, _ in changed)
    except PublishConflict as conflict:
        logs.failure("another indexer published first; the batch is repeated", conflict)
        return [record for _, record in changed]
    failed = [record for number, record in changed if number in indexed.unreadable]
    return failed + _announce(changed, indexed.products)


def _announce(changed: Sequence[tuple[int, dict[str, Any]]], products: Mapping[int, Product]) -> list[dict[str, Any]]:
    """Publish the events of records in their order; answers the records whose events were not accepted."""
    failed: list[dict[str, Any]] = []
    events: list[ProductEvent] = []
    told: list[dict[str, Any]] = []
    for number, record in changed:
        try:
            event = announcement(_row_change(record), products[number]) if number in products else None
        except (KeyError, TypeError, ValueError) as error:
            logs.failure("unreadable stream record", error, sequence_number=_sequence_number(record))
            failed.append(record)
            continue
        if event is not None:
            events.append(event)
            told.append(record)
    try:
        _bus.publish(events)
    except EventRefused as refusal:
        logs.failure("the bus refused an event", refusal, event_id=refusal.event_id, code=refusal.code)
        failed += told[refusal.accepted :]
    return failed


def _row_change(record: dict[str, Any]) -> RowChange:
    change = record["dynamodb"]
    before, after = (item_from_wire(change[image]) if image in change else None for image in ("OldImage", "NewImage"))
    return RowChange(record["eventID"], round(float(change["ApproximateCreationDateTime"]) * 1000), before, after)


def _sequence_number(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
