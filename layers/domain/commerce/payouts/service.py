"""Payouts: what sellers have earned, where it goes, and how it gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from commerce.audit.service import Audit, audit
from commerce.kit import clock, ids, settings
from commerce.kit.errors import Forbidden, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.lookups import read_lookups
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.orders.service import orders
from commerce.payments.providers.registry import transfers
from commerce.payouts.check import Check
from commerce.payouts.model import DAY_MS, Balance, Payout, PayoutRefused, State, payout_of
from commerce.payouts.projection import Projection
from commerce.payouts.recipients import Recipients
from commerce.payouts.runs import Runs
from commerce.payouts.sqs_gateway import PayoutQueue
from commerce.payouts.statements import Statement, Statements
from commerce.payouts.store import PayoutStore
from commerce.payouts.transfers import Transfers

PER_SHARD = 100
# While so many messages wait, no more are added: what is due stays due.
MAX_WAITING = 5_000


@dataclass(frozen=True)
class PayoutPage:
    """One page of a seller's payouts, the latest first, and whether more follow."""

    payouts: list[Payout]
    has_next: bool


@dataclass(frozen=True)
class Tick:
    """What was found due: how many things, for how many seconds the longest, and how many sellers a run pays."""

    due: int
    oldest_due_seconds: int
    paying: int


