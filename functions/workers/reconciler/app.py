"""Finds what is due about orders' money and has it done: questions to providers whose webhook never came, holds that
end, refunds to be tried again.

Invoked every minute by a schedule. It only reads the list of what is due and fills the queue of visits, the longest due
first, so one provider that does not answer holds nobody else up; what is not done stays due. While visits wait in the
queue in great number no more are added, since each would be there twice. Every order has a first visit two minutes
after it was placed, which puts it on the list if something will be due about it.
"""

from typing import Any

from commerce.kit import clock, logs, settings
from commerce.orders.service import orders
from commerce.payments.sqs_gateway import VisitQueue

_orders = orders()
_queue = VisitQueue(settings.text("VISIT_QUEUE_URL"))

PER_SHARD = 100
MAX_WAITING = 5_000
MAX_ATTENTION = 100


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """How many orders were new and how many due, for how many seconds the longest, and how many need a person."""
    due = _orders.due_visits(PER_SHARD)
    oldest = max((clock.now_ms() - at) // 1000 for _, at in due) if due else 0
    new, until = _orders.first_visits()
    if _queue.waiting() < MAX_WAITING:
        _queue.ask_visits(list(dict.fromkeys([order_id for order_id, _ in due] + new)))
        _orders.first_visits_done(until)
    attention = len(_orders.needing_attention(None, MAX_ATTENTION))
    logs.metrics(
        "Reconciler", new=len(new), due=len(due), oldest_due_seconds=oldest, orders_needing_attention=attention
    )
    return {"new": len(new), "due": len(due), "oldest_due_seconds": oldest, "orders_needing_attention": attention}
