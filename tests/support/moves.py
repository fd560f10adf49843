"""The table of moves, tests/domain/orders/moves.tsv: who may bring a seller's part of an order from where to where.

It is written by hand from the rules (docs/contracts: statuses) and not made from the code that it is held against.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commerce.orders.status import Status

TABLE = Path(__file__).parents[1] / "domain" / "orders" / "moves.tsv"


@dataclass(frozen=True)
class PossibleMove:
    """One cell: `outcome` is yes, no, same (it stands there, and nothing changes) or hidden (there is no such order for
    them)."""

    actor: str
    start: Status
    target: Status
    outcome: str

    def __str__(self) -> str:
        return f"{self.actor}: {self.start} to {self.target}"


@cache
def moves() -> tuple[PossibleMove, ...]:
    """Every cell of the table."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return tuple(
            PossibleMove(row["actor"], Status(row["from"]), target, row[target])
            for row in csv.DictReader(file, delimiter="\t")
            for target in Status
        )


def allowed(actor: str, start: Status) -> list[Status]:
    """Where the table lets somebody bring a part that stands at `start`."""
    return sorted(one.target for one in moves() if (one.actor, one.start, one.outcome) == (actor, start, "yes"))
