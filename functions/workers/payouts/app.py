"""Brings sellers' balances to what orders say, begins payouts and looks after those on their way.

Invoked by the payouts queue, into which come events of orders, what the payout clock finds due, and what webhooks told.
A message only says what to look at, so it may come late, twice or in any order; what cannot be done now, or is not
begun when time is nearly over, is handed back and comes again, until the dead letters take it.
"""

from typing import Any

from commerce.payouts.service import payouts
from workers.batches import handle_each

_payouts = payouts()

# What one message may take: three questions to a provider that lets each time out.
MESSAGE_SECONDS = 20.0


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Do what each message asks for; the ids of messages that have to come again."""
    return handle_each(
        event,
        context,
        _payouts.process,
        seconds=MESSAGE_SECONDS,
        unknown="a message named an unknown order or payout",
        failed="something about a payout could not be done",
    )
