"""What sellers have earned and are paid. Rules only; amounts in minor units, times in milliseconds, UTC.

A seller has a balance for each currency. What they earned of an order is pending until their part was delivered and the
time for clawbacks is over, then available; a payout takes what is available on its way:

    payout   CREATED → SENT → PAID → RETURNED     the bank sent it back: available again
                    ↘ FAILED                      it never left: available again

`pending + available` is what the ledger owes the seller, `in_transit` what is on its way and `paid` what arrived. A
refund after a payout makes `available` negative; what is earned next makes up for it.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from commerce.kit import ids, money
from commerce.kit.errors import Refused
from commerce.ledger import model as ledger
from commerce.orders.payment import JournalEntry, Provider
from commerce.payouts.earning import Earning, Line, LineKind

DAY_MS = 86_400_000
MINUTE_MS = 60_000
# After the last try, in minutes, a payout is looked after again; then once a day.
RETRY_MINUTES = (1, 2, 5, 15, 60, 240, 720, 1440)
# Banks send money back days later, and not every webhook arrives: after how many days a paid one is asked about again.
RETURN_CHECK_DAYS = (1, 3, 7)
# So long a call may still be on its way to a provider that does not know it yet.
ON_ITS_WAY_MS = 10 * MINUTE_MS
_REFERENCE = re.compile(r"po_([1-9][0-9]{0,15})_([1-9][0-9]{0,15})")


class State(StrEnum):
    """Where a payout stands."""

    CREATED = "created"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True)
class Recipient:
    """Where a seller's money of one currency goes. `token` is the provider's name for it: neither an account number
    nor a phone is kept, only its `ending`. `name` is the holder's as the provider knows it; `bank` the bank's or
    network's code."""

    provider: Provider
    kind: str
    currency: str
    token: str
    name: str
    bank: str = ""
    ending: str = ""
    changed_at: int = 0


@dataclass(frozen=True)
class Balance:
    """A seller's money of one currency. `moved_at` never goes back, so that a closed period stays as it was told."""

    seller_id: int
    currency: str
    pending_minor: int = 0
    available_minor: int = 0
    in_transit_minor: int = 0
    paid_minor: int = 0
    version: int = 0
    moved_at: int = 0

    @property
    def payable_minor(self) -> int:
        """What the ledger owes the seller."""
        return self.pending_minor + self.available_minor

    def moved(self, now: int, *, pending: int = 0, available: int = 0, in_transit: int = 0, paid: int = 0) -> "Balance":
        """The next version, each amount changed by so much."""
        return replace(
            self,
            pending_minor=self.pending_minor + pending,
            available_minor=self.available_minor + available,
            in_transit_minor=self.in_transit_minor + in_transit,
            paid_minor=self.paid_minor + paid,
            version=self.version + 1,
            moved_at=max(now, self.moved_at),
        )

    def earned(self, before: Earning, after: Earning, now: int) -> "Balance":
        """After an earning changed."""
        pending = after.pending_minor - before.pending_minor
        return self.moved(now, pending=pending, available=after.available_minor - before.available_minor)


@dataclass(frozen=True)
class Entry:
    """A row of a seller's account book: what moved the balance, and what it was afterwards. `about` names the order or
    the payout; `number` is the balance's version, so no row is missing between two that follow each other."""

    at: int
    number: int
    about: str
    lines: tuple[Line, ...]
    payable_minor: int


@dataclass(frozen=True)
class Payout:
    """Money on its way to a seller. `recipient` is where it goes, whatever the seller chooses later. `tries` counts
    how often the provider was asked to send it, `checks` how often it was asked about; at `due_at` it is looked after
    again (0: never). `problem` is why it waits or has failed."""

    id: int
    seller_id: int
    currency: str
    amount_minor: int
    recipient: Recipient
    created_at: int
    state: State = State.CREATED
    tries: int = 0
    checks: int = 0
    tried_at: int = 0
    due_at: int = 0
    updated_at: int = 0
    provider_reference: str = ""
    fee_minor: int = 0
    problem: str = ""
    version: int = 1
    journal: tuple[JournalEntry, ...] = ()

    @property
    def reference(self) -> str:
        """Our name for it at the provider, in letters that all of them take."""
        return reference_of(self.seller_id, self.id)

    @property
    def is_open(self) -> bool:
        return self.state in (State.CREATED, State.SENT)

    def next_check(self, now: int) -> int:
        """When to look after it again, after one more check; 0 for never."""
        if self.state is State.PAID:
            return now + RETURN_CHECK_DAYS[self.checks] * DAY_MS if self.checks < len(RETURN_CHECK_DAYS) else 0
        return now + RETRY_MINUTES[min(self.checks, len(RETRY_MINUTES) - 1)] * MINUTE_MS


@dataclass(frozen=True)
class Change:
    """A payout's next state, what it makes of the seller's balance, and the line of their account book for that."""

    payout: Payout
    balance: Balance
    line: Line | None = None


def begun(payout: Payout, balance: Balance, now: int) -> Change:
    """A new payout takes its amount out of what is available."""
    amount = payout.amount_minor
    after = balance.moved(now, available=-amount, in_transit=amount)
    return Change(_entered(payout, "payout", now), after, Line(LineKind.PAYOUT, -amount))


def paid(payout: Payout, balance: Balance, fee_minor: int, now: int) -> Change:
    """It has arrived; what the provider charged for it is the platform's to pay."""
    amount = payout.amount_minor
    done = replace(payout, state=State.PAID, fee_minor=fee_minor, checks=0, problem="")
    return Change(_entered(done, "payout_paid", now), balance.moved(now, in_transit=-amount, paid=amount))


def failed(payout: Payout, balance: Balance, problem: str, now: int) -> Change:
    """It never left: available again."""
    amount = payout.amount_minor
    done = replace(payout, state=State.FAILED, problem=problem)
    after = balance.moved(now, in_transit=-amount, available=amount)
    return Change(_entered(done, "payout_failed", now), after, Line(LineKind.PAYOUT_FAILED, amount))


def returned(payout: Payout, balance: Balance, problem: str, now: int) -> Change:
    """It had arrived, and was sent back: available again."""
    amount = payout.amount_minor
    done = replace(payout, state=State.RETURNED, problem=problem)
    after = balance.moved(now, paid=-amount, available=amount)
    return Change(_entered(done, "payout_returned", now), after, Line(LineKind.PAYOUT_RETURNED, amount))


def _entered(payout: Payout, kind: str, now: int) -> Payout:
    entry = ledger.payout(
        kind,
        payout.reference,
        payout.seller_id,
        str(payout.recipient.provider),
        payout.currency,
        payout.amount_minor,
        payout.fee_minor,
        now,
    )
    return replace(payout, journal=(*payout.journal, entry), updated_at=now)


def reference_of(seller_id: int, payout_id: int) -> str:
    """Our name for a payout."""
    return f"po_{seller_id}_{payout_id}"


def payout_of(reference: str) -> tuple[int, int] | None:
    """(seller id, payout id) in a reference of ours, None when it is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None or max(int(found[1]), int(found[2])) > ids.LARGEST:
        return None
    return int(found[1]), int(found[2])


def minimum_minor(units: int, currency: str) -> int:
    """The smallest payout: so many whole units of the currency."""
    return max(1, units * int(10 ** money.decimals(currency)))


class PayoutRefused(Refused):
    """What staff or a seller asked for cannot be done with this payout, or with this recipient."""

    code = "payout_refused"
