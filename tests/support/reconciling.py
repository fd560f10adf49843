"""What the reconciler and its visits do, without their queue; and the clock that moves them."""

from collections.abc import Iterator
from contextlib import contextmanager

import time_machine

from commerce.kit import clock
from commerce.orders.service import orders
from commerce.payments.service import payments


def visit_due(limit: int = 100) -> int:
    """Visit every order that something is due about now; how many there were beside first visits."""
    new, until = orders().first_visits()
    due = [order_id for order_id, _ in orders().due_visits(limit)]
    for order_id in dict.fromkeys(due + new):
        payments().visit(order_id)
    orders().first_visits_done(until)
    return len(due)


@contextmanager
def later(*, minutes: float = 0, seconds: float = 0) -> Iterator[None]:
    """So much later."""
    with time_machine.travel(clock.now_ms() / 1000 + minutes * 60 + seconds):
        yield
