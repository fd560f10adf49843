"""Keeps the catalogue index true to the Catalog table.

Invoked by the table's stream (reserved concurrency 1), and by an operator with `{"rebuild": true}`. A record only says
which product changed; what is indexed is read from the table, so batches may be repeated at will. A record that cannot
be dealt with is reported on its own after all the others are done; a publication that lost against another one is
reported as the whole batch.
"""

import logging
from typing import Any

from commerce.search.service import indexing
from commerce.search.store import PublishConflict

_PRODUCT = "PRODUCT#"

logger = logging.getLogger(__name__)
service = indexing()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of stream records → the failed ones; a rebuild → how many products are listed."""
    if event.get("rebuild") is True:
        return {"products": service.rebuild()}
    failed: list[str] = []
    changes: dict[int, list[str]] = {}
    for record in event["Records"]:
        change = record["dynamodb"]
        key = change["Keys"]["pk"]["S"]
        if not key.startswith(_PRODUCT):
            continue
        number = key.removeprefix(_PRODUCT)
        if number.isascii() and number.isdigit():
            changes.setdefault(int(number), []).append(change["SequenceNumber"])
        else:
            logger.error("a stream record has the key %r, which is no product's", key)
            failed.append(change["SequenceNumber"])
    try:
        unreadable = service.update(changes) if changes else set()
    except PublishConflict:
        logger.warning("another indexer published first; the batch is repeated")
        unreadable = set(changes)
    failed += [sequence for number in unreadable for sequence in changes[number]]
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}
