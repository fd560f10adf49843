"""Moto's transactions without its copies: for each action it copies a whole table, to have it back when one is refused.

A test that has written a few hundred items spends most of its time there. Here what a transaction touches is copied.
"""

import copy
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def light_transactions() -> Iterator[None]:
    """While it lasts, moto keeps of a transaction's tables only the items that it may change."""
    from moto.dynamodb import models

    whole = models.DynamoDBBackend.transact_write_items

    def transact_write_items(backend: Any, actions: list[dict[str, Any]]) -> None:
        kept: dict[str, Any] = {}

        def deepcopy(value: Any, memo: Any = None) -> Any:
            if not isinstance(value, models.Table):
                return copy.deepcopy(value, memo)
            if value.name not in kept:
                kept[value.name] = _before(value, actions)
            return kept[value.name]

        with patch.object(models, "copy", types.SimpleNamespace(**vars(copy) | {"deepcopy": deepcopy})):
            whole(backend, actions)

    with patch.object(models.DynamoDBBackend, "transact_write_items", transact_write_items):
        yield


def _before(table: Any, actions: list[dict[str, Any]]) -> Any:
    """The table as it is now, whatever the actions do to its items."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    before = copy.copy(table)
    before.items = type(table.items)(
        table.items.default_factory, {partition: dict(items) for partition, items in table.items.items()}
    )
    for action in actions:
        [(_, said)] = action.items()
        if said["TableName"] != table.name:
            continue
        key = said.get("Key") or said["Item"]
        partition, place = DynamoType(key["pk"]), DynamoType(key["sk"])
        if place in before.items.get(partition, {}):
            before.items[partition][place] = copy.deepcopy(table.items[partition][place])
    return before
