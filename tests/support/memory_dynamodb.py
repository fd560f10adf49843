"""DynamoDB in a dictionary: the calls, conditions and updates that our stores use, a thousand times faster than an
emulator. It takes the place of the SDK's client, so everything above `kit.aws` is the real thing. For one thread.

What it cannot do it refuses with NotImplementedError: the stores' own tests run on real emulators.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from support import seam, template

Item = dict[str, dict[str, Any]]
_TOKEN = re.compile(r"\s*(attribute_not_exists|attribute_exists|AND|OR|<=|>=|=|<|>|\(|\)|[#:]\w+)")


def _error(code: str) -> type[ClientError]:
    def __init__(self: ClientError, **more: Any) -> None:
        ClientError.__init__(self, {"Error": {"Code": code, "Message": ""}, **more}, "Memory")

    return type(code, (ClientError,), {"__init__": __init__})


class _Exceptions:
    ConditionalCheckFailedException = _error("ConditionalCheckFailedException")
    TransactionCanceledException = _error("TransactionCanceledException")
    TransactionInProgressException = _error("TransactionInProgressException")
    TransactionConflictException = _error("TransactionConflictException")


class MemoryDynamoDB:
    """The tables of the template, empty."""

    exceptions = _Exceptions

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[str, str], Item]] = defaultdict(dict)
        self._indexes = {
            table["Name"]: {
                index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
                for index in table.get("GlobalSecondaryIndexes", [])
            }
            for table in (
                {"Name": name, **properties} for name, properties in template.resources("AWS::DynamoDB::Table").items()
            )
        }
        self._tokens: set[str] = set()
        # (table, the item before, the item after) of every write, as streams tell of it.
        self.changes: list[tuple[str, Item | None, Item | None]] = []

    # Reading

    def get_item(self, *, TableName: str, Key: Item, **_: Any) -> dict[str, Any]:
        return _found("Item", self.tables[TableName].get(_key(Key)))

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        found = {
            table: [dict(item) for key in asked["Keys"] if (item := self.tables[table].get(_key(key)))]
            for table, asked in RequestItems.items()
        }
        return {"Responses": found}

    def transact_get_items(self, *, TransactItems: list[dict[str, Any]]) -> dict[str, Any]:
        gets = [one["Get"] for one in TransactItems]
        return {"Responses": [_found("Item", self.tables[get["TableName"]].get(_key(get["Key"]))) for get in gets]}

    def query(self, **call: Any) -> dict[str, Any]:
        return {"Items": self._queried(**call)}

    def _queried(
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        ExpressionAttributeNames: dict[str, str],
        ExpressionAttributeValues: Item,
        IndexName: str = "",
        ScanIndexForward: bool = True,
        Limit: int | None = None,
        **more: Any,
    ) -> list[Item]:
        if more.keys() - {"ConsistentRead"}:
            raise NotImplementedError(str(more))
        keys = self._indexes[TableName][IndexName] if IndexName else ["pk", "sk"]
        names, values = ExpressionAttributeNames, ExpressionAttributeValues
        hash_key, wanted = keys[0], values[":hash"]
        rows = [
            item
            for item in self.tables[TableName].values()
            if item.get(hash_key) == wanted
            and keys[-1] in item
            and _matches_key(KeyConditionExpression, item, names, values)
        ]
        rows.sort(key=lambda item: tuple(map(_plain, (item.get(keys[-1]), item["pk"], item["sk"]))))
        rows = rows if ScanIndexForward else rows[::-1]
        kept = [*keys, "pk", "sk"]
        return [{name: item[name] for name in kept} if IndexName else dict(item) for item in rows[:Limit]]

    # Writing

    def put_item(self, **call: Any) -> dict[str, Any]:
        return self._single("Put", call)

    def update_item(self, **call: Any) -> dict[str, Any]:
        return self._single("Update", call)

    def delete_item(self, **call: Any) -> dict[str, Any]:
        return self._single("Delete", call)

    def _single(self, kind: str, call: dict[str, Any]) -> dict[str, Any]:
        key = _key(call.get("Item") or call["Key"])
        old = self.tables[call["TableName"]].get(key)
        if not _holds(call, old):
            raise _Exceptions.ConditionalCheckFailedException(**({"Item": old} if old else {}))
        new = self._apply(kind, call, key, old)
        match call.get("ReturnValues"):
            case "ALL_NEW":
                return {"Attributes": dict(new or {})}
            case "ALL_OLD":
                return {"Attributes": dict(old or {})}
        return {}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], ClientRequestToken: str) -> dict[str, Any]:
        if ClientRequestToken in self._tokens:
            return {}
        steps = []
        reasons = []
        for [(kind, call)] in (one.items() for one in TransactItems):
            key = _key(call.get("Item") or call["Key"])
            old = self.tables[call["TableName"]].get(key)
            is_right = _holds(call, old)
            reasons.append(
                {"Code": "None"} if is_right else {"Code": "ConditionalCheckFailed", **({"Item": old} if old else {})}
            )
            steps.append((kind, call, key, old))
        if any(reason["Code"] != "None" for reason in reasons):
            raise _Exceptions.TransactionCanceledException(CancellationReasons=reasons)
        if len({(call["TableName"], key) for _, call, key, _ in steps}) != len(steps):
            raise ValueError("one item twice in a transaction")
        for kind, call, key, old in steps:
            self._apply(kind, call, key, old)
        self._tokens.add(ClientRequestToken)
        return {}

    def _apply(self, kind: str, call: dict[str, Any], key: tuple[str, str], old: Item | None) -> Item | None:
        table = self.tables[call["TableName"]]
        if kind == "Put":
            table[key] = dict(call["Item"])
        elif kind == "Delete":
            table.pop(key, None)
        elif kind == "Update":
            table[key] = _updated(call, old or dict(call["Key"]))
        self.changes.append((call["TableName"], old, table.get(key)))
        return table.get(key)


def _found(name: str, item: Item | None) -> dict[str, Any]:
    return {name: dict(item)} if item else {}


def _key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _plain(value: dict[str, Any] | None) -> Any:
    if value is None:
        return None
    [(kind, content)] = value.items()
    return int(content) if kind == "N" else content


def _matches_key(condition: str, item: Item, names: dict[str, str], values: Item) -> bool:
    for part in re.split(r" AND (?!:to)", condition)[1:]:
        if prefix := re.fullmatch(r"begins_with\((#\w+), (:\w+)\)", part):
            if not _plain(item[names[prefix[1]]]).startswith(_plain(values[prefix[2]])):
                return False
        elif between := re.fullmatch(r"(#\w+) BETWEEN (:\w+) AND (:\w+)", part):
            if not _plain(values[between[2]]) <= _plain(item[names[between[1]]]) <= _plain(values[between[3]]):
                return False
        elif not _truth(part, item, names, values):
            return False
    return True


def _holds(call: dict[str, Any], item: Item | None) -> bool:
    condition = call.get("ConditionExpression", "")
    names, values = call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {})
    return not condition or _truth(condition, item or {}, names, values)


def _truth(condition: str, item: Item, names: dict[str, str], values: Item) -> bool:
    """Evaluate a condition: comparisons and existence, joined by AND and OR (AND binds tighter)."""
    condition = re.sub(r"(#\w+) BETWEEN (:\w+) AND (:\w+)", r"(\1 >= \2 AND \1 <= \3)", condition)
    tokens = _TOKEN.findall(condition)
    if "".join(tokens) != re.sub(r"\s", "", condition):
        raise NotImplementedError(condition)

    def value(token: str) -> Any:
        return _plain(values[token] if token.startswith(":") else item.get(names[token]))

    def one() -> bool:
        token = tokens.pop(0)
        if token == "(":
            result = either()
            tokens.pop(0)
            return result
        if token.startswith("attribute"):
            _, name, _ = tokens.pop(0), tokens.pop(0), tokens.pop(0)
            return (names[name] in item) is (token == "attribute_exists")
        left, comparison, right = value(token), tokens.pop(0), value(tokens.pop(0))
        if left is None or right is None:
            return False
        compared = {"=": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}
        return compared[comparison]

    def both() -> bool:
        result = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            result = one() and result
        return result

    def either() -> bool:
        result = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            result = both() or result
        return result

    return either()


def _updated(call: dict[str, Any], old: Item) -> Item:
    names, values = call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {})
    new = dict(old)
    for clause, text in re.findall(r"(SET|ADD|REMOVE) (.*?)(?= SET | ADD | REMOVE |$)", call["UpdateExpression"]):
        for part in text.split(","):
            words = part.split()
            name = names[words[0]]
            if clause == "REMOVE":
                new.pop(name, None)
            elif clause == "ADD":
                new[name] = {"N": str(int(old.get(name, {"N": "0"})["N"]) + int(values[words[1]]["N"]))}
            elif len(words) == 3:
                new[name] = values[words[2]] if words[2].startswith(":") else old[names[words[2]]]
            elif len(words) == 5 and words[3] in "+-":
                left, right = (
                    int((values[word] if word.startswith(":") else old[names[word]])["N"])
                    for word in (words[2], words[4])
                )
                new[name] = {"N": str(left + right if words[3] == "+" else left - right)}
            else:
                raise NotImplementedError(call["UpdateExpression"])
    return new


@contextmanager
def in_memory() -> Iterator[MemoryDynamoDB]:
    """Within it, everything of this process reads and writes this database."""
    # The SDK's own client is made behind it and kept; one that is made before moto is known never goes to moto.
    import moto.core  # noqa: F401

    database = MemoryDynamoDB()
    with seam.in_place_of("dynamodb", database):
        yield database
