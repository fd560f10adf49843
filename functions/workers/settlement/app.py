"""Does what webhooks were about (payments, refunds, disputes): asks the provider and applies its word, once. Those
about transfers to sellers are kept, and handed on to who looks after payouts.

Invoked by the settlement queue. A message may come late, twice or in any order; one that cannot be dealt with now, or
that is not begun when time is nearly over, is handed back alone and comes again, until the dead letters take it.
"""

from typing import Any

from commerce.payments.providers.model import Subject
from commerce.payments.service import payments
from commerce.payouts.service import payouts
from workers.batches import handle_each

_payments = payments()
_payouts = payouts()

# What one message may take: a question to a provider that lets it time out, asked twice.
MESSAGE_SECONDS = 14.0


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Settle each message's attempt; the ids of messages that have to come again."""
    return handle_each(
        event,
        context,
        _process,
        seconds=MESSAGE_SECONDS,
        # It was genuine, with a reference of our form that we never gave.
        unknown="a webhook named an unknown payment",
        failed="a payment could not be settled",
    )


def _process(message: dict[str, Any]) -> None:
    _payments.process_webhook(message)
    if message.get("subject") == Subject.TRANSFER:
        _payouts.told_of(message["subject_id"])
