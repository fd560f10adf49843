"""DynamoDB in plain Python values: single items, queries, conditional writes and transactions.

Expressions are written in the stores; `#name` stands for the attribute `name` (placeholders are derived, so reserved
words never matter) and `:value` for an entry of `values`. Nothing here scans.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from commerce.kit import aws
from commerce.kit.attributes import Item, item_from_wire, item_to_wire, to_wire
from commerce.kit.contention import contended
from commerce.kit.errors import Busy

_PLACEHOLDER = re.compile(r"#(\w+)")


class ConditionFailed(Exception):
    """A single write was refused; `found` is the item as it stood, or None when there was none."""

    def __init__(self, found: Item | None) -> None:
        super().__init__("condition failed")
        self.found = found


class TransactionRefused(Exception):
    """A transaction changed nothing. `failures` maps the index of each refused write to the item found there."""

    def __init__(self, failures: Mapping[int, Item | None]) -> None:
        super().__init__(f"conditions failed: {sorted(failures)}")
        self.failures = failures


@dataclass(frozen=True)
class Write:
    """One write of a transaction (or alone): `kind` is Put, Update, Delete or ConditionCheck."""

    kind: str
    table: str
    content: Mapping[str, Any]

    def wire(self) -> dict[str, Any]:
        return {self.kind: {"TableName": self.table, "ReturnValuesOnConditionCheckFailure": "ALL_OLD", **self.content}}


# Where a query goes on, in DynamoDB's own form, which is plain JSON; None at its beginning and at its end.
Position = dict[str, Any] | None


@dataclass(frozen=True)
class Rows:
    """Items of a query in order; `next` continues it, None at the end."""

    items: list[Item]
    next: Position = field(default=None)


class Table:
    """One table with string keys `pk` and `sk`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        """One item or None."""
        answer = aws.client("dynamodb").get_item(TableName=self.name, Key=_key(pk, sk), ConsistentRead=consistent)
        return item_from_wire(answer["Item"]) if "Item" in answer else None

    def query(
        self,
        pk: str | int,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        index: tuple[str, str] | None = None,
        backwards: bool = False,
        limit: int | None = None,
        start: Position = None,
        consistent: bool = False,
    ) -> Rows:
        """One page of an item collection, at most 1 MB of it; `index` is (index name, its hash attribute)."""
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "#hash = :hash",
            "ExpressionAttributeNames": {"#hash": index[1] if index else "pk"},
            "ExpressionAttributeValues": {":hash": to_wire(pk)},
            "ScanIndexForward": not backwards,
        }
        if between is not None:
            arguments["KeyConditionExpression"] += " AND #sk BETWEEN :from AND :to"
            arguments["ExpressionAttributeNames"]["#sk"] = "sk"
            arguments["ExpressionAttributeValues"] |= {":from": to_wire(between[0]), ":to": to_wire(between[1])}
        elif prefix:
            arguments["KeyConditionExpression"] += " AND begins_with(#sk, :prefix)"
            arguments["ExpressionAttributeNames"]["#sk"] = "sk"
            arguments["ExpressionAttributeValues"][":prefix"] = to_wire(prefix)
        if index:
            arguments["IndexName"] = index[0]
        if limit is not None:
            arguments["Limit"] = limit
        if start is not None:
            arguments["ExclusiveStartKey"] = start
        if consistent:
            arguments["ConsistentRead"] = True
        answer = aws.client("dynamodb").query(**arguments)
        return Rows([item_from_wire(item) for item in answer["Items"]], answer.get("LastEvaluatedKey"))

    def query_until(
        self, pk: str, index: tuple[str, str, str], until: int, limit: int, *, backwards: bool = False
    ) -> list[Item]:
        """At most `limit` rows of an index (name, hash, numeric range) whose range is `until` or less, smallest first,
        or largest first when `backwards`."""
        arguments = _range_query(self.name, pk, index, "<=", until)
        answer = aws.client("dynamodb").query(**arguments, ScanIndexForward=not backwards, Limit=limit)
        return [item_from_wire(item) for item in answer["Items"]]

    def query_since(self, pk: str, index: tuple[str, str, str], since: int) -> Iterator[Item]:
        """Every row of an index (name, hash, numeric range) whose range is `since` or more, smallest first."""
        arguments = _range_query(self.name, pk, index, ">=", since)
        while True:
            answer = aws.client("dynamodb").query(**arguments)
            yield from map(item_from_wire, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def query_all(self, pk: str | int, **options: Any) -> Iterable[Item]:
        """Every item of a collection, page after page; for collections that are small by their nature."""
        rows = self.query(pk, **options)
        yield from rows.items
        while rows.next is not None:
            rows = self.query(pk, start=rows.next, **options)
            yield from rows.items

    def write(self, write: Write, *, returning: str = "NONE") -> Item:
        """One write on its own; answers the item that `returning` (ALL_NEW, ALL_OLD) asks for, else {}.

        A transaction that holds the item at this moment is waited for. Raises ConditionFailed, Busy.
        """
        client = aws.client("dynamodb")
        call = {"Put": client.put_item, "Update": client.update_item, "Delete": client.delete_item}[write.kind]
        for _ in contended():
            try:
                answer = call(**write.wire()[write.kind], ReturnValues=returning)
            except client.exceptions.ConditionalCheckFailedException as refusal:
                found = refusal.response.get("Item")
                raise ConditionFailed(item_from_wire(found) if found else None) from None
            except client.exceptions.TransactionConflictException:
                continue
            return item_from_wire(answer.get("Attributes", {}))
        raise Busy

    def put(self, item: Item, *, condition: str = "", values: Item | None = None) -> Write:
        """The write that stores a whole item."""
        return Write("Put", self.name, {"Item": item_to_wire(item), **_expressions(condition=condition, values=values)})

    def update(self, pk: str, sk: str, expression: str, *, condition: str = "", values: Item | None = None) -> Write:
        """The write that changes parts of an item."""
        parts = _expressions(update=expression, condition=condition, values=values)
        return Write("Update", self.name, {"Key": _key(pk, sk), **parts})

    def delete(self, pk: str, sk: str, *, condition: str = "", values: Item | None = None) -> Write:
        """The write that removes an item."""
        return Write("Delete", self.name, {"Key": _key(pk, sk), **_expressions(condition=condition, values=values)})

    def check(self, pk: str, sk: str, *, condition: str, values: Item | None = None) -> Write:
        """No change, but a condition that the transaction rests on."""
        parts = _expressions(condition=condition, values=values)
        return Write("ConditionCheck", self.name, {"Key": _key(pk, sk), **parts})


def read(keys: Sequence[tuple[Table, str, str]], *, consistent: bool = False) -> list[Item | None]:
    """Items of several tables in one call (at most 100), in the order asked for, None where there is none.

    Keys that a throttled table left out are asked for again. Raises Busy when it keeps leaving them out.
    """
    wanted: dict[str, Any] = {}
    for table, pk, sk in dict.fromkeys((table.name, pk, sk) for table, pk, sk in keys):
        wanted.setdefault(table, {"Keys": [], "ConsistentRead": consistent})["Keys"].append(_key(pk, sk))
    found: dict[tuple[str, str, str], Item] = {}
    for _ in contended():
        answer = aws.client("dynamodb").batch_get_item(RequestItems=wanted)
        for name, items in answer["Responses"].items():
            for item in map(item_from_wire, items):
                found[name, item["pk"], item["sk"]] = item
        wanted = answer.get("UnprocessedKeys") or {}
        if not wanted:
            return [found.get((table.name, pk, sk)) for table, pk, sk in keys]
    raise Busy


def read_together(keys: Sequence[tuple[Table, str, str]]) -> list[Item | None]:
    """Items of several tables as they stood at one moment, in the order asked for, None where there is none.

    A batch read may see one item of a transaction written and another not yet; this never does, at twice the units.
    Raises Busy when writes to them do not end.
    """
    client = aws.client("dynamodb")
    wanted = [{"Get": {"TableName": table.name, "Key": _key(pk, sk)}} for table, pk, sk in keys]
    for _ in contended():
        try:
            answers = client.transact_get_items(TransactItems=wanted)["Responses"]
        except client.exceptions.TransactionCanceledException:
            continue
        return [item_from_wire(answer["Item"]) if answer.get("Item") else None for answer in answers]
    raise Busy


def transact(writes: Sequence[Write]) -> None:
    """All the writes or none, once, even when an answer is lost and the call is repeated (client token).

    Conflicts with other transactions are tried again after a random pause. Raises TransactionRefused when conditions
    fail, Busy when conflicts do not end.
    """
    client = aws.client("dynamodb")
    token = str(uuid4())
    wire = [write.wire() for write in writes]
    for _ in contended():
        try:
            client.transact_write_items(TransactItems=wire, ClientRequestToken=token)
            return
        except client.exceptions.TransactionCanceledException as refusal:
            reasons = refusal.response["CancellationReasons"]
            failures = {
                index: item_from_wire(reason["Item"]) if reason.get("Item") else None
                for index, reason in enumerate(reasons)
                if reason["Code"] == "ConditionalCheckFailed"
            }
            if failures:
                raise TransactionRefused(failures) from None
            if not all(reason["Code"] in _PASSING for reason in reasons):
                raise
        except client.exceptions.TransactionInProgressException:
            pass
    raise Busy


_PASSING = {"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def _range_query(table: str, pk: str, index: tuple[str, str, str], comparison: str, bound: int) -> dict[str, Any]:
    name, hash_name, range_name = index
    return {
        "TableName": table,
        "IndexName": name,
        "KeyConditionExpression": f"#hash = :hash AND #range {comparison} :bound",
        "ExpressionAttributeNames": {"#hash": hash_name, "#range": range_name},
        "ExpressionAttributeValues": {":hash": to_wire(pk), ":bound": to_wire(bound)},
    }


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _expressions(*, update: str = "", condition: str = "", values: Item | None = None) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if update:
        parts["UpdateExpression"] = update
    if condition:
        parts["ConditionExpression"] = condition
    if names := {f"#{name}": name for name in _PLACEHOLDER.findall(f"{update} {condition}")}:
        parts["ExpressionAttributeNames"] = names
    if values:
        parts["ExpressionAttributeValues"] = {f":{name}": to_wire(value) for name, value in values.items()}
    return parts
