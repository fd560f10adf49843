"""Visits orders that something is due about: asks providers, ends holds, carries refunds out.

Invoked by the queue that the reconciler fills. A visit may come twice or late: it does what is due then, which may be
nothing. What is not begun when time is nearly over, and what fails, is handed back and comes again.
"""

from typing import Any

from commerce.payments.service import payments
from workers.batches import handle_each

_payments = payments()

# What one visit may take: a few questions to a provider that lets each time out.
VISIT_SECONDS = 20.0


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Visit each message's order; the ids of messages that have to come again."""
    return handle_each(
        event,
        context,
        lambda message: _payments.visit(message["order_id"]),
        seconds=VISIT_SECONDS,
        unknown="an order that was due is gone",
        failed="an order could not be visited",
    )
