"""Does what is due about orders' money: asks providers about payments whose webhook never came, lets unpaid orders
expire, tries refunds again.

Invoked every minute by a schedule. What fails stays due and is tried again the next time.
"""

from typing import Any

from commerce.kit import logs
from commerce.payments.service import payments

_payments = payments()

PER_SHARD = 50


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """How much was due, and how much of it failed."""
    failed = 0
    due = _payments.due(PER_SHARD)
    for order_id, reminder in due:
        try:
            _payments.attend(order_id, reminder)
        except Exception as error:
            logs.failure("a reminder could not be attended to", error, order_id=order_id)
            failed += 1
    return {"due": len(due), "failed": failed}
