"""Earnings follow orders: what an order has brought its sellers is worked out from the order as it is now, and balances
change by the difference.

A message only says which order to look at. One that comes twice, late, or after its like was lost makes the same
balances; what was read of an older version of the order never wins (decision 24).
"""

from dataclasses import replace

from commerce.kit import clock
from commerce.kit.contention import contended
from commerce.kit.errors import Busy
from commerce.kit.lookups import read_lookups
from commerce.orders.model import Order
from commerce.orders.service import Orders
from commerce.payouts.earning import earning_of, lines_between
from commerce.payouts.model import Entry
from commerce.payouts.store import Changed, PayoutStore


class Projection:
    """Brings earnings and balances to what orders say. What is delivered matures after `hold_ms`."""

    def __init__(self, store: PayoutStore, orders: Orders, hold_ms: int) -> None:
        self._store = store
        self._orders = orders
        self._hold_ms = hold_ms

    def bring(self, order_id: int) -> None:
        """Bring the earnings of the order's sellers to what is true now. Raises NotFound, Busy."""
        order = self._orders.by_id(order_id)
        for seller_id in sorted(order.parts):
            self._bring_part(order, seller_id)

    def _bring_part(self, order: Order, seller_id: int) -> None:
        for _ in contended():
            earning = self._store.earning_lookup(seller_id, order.id, order.currency)
            balance = self._store.balance_lookup(seller_id, order.currency)
            found = read_lookups([earning, balance])
            before, standing, now = found[earning], found[balance], clock.now_ms()
            if before.order_version > order.version:
                return
            after = earning_of(order, before, now, self._hold_ms)
            if after == before or after.is_empty:
                return
            lines = tuple(lines_between(before, after))
            is_moved = bool(lines) or after.available_minor != before.available_minor
            moved = standing.earned(before, after, now) if is_moved else None
            entry = None
            if lines and moved:
                entry = Entry(moved.moved_at, moved.version, str(order.id), lines, moved.payable_minor)
            try:
                after = replace(after, revision=before.revision + 1)
                self._store.save_earning(before, after, standing, moved, entry)
            except Changed:
                continue
            return
        raise Busy
