"""DynamoDB's transaction conflicts, which no emulator has: while a transaction works on an item, another write of that
item is refused, not made to wait."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commerce.kit import aws
from support import seam

HELD_SECONDS = 0.012  # How long a transaction over a few tables takes in AWS.


class ConflictingClient:
    """A DynamoDB client whose transactions hold their items for a while. `conflicts` counts the refusals."""

    def __init__(self, client: Any, seconds: float) -> None:
        self._client = client
        self._seconds = seconds
        self._held: set[tuple[str, str, str]] = set()
        self._guard = threading.Lock()
        self.conflicts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **call: Any) -> Any:
        keys = [_key(write) for [write] in (one.values() for one in call["TransactItems"])]
        with self._guard:
            taken = [key in self._held for key in keys]
            if not any(taken):
                self._held.update(keys)
        if any(taken):
            self.conflicts += 1
            reasons = [{"Code": "TransactionConflict" if one else "None"} for one in taken]
            refusal = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise self._client.exceptions.TransactionCanceledException(refusal, "TransactWriteItems")
        try:
            time.sleep(self._seconds)
            return self._client.transact_write_items(**call)
        finally:
            with self._guard:
                self._held.difference_update(keys)

    def put_item(self, **call: Any) -> Any:
        return self._alone("put_item", call)

    def update_item(self, **call: Any) -> Any:
        return self._alone("update_item", call)

    def delete_item(self, **call: Any) -> Any:
        return self._alone("delete_item", call)

    def _alone(self, name: str, call: dict[str, Any]) -> Any:
        with self._guard:
            is_held = _key(call) in self._held
        if is_held:
            self.conflicts += 1
            refusal = {"Error": {"Code": "TransactionConflictException"}}
            raise self._client.exceptions.TransactionConflictException(refusal, name)
        return getattr(self._client, name)(**call)


def _key(write: dict[str, Any]) -> tuple[str, str, str]:
    item = write.get("Item") or write["Key"]
    return write["TableName"], item["pk"]["S"], item["sk"]["S"]


@contextmanager
def conflicting(seconds: float = HELD_SECONDS) -> Iterator[ConflictingClient]:
    """Within it, writes of this process conflict."""
    troubled = ConflictingClient(aws.client("dynamodb"), seconds)
    with seam.in_place_of("dynamodb", troubled):
        yield troubled
