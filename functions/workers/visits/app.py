"""Visits orders that something is due about: asks providers, ends holds, carries refunds out.

Invoked by the queue that the reconciler fills. A visit may come twice or late: it does what is due then, which may be
nothing. What is not begun when time is nearly over, and what fails, is handed back and comes again.
"""

import json
from typing import Any

from commerce.kit import logs
from commerce.kit.errors import NotFound
from commerce.kit.remaining import seconds_left
from commerce.payments.service import payments

_payments = payments()

# What one visit may take: a few questions to a provider that lets each time out.
VISIT_SECONDS = 20.0


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Visit each message's order; the ids of messages that have to come again."""
    failures = []
    for record in event["Records"]:
        if seconds_left(context) < VISIT_SECONDS and record is not event["Records"][0]:
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        try:
            _payments.visit(json.loads(record["body"])["order_id"])
        except NotFound:
            logs.warning("an order that was due is gone", message_id=record["messageId"])
        except Exception as error:
            logs.failure("an order could not be visited", error, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
