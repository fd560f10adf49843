"""Does what webhooks were about (payments, refunds, disputes): asks the provider and applies its word, once.

Invoked by the settlement queue. A message may come late, twice or in any order; one that cannot be dealt with now, or
that is not begun when time is nearly over, is handed back alone and comes again, until the dead letters take it.
"""

from typing import Any

from commerce.payments.service import payments
from workers.batches import handle_each

_payments = payments()

# What one message may take: a question to a provider that lets it time out, asked twice.
MESSAGE_SECONDS = 14.0


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Settle each message's attempt; the ids of messages that have to come again."""
    return handle_each(
        event,
        context,
        _payments.process_webhook,
        seconds=MESSAGE_SECONDS,
        # It was genuine, with a reference of our form that we never gave.
        unknown="a webhook named an unknown payment",
        failed="a payment could not be settled",
    )