class Payouts:
    """All use cases, by what they do: `projection`, `recipients`, `runs`, `transfers`, `statements`, `check`; here is
    what sellers and staff see, and what the queue asks for."""

    def __init__(
        self,
        store: PayoutStore,
        audit: Audit,
        projection: Projection,
        recipients: Recipients,
        runs: Runs,
        transfers: Transfers,
        queue: PayoutQueue,
    ) -> None:
        self._store = store
        self._audit = audit
        self._queue = queue
        self.projection = projection
        self.recipients = recipients
        self.runs = runs
        self.transfers = transfers
        self.statements = Statements(store)
        self.check = Check(store)

    # What a seller sees

    def balances(self, caller: Principal) -> list[Balance]:
        """The caller's balances, by currency. Raises Forbidden for who does not sell."""
        return self._store.balances(_seller(caller))

    def of_seller(self, caller: Principal, page: PageRequest) -> PayoutPage:
        """A page of the caller's payouts, the latest first. Raises Forbidden."""
        found = self._store.newest_payouts(_seller(caller), page.offset, page.size + 1)
        return PayoutPage(found[: page.size], len(found) > page.size)

    def payout(self, caller: Principal, payout_id: int) -> Payout:
        """One of the caller's payouts. Raises Forbidden, and NotFound for other people's too."""
        return self._payout(_seller(caller), payout_id)

    def statement(self, caller: Principal, currency: str, first: Any, last: Any) -> Statement:
        """The caller's account book of some days. Raises Forbidden, InvalidInput."""
        return self.statements.of(_seller(caller), currency, first, last)

    # What staff sees and does

    def largest_balances(self, caller: Principal, limit: int) -> list[Balance]:
        """The balances of which most is available, for staff; those below zero come last. Raises Forbidden."""
        caller.require_staff()
        return self._store.largest(limit)

    def balances_of(self, caller: Principal, seller_id: int) -> list[Balance]:
        """A seller's balances, for staff. Raises Forbidden."""
        caller.require_staff()
        return self._store.balances(seller_id)

    def in_state(self, caller: Principal, state: State, limit: int, before: int = ids.LARGEST) -> list[Payout]:
        """At most `limit` payouts of a state with ids below `before`, the latest first, for staff. Raises Forbidden."""
        caller.require_staff()
        return self._store.payouts_in(state, limit, before)

    def any_payout(self, caller: Principal, reference: str) -> Payout:
        """A payout by our name for it, for staff. Raises Forbidden, NotFound."""
        caller.require_staff()
        known = payout_of(reference)
        if known is None:
            raise NotFound("Payout")
        return self._payout(*known)

    def statement_of(self, caller: Principal, seller_id: int, currency: str, first: Any, last: Any) -> Statement:
        """A seller's account book of some days, for staff. Raises Forbidden, InvalidInput."""
        caller.require_staff()
        return self.statements.of(seller_id, currency, first, last)

    def run_for_all(self, caller: Principal) -> None:
        """Have everybody paid who has enough, by staff. One run after another finds nothing left. Raises Forbidden."""
        caller.require_staff()
        self._queue.send([{"run": True}])
        self._audit.record(caller, "payouts.run", "all", {})

    def run_for(
        self, caller: Principal, seller_id: int, currency: str, request: IdempotentRequest | None = None
    ) -> Outcome[Payout]:
        """All that is available to a seller on its way, by staff, however little it is.

        Raises Forbidden, PayoutRefused (there is nothing, or nobody to pay to), KeyReused, Busy.
        """
        caller.require_staff()
        given = {"seller_id": seller_id, "currency": currency}

        def recorded(payout: Payout) -> Any:
            return self._audit.record_writes(
                caller, "payout.begun", payout.reference, {**given, "amount_minor": payout.amount_minor}
            )

        begun = self.runs.begin(seller_id, currency, request, whatever=True, writes=recorded)
        if begun is None:
            raise PayoutRefused("Nothing is available in this currency, or the seller has not said where it goes.")
        self._queue.send([{"reference": begun.value.reference}])
        return begun

    # What the system itself does

    def process(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the queue asks for: an order has moved or its earnings mature, a payout is due or a
        webhook told of it, a seller is to be paid, or all of them.

        Raises NotFound (it is about nothing of ours), Busy, ProviderTrouble: it then has to come again.
        """
        if "detail" in message:
            self.projection.bring(message["detail"]["order_id"])
        elif "order_id" in message:
            self.projection.bring(message["order_id"])
        elif "reference" in message:
            self.transfers.visit(message["reference"], is_hinted=bool(message.get("is_hinted")))
        elif "seller_id" in message:
            if begun := self.runs.begin(message["seller_id"], message["currency"]):
                self.transfers.visit(begun.value.reference)
        elif message.get("run") is True:
            self._ask_to_pay(self.runs.payable())
        else:
            raise ValueError("a message that asks for nothing")

    def tick(self) -> Tick:
        """Have done what is due: earnings that mature, payouts to look after, and a run when it is time for one."""
        now = clock.now_ms()
        due = self._store.due(now, PER_SHARD)
        oldest = max((now - at) // 1000 for at, _ in due) if due else 0
        paying = 0
        if self._queue.waiting() < MAX_WAITING:
            names = dict.fromkeys(name for _, name in due)
            self._queue.send([{"order_id": int(one)} if one.isdigit() else {"reference": one} for one in names])
            paying = self.runs.begin_due(self._ask_to_pay)
        return Tick(len(due), oldest, paying)

    def told_of(self, reference: str) -> bool:
        """A provider's webhook named a transfer: if it is a payout of ours, have its provider asked about it."""
        if payout_of(reference) is None:
            return False
        self._queue.send([{"reference": reference, "is_hinted": True}])
        return True

    def _ask_to_pay(self, found: list[tuple[int, str]]) -> None:
        self._queue.send([{"seller_id": seller_id, "currency": currency} for seller_id, currency in found])

    def _payout(self, seller_id: int, payout_id: int) -> Payout:
        lookup = self._store.payout_lookup(seller_id, payout_id)
        payout = read_lookups([lookup])[lookup]
        if payout is None:
            raise NotFound("Payout")
        return payout


def _seller(caller: Principal) -> int:
    if not caller.is_seller:
        raise Forbidden
    return caller.user_id


@cache
def payouts() -> Payouts:
    """The service over the table that the environment names."""
    store = PayoutStore(Table(settings.text("PAYOUTS_TABLE")))
    return Payouts(
        store,
        audit(),
        Projection(store, orders(), settings.integer("PAYOUT_HOLD_DAYS") * DAY_MS),
        Recipients(store, transfers),
        Runs(store, settings.integer("PAYOUT_MINIMUM"), settings.integer("PAYOUT_RUN_HOURS") * 3_600_000),
        Transfers(store, transfers, audit()),
        PayoutQueue(settings.text("PAYOUTS_QUEUE_URL")),
    )
