"""What the tables' streams and the bus bring to the counting worker, in a shop in memory: all that was written, in any
order and as often as wanted."""

import importlib
import json
from dataclasses import dataclass, field
from typing import Any

from commerce.kit.attributes import item_from_wire
from commerce.orders.outbox import outbox
from support.memory_dynamodb import MemoryDynamoDB
from support.samples import queue_message


@dataclass
class Deliveries:
    """Records and messages that the worker gets; `waiting` are those that it has not dealt with."""

    database: MemoryDynamoDB
    waiting: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    _seen: int = 0

    def collect(self) -> None:
        """Take up what was written since the last time."""
        changes = self.database.changes[self._seen :]
        self._seen += len(changes)
        for number, (table, old, new) in enumerate(changes, self._seen):
            found = self._of_orders(old, new) if table == "Orders" else _of_stream(number, table, old, new)
            self.waiting += found
            self.sent += found

    def send(self, records: list[dict[str, Any]]) -> set[str]:
        """Give some to the worker, in one batch of messages and one of records; those that it wants again wait."""
        failed: set[str] = set()
        for kind in ("body", "dynamodb"):
            batch = {name_of(one): one for one in records if kind in one}
            if batch:
                answer = handler({"Records": list(batch.values())}, None)
                failed |= {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for one in records:
            if name_of(one) not in failed and one in self.waiting:
                self.waiting.remove(one)
        return failed

    def deliver(self) -> None:
        """Everything is counted, in batches of a hundred."""
        self.collect()
        while self.waiting:
            assert self.send(self.waiting[:100]) == set()

    def _of_orders(self, old: Any, new: Any) -> list[dict[str, Any]]:
        images = [item_from_wire(image) if image else None for image in (old, new)]
        if not images[1] or images[1]["sk"] != "ORDER":
            return []
        events = outbox().follow(*images)
        return [
            queue_message({"detail-type": one.name, "detail": json.loads(json.dumps(one.payload))}, one.id)
            for one in events
        ]


def handler(event: dict[str, Any], context: Any) -> Any:
    return importlib.import_module("workers.metrics.app").handler(event, context)


def name_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["messageId"])


def _of_stream(number: int, table: str, old: Any, new: Any) -> list[dict[str, Any]]:
    pk, sk = ((new or old)[name]["S"] for name in ("pk", "sk"))
    if not (sk == "CART" and new) and not pk.startswith("FAVORITES#"):
        return []
    images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
    change = {"SequenceNumber": str(number), "ApproximateCreationDateTime": 1_795_275_000.0, **images}
    return [{"eventID": f"{table}-{number}", "dynamodb": change}]
