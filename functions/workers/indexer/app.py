"""Keeps the catalogue index true to the Catalog table.

Invoked by the table's stream (reserved concurrency 1), and by an operator with `{"rebuild": true}`. A record only says
which product changed; what is indexed is read from the table, so batches may be repeated at will. What cannot be dealt
with is reported once all the rest of its batch is done; a publication that lost against another one is reported as the
whole batch.
"""

from typing import Any

from commerce.catalog.store import product_of_key
from commerce.indexing.service import indexing
from commerce.kit import logs
from commerce.search.store import PublishConflict

_indexing = indexing()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of stream records → those that have to come again; a rebuild → how many products are listed now."""
    if event.get("rebuild") is True:
        return {"products": _indexing.rebuild()}
    failed: list[str] = []
    changes: dict[int, list[str]] = {}
    for record in event["Records"]:
        change = record["dynamodb"]
        try:
            number = product_of_key(change["Keys"]["pk"]["S"])
        except (KeyError, TypeError, ValueError) as error:
            logs.failure("unreadable stream record", error, sequence_number=change["SequenceNumber"])
            failed.append(change["SequenceNumber"])
            continue
        if number is not None:
            changes.setdefault(number, []).append(change["SequenceNumber"])
    failed += [sequence for number in _update(changes) for sequence in changes[number]]
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sorted(failed, key=int)]}


def _update(changes: dict[int, list[str]]) -> set[int]:
    try:
        return _indexing.update(changes) if changes else set()
    except PublishConflict as conflict:
        logs.failure("another indexer published first; the batch is repeated", conflict)
        return set(changes)
