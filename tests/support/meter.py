"""Counts every AWS call that the code under test makes, and what DynamoDB would bill for it.

The calls are seen at the seam of `kit.aws`, the only module that may make a client. Items before and after a write are
read through a client of the meter's own, which is not counted.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

from support import seam, template
from support.capacity import Index, Item, index_units, read_units, size, write_units

_WRITES = ("Put", "Update", "Delete", "ConditionCheck")
_SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


@dataclass
class Call:
    """One API call: `GetItem`, and what it costs; `is_beside` when it was made in a thread beside the others."""

    service: str
    operation: str
    is_beside: bool = False
    rcu: float = 0.0
    wcu: float = 0.0


@dataclass
class Meter:
    """Use as a context; `calls` are those made within it, in order."""

    calls: list[Call] = field(default_factory=list)
    _installed: AbstractContextManager[None] = field(init=False, repr=False)

    @property
    def rcu(self) -> float:
        return sum(call.rcu for call in self.calls)

    @property
    def wcu(self) -> float:
        return sum(call.wcu for call in self.calls)

    @property
    def names(self) -> str:
        """The operations in the order of first use, with how often each was called when more than once; those made
        beside the others, at any time, stand at the end."""
        ordered = sorted(self.calls, key=lambda call: call.is_beside)
        return ", ".join(
            name if times == 1 else f"{name} ×{times}"
            for name, times in Counter(call.operation for call in ordered).items()
        )

    def __enter__(self) -> "Meter":
        self._installed = seam.around(self._counted)
        self._installed.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._installed.__exit__(kind, error, trace)

    def _counted(self, made: seam.Call) -> Any:
        call = Call(made.service, made.operation, threading.current_thread().daemon)
        self.calls.append(call)
        if call.service != "dynamodb":
            return made.make()
        writes = _writes_of(call.operation, made.arguments)
        metered = _Metered(call, made.arguments, writes, [_item(table, key) for table, _, key, _ in writes])
        try:
            answer = made.make()
        except ClientError as refusal:
            metered.end(refusal.response)
            raise
        metered.end(answer)
        return answer


@dataclass
class _Metered:
    """A DynamoDB call under way: what it writes, and the items that stood there before."""

    call: Call
    params: dict[str, Any]
    writes: list[tuple[str, str, Item, Item | None]]
    before: list[Item | None]

    def end(self, answer: dict[str, Any]) -> None:
        """Bill the call by its answer."""
        is_transaction = self.call.operation == "TransactWriteItems"
        refused = "Error" in answer
        for (table, kind, key, wanted), old in zip(self.writes, self.before, strict=True):
            if refused:
                # A refused condition is billed by the item that stood there, a put's also by what it brought.
                self.call.wcu += write_units(old, wanted, transactional=is_transaction)
                continue
            new = old if kind == "ConditionCheck" else _item(table, key)
            self.call.wcu += write_units(old, new, transactional=is_transaction)
            self.call.wcu += sum(index_units(index, ("pk", "sk"), old, new) for index in _indexes(table))
        if not self.writes and not refused:
            self.call.rcu = _read_units(self.call.operation, self.params, answer)


def _item(table: str, key: Item) -> Item | None:
    item: Item | None = _own_client().get_item(TableName=table, Key=dict(key), ConsistentRead=True).get("Item")
    return item


@cache
def _own_client() -> Any:
    """Not of `kit.aws`, so nobody counts its calls."""
    return botocore.session.Session().create_client("dynamodb")


def _writes_of(operation: str, params: dict[str, Any]) -> list[tuple[str, str, Item, Item | None]]:
    """(table, kind, key, whole item of a put) of each write in a call."""
    if operation in _SINGLE:
        return [_write_of(_SINGLE[operation], params)]
    if operation != "TransactWriteItems":
        return []
    return [_write_of(kind, write[kind]) for write in params["TransactItems"] for kind in _WRITES if kind in write]


def _write_of(kind: str, params: dict[str, Any]) -> tuple[str, str, Item, Item | None]:
    item = params.get("Item")
    key = params["Key"] if item is None else {name: item[name] for name in ("pk", "sk")}
    return params["TableName"], kind, key, item


def _read_units(operation: str, params: dict[str, Any], answer: dict[str, Any]) -> float:
    match operation:
        case "GetItem":
            return read_units(size(answer.get("Item", {})), consistent=params.get("ConsistentRead", False))
        case "Query":
            return read_units(_total(answer["Items"]), consistent=params.get("ConsistentRead", False))
        case "BatchGetItem":
            return sum(_batch_units(table, wanted, answer) for table, wanted in params["RequestItems"].items())
        case "TransactGetItems":
            return sum(read_units(size(found.get("Item", {})), transactional=True) for found in answer["Responses"])
        case _:
            raise ValueError(f"{operation} is not used here")


def _batch_units(table: str, wanted: dict[str, Any], answer: dict[str, Any]) -> float:
    """Each item is rounded on its own; one that is not there costs as a small one does."""
    consistent = wanted.get("ConsistentRead", False)
    found = answer["Responses"].get(table, [])
    missing = len(wanted["Keys"]) - len(found)
    return sum(read_units(size(item), consistent=consistent) for item in [*found, *[{}] * missing])


def _total(items: Iterable[Item]) -> int:
    return sum(map(size, items))


@cache
def _indexes(table: str) -> list[Index]:
    """The global secondary indexes of a table of the template, by its logical id."""
    found = []
    for index in template.resources("AWS::DynamoDB::Table")[table].get("GlobalSecondaryIndexes", []):
        projection = index["Projection"]
        projected = {
            "KEYS_ONLY": (),
            "INCLUDE": tuple(projection.get("NonKeyAttributes", ())),
            "ALL": None,
        }[projection["ProjectionType"]]
        found.append(Index(index["IndexName"], tuple(key["AttributeName"] for key in index["KeySchema"]), projected))
    return found
