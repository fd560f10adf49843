"""Finds what is due about payouts and has it done: earnings that mature, payouts to send or to ask about, the run.

Invoked every minute by a schedule. It only reads what is due and fills the queue; what is not done stays due.
"""

from dataclasses import asdict
from typing import Any

from commerce.kit import logs
from commerce.payouts.service import payouts

_payouts = payouts()


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """How many things were due, for how many seconds the longest, and how many sellers are to be paid."""
    tick = asdict(_payouts.tick())
    logs.metrics("PayoutClock", due=tick["due"], oldest_due_seconds=tick["oldest_due_seconds"], paying=tick["paying"])
    return tick
