"""Heeds what webhooks were about (payments, refunds, disputes): asks the provider and applies its word, once.

Invoked by the settlement queue. A message may come late, twice or in any order; one that cannot be dealt with now, or
that is not begun when time is nearly over, is handed back alone and comes again, until the dead letters take it.
"""

import json
from typing import Any

from commerce.kit import logs
from commerce.kit.errors import NotFound
from commerce.kit.remaining import seconds_left
from commerce.payments.service import payments

_payments = payments()

# What one message may take: a question to a provider that lets it time out, asked twice.
MESSAGE_SECONDS = 14.0


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Settle each message's attempt; the ids of messages that have to come again."""
    failures = []
    for record in event["Records"]:
        if seconds_left(context) < MESSAGE_SECONDS and record is not event["Records"][0]:
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        try:
            _payments.heed(json.loads(record["body"]))
        except NotFound:
            # A genuine webhook with a reference of our form that we never gave: nothing will ever come of it.
            logs.warning("a webhook named an unknown payment", message_id=record["messageId"])
        except Exception as error:
            logs.failure("a payment could not be settled", error, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
