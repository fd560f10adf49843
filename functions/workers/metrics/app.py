"""Counts what happens: orders from the bus, views and clicks from their queue, favourites and carts from their tables'
streams. What recommendations are made of is learned from the same, after it is counted.

Everything here may come twice, late and in any order; each fact is counted once, and teaches once. What could not be
counted or learned is reported, and comes again: a message alone, a stream's record with those behind it.
"""

import json
from collections.abc import Mapping
from typing import Any

from commerce.carts.store import lines_added
from commerce.events.model import read_order_event
from commerce.favorites.store import changed_favorite
from commerce.kit import logs
from commerce.kit.attributes import item_from_wire
from commerce.kit.remaining import seconds_left
from commerce.metrics.activity import CartAddition, FavoriteChange, visit_from
from commerce.metrics.counting import Occurrence, counting
from commerce.recommendations.learning import learning

# A transaction that others are in the way of is tried for nine seconds.
RESERVE_SECONDS = 12

_counting = counting()
_learning = learning()


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Count a batch of queue messages, or of stream records; answers those that have to come again."""

    def has_time() -> bool:
        return seconds_left(context) > RESERVE_SECONDS

    failed: set[str] = set()
    told: dict[str, list[Occurrence]] = {}
    for record in event["Records"]:
        name = _name(record)
        try:
            told[name] = _of_stream(record) if "dynamodb" in record else [_of_queue(json.loads(record["body"]))]
        except Exception as error:
            logs.failure("an unreadable message", error, message_id=name)
            failed.add(name)
    failed |= _counting.count_messages(told, has_time)
    failed |= _learning.learn_messages({name: one for name, one in told.items() if name not in failed}, has_time)
    again = [name for name in map(_name, event["Records"]) if name in failed]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in again]}


def _name(record: Mapping[str, Any]) -> str:
    """What Lambda calls a record that has to come again."""
    return str(record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["messageId"])


def _of_queue(message: dict[str, Any]) -> Occurrence:
    if "detail-type" in message:
        return read_order_event(message["detail-type"], message["detail"])
    return visit_from(message)


def _of_stream(record: Mapping[str, Any]) -> list[Occurrence]:
    change = record["dynamodb"]
    images = [item_from_wire(change[name]) if name in change else None for name in ("OldImage", "NewImage")]
    record_id, at = record["eventID"], int(change["ApproximateCreationDateTime"] * 1000)
    if moved := changed_favorite(*images):
        user_id, product_id, is_favorite = moved
        return [FavoriteChange(record_id, user_id, product_id, at, is_favorite=is_favorite)]
    return [CartAddition(record_id, line.product_id, line.seller_id, at) for line in lines_added(*images)]
