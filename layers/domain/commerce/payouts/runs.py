"""Payout runs: what is available becomes a payout, by one transaction on the seller's balance."""

from collections.abc import Callable, Sequence

from commerce.kit import clock, ids
from commerce.kit.contention import contended
from commerce.kit.errors import Busy
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.lookups import read_lookups
from commerce.kit.tables import Write
from commerce.payouts.model import Payout, PayoutRefused, begun, minimum_minor
from commerce.payouts.store import Changed, PayoutStore


class Runs:
    """Payouts that begin. The smallest is of `minimum_units` whole units of its currency; every `interval_ms` a run is
    due."""

    def __init__(self, store: PayoutStore, minimum_units: int, interval_ms: int) -> None:
        self._store = store
        self._minimum_units = minimum_units
        self._interval_ms = interval_ms

    def payable(self) -> list[tuple[int, str]]:
        """(seller, currency) of all who have enough to be paid out."""
        # Of all currencies the smallest amount: a payout itself knows that of its own.
        return [(seller_id, currency) for seller_id, currency in self._store.payable(max(1, self._minimum_units))]

    def begin(
        self,
        seller_id: int,
        currency: str,
        request: IdempotentRequest | None = None,
        *,
        whatever: bool = False,
        writes: Callable[[Payout], Sequence[Write]] = lambda payout: (),
    ) -> Outcome[Payout] | None:
        """All that is available to the seller, as a payout to the recipient whom they have now; None when there is
        less than the smallest payout (with `whatever`: nothing), or nobody to pay to. A keyed request that comes again
        gets the payout that it made. `writes` are made in the same transaction.

        Raises KeyReused, Busy.
        """
        least = 1 if whatever else minimum_minor(self._minimum_units, currency)
        receipt = self._store.receipt_lookup(seller_id, request) if request else None
        for _ in contended():
            balance = self._store.balance_lookup(seller_id, currency)
            recipient = self._store.recipient_lookup(seller_id, currency)
            found = read_lookups([balance, recipient, *([receipt] if receipt else [])])
            if receipt and (earlier := found[receipt]):
                return Outcome(self._earlier(seller_id, earlier), replayed=True)
            standing, paid_to = found[balance], found[recipient]
            if paid_to is None or standing.available_minor < least:
                return None
            now = clock.now_ms()
            payout = Payout(
                ids.new_id(), seller_id, currency, standing.available_minor, paid_to, now, due_at=now, updated_at=now
            )
            change = begun(payout, standing, now)
            try:
                self._store.begin(standing, change, request, writes(payout))
            except Changed:
                continue
            return Outcome(change.payout)
        raise Busy

    def begin_due(self, ask: Callable[[list[tuple[int, str]]], None]) -> int:
        """When a run is due, `ask` that each of those be paid who have enough; how many. One that died half-way is
        begun again: who was paid has nothing left."""
        now = clock.now_ms()
        if now - self._store.last_run() < self._interval_ms:
            return 0
        found = self.payable()
        ask(found)
        self._store.run_begun(now)
        return len(found)

    def _earlier(self, seller_id: int, payout_id: int) -> Payout:
        lookup = self._store.payout_lookup(seller_id, payout_id)
        payout = read_lookups([lookup])[lookup]
        if payout is None:
            raise PayoutRefused("This payout does not exist any more.")
        return payout
