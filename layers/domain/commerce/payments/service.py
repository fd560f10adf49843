"""Payments: started by buyers, settled on the provider's word, given back by refunds; and what reminds of them."""

from collections.abc import Iterator, Sequence
from functools import cache

from commerce.kit import clock, settings
from commerce.kit.tables import Table, Write
from commerce.ledger.model import Entry
from commerce.orders.model import Order, Status
from commerce.orders.service import Orders, orders
from commerce.payments.gateway import gateway
from commerce.payments.model import PaymentHistory
from commerce.payments.refunding import Refunding
from commerce.payments.settling import Settling
from commerce.payments.sqs_gateway import SettlementQueue
from commerce.payments.starting import Starting
from commerce.payments.store import PaymentStore
from commerce.payments.webhooks import Webhooks
from commerce.sessions.model import Principal

# When a provider is asked about an attempt, in minutes after the last time; then no more (three days in all).
CHECK_MINUTES = (1, 2, 4, 8, 15, 30, 60, 120, 240, 480, 960, 1440, 1440)

HOLD_RETRY_MS = 120_000


class Payments:
    """All use cases of payments, by what they do: `starting`, `settling`, `refunding`."""

    def __init__(
        self, store: PaymentStore, orders: Orders, starting: Starting, settling: Settling, refunding: Refunding
    ) -> None:
        self._store = store
        self._orders = orders
        self.starting = starting
        self.settling = settling
        self.refunding = refunding

    def history(self, caller: Principal, order_id: int) -> PaymentHistory:
        """All that is recorded of an order's money, for staff. Raises Forbidden, NotFound."""
        self._orders.any_order(caller, order_id)
        return self._store.everything(order_id)

    def move(
        self,
        caller: Principal,
        order_id: int,
        target: Status,
        sellers: Sequence[int] = (),
        also: Sequence[Write] = (),
    ) -> Order:
        """Staff moves an order, or the parts of `sellers`; an order that it confirms unpaid counts as paid offline,
        what it cancels paid is refunded. `also` is written with a move that changes something.

        Raises as Orders.move, and OrderClosed.
        """
        order = self._orders.any_order(caller, order_id)
        is_whole = not sellers
        if is_whole and target is Status.CONFIRMED and order.status is Status.PENDING and not order.captured_minor:
            self.settling.confirm(caller, order_id, also)
            return self._orders.located(order_id)

        def consequences(before: Order, after: Order) -> tuple[Order, list[Write]]:
            promised, writes = self.refunding.of_cancelled(before, after)
            return promised, [*writes, *also]

        return self._orders.move(caller, order_id, target, sellers, consequences)

    def entries_of_day(self, day: str) -> Iterator[Entry]:
        """Ledger entries of a day (UTC, 2026-11-21), oldest first."""
        return self._store.entries_of_day(day)

    def due(self, limit: int) -> list[tuple[int, str]]:
        """(order id, reminder) of what wants attention now: hand each to `attend`."""
        return self._store.due(clock.now_ms(), limit)

    def attend(self, order_id: int, reminder: str) -> None:
        """Do what a reminder is about: ask about an attempt, expire a hold, try a refund again.

        Raises ProviderTrouble, Busy; the reminder then stands for the next round.
        """
        kind, _, name = reminder.partition("#")
        match kind:
            case "HOLD":
                # Put off first: an order whose provider does not answer must not keep all others waiting.
                self._store.remind(order_id, reminder, clock.now_ms() + HOLD_RETRY_MS)
                self.settling.expire(order_id)
                self._store.remind(order_id, reminder, None)
            case "REFUND":
                self.refunding.give_back(order_id, name)
            case "ATTEMPT":
                checks = self.settling.attempt(order_id, name).checks + 1
                wait = CHECK_MINUTES[checks] * 60_000 if checks < len(CHECK_MINUTES) else None
                self._store.remind(order_id, reminder, clock.now_ms() + wait if wait else None)
                self.settling.settle(order_id, name)


@cache
def payments() -> Payments:
    """The service over the table that the environment names."""
    store = PaymentStore(Table(settings.text("ORDERS_TABLE")))
    return Payments(
        store,
        orders(),
        Starting(
            store,
            orders(),
            gateway,
            settings.integer("RESERVATION_MINUTES", 30),
            settings.text("BANK_ACCOUNT", "our bank account"),
        ),
        Settling(store, orders(), gateway),
        Refunding(store, orders(), gateway),
    )


@cache
def webhooks() -> Webhooks:
    """The receiver of webhooks over the table and the queue that the environment names."""
    store = PaymentStore(Table(settings.text("ORDERS_TABLE")))
    return Webhooks(store, SettlementQueue(settings.text("SETTLEMENT_QUEUE_URL")), gateway)
