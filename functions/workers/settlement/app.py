"""Settles the payments that webhooks were about: asks the provider and applies his word, once.

Invoked by the settlement queue. A message may come late, twice or in any order; one that cannot be dealt with now is
reported alone and comes again, until the queue's dead letters take it.
"""

import json
from typing import Any

from commerce.kit import logs
from commerce.kit.errors import NotFound
from commerce.payments.service import payments

_payments = payments()


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Settle each message's attempt; the ids of messages that have to come again."""
    failures = []
    for record in event["Records"]:
        try:
            message = json.loads(record["body"])
            _payments.settling.settle(message["order_id"], message["reference"])
        except NotFound:
            # A genuine webhook with a reference of our form that we never gave: nothing will ever settle it.
            logs.warning("a webhook named an unknown payment", message_id=record["messageId"])
        except Exception as error:
            logs.failure("a payment could not be settled", error, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
