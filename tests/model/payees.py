"""What sellers are paid: news of orders that comes late, runs, banks that fail, lose answers and send money back."""

from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from commerce.kit import clock
from commerce.kit.principal import Principal
from commerce.orders.model import Order
from commerce.orders.payment import DisputeStatus, Provider
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.providers.transfers import Destination, Kind, TransferState
from commerce.payments.service import payments
from commerce.payouts import store
from commerce.payouts.model import Payout, State
from commerce.payouts.service import payouts
from model.reference import shared
from model.world import SELLERS, STAFF, Which, World
from support.fake_transfers import FakeTransfers
from support.faults import Fault, fault_at

HOLD_MS = 7 * 86_400_000
OVER = (TransferState.FAILED, TransferState.RETURNED)


class Payees(World):
    """What is heard of each order is what the model knows of it: `heard` has what its seller was owed then, and what of
    that was theirs to have. News that is held up is heard later."""

    def __init__(self) -> None:
        super().__init__()
        self.payout_shards, store.BALANCE_SHARDS, store.DUE_SHARDS = (store.BALANCE_SHARDS, store.DUE_SHARDS), 1, 1
        self.bank = FakeTransfers(fee_minor=0).install()
        self.waiting: list[Any] = []
        self.queue = [
            patch.object(payouts()._queue, "send", self.waiting.extend),
            patch.object(payouts()._queue, "waiting", lambda: 0),
        ]
        for one in self.queue:
            one.start()
        self.heard: dict[tuple[int, int], tuple[int, int]] = {}
        self.known_as: dict[int, tuple[int, bool]] = {}
        self.mature: set[tuple[int, int]] = set()
        self.late: set[int] = set()
        self.read_before: list[Order] = []

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            for one in self.queue:
                one.stop()
            store.BALANCE_SHARDS, store.DUE_SHARDS = self.payout_shards

    # The model

    def owed(self, order: Order, seller: int) -> tuple[int, int]:
        """(what the seller is owed for the order, what of it they may have), by the rules."""
        part, sale = order.parts[seller], self.known[order.id].sale
        own = sale.belongs(seller)[f"seller:{seller}"] if part.captured_minor else 0
        taken = {status: self.taken(order, status) for status in (DisputeStatus.LOST, DisputeStatus.OPEN)}
        lost, held = taken[DisputeStatus.LOST].get(seller, 0), taken[DisputeStatus.OPEN].get(seller, 0)
        owed = own - (part.refunded_minor + lost) * own // sale.total(seller)
        at_stake = min(part.captured_minor, part.promised_minor + lost + held)
        is_mature = (order.id, seller) in self.mature
        return owed, own - at_stake * own // sale.total(seller) if is_mature else 0

    def taken(self, order: Order, status: DisputeStatus) -> dict[int, int]:
        """What a dispute takes of each part."""
        left = {seller: part.captured_minor - part.refunded_minor for seller, part in order.parts.items()}
        disputes = [one for one in order.disputes if one.status is status and one.reference == order.paid_by]
        amount = min(sum(one.amount_minor for one in disputes), sum(left.values()))
        return shared(amount, left) if amount else {}

    def hear(self, order_id: int) -> None:
        """The news of an order arrives, and what is true now is heard."""
        order, now = orders().by_id(order_id), clock.now_ms()
        for seller, part in order.parts.items():
            if part.captured_minor and part.status is Status.DELIVERED and part.delivered_at + HOLD_MS <= now:
                self.mature.add((order_id, seller))
        payouts().process({"order_id": order_id})
        for seller in order.parts:
            self.heard[order_id, seller] = self.owed(order, seller)
        self.known_as[order_id] = (order.version, self.may_mature(order))

    def may_mature(self, order: Order) -> bool:
        return any(
            part.delivered_at + HOLD_MS <= clock.now_ms()
            for part in order.parts.values()
            if part.status is Status.DELIVERED and part.captured_minor
        )

    def hear_all(self) -> None:
        """All news arrives that is not held up."""
        for order_id in self.known:
            order = orders().by_id(order_id)
            if order_id not in self.late and self.known_as.get(order_id) != (order.version, self.may_mature(order)):
                self.hear(order_id)

    def work(self) -> None:
        """All that waits in the queue."""
        while self.waiting:
            message = self.waiting.pop(0)
            if "order_id" in message:
                self.late.discard(message["order_id"])
                self.hear(message["order_id"])
            else:
                self.tried(lambda message=message: payouts().process(message))

    def a_payout(self, which: int, *states: State) -> Payout | None:
        found = [one for seller in SELLERS for one in payouts()._store.payouts(seller) if one.state in states]
        return found[which % len(found)] if found else None

    # What may happen

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def an_order_is_delivered_and_eight_days_pass(self, which: int) -> None:
        order = self.an_order(which)
        for status in (Status.SHIPPED, Status.DELIVERED):
            self.tried(lambda status=status: payments().move(STAFF, order.id, status))
        self.clock.shift(8 * 86_400)

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def the_news_of_an_order_is_held_up(self, which: int) -> None:
        self.late.add(self.an_order(which).id)

    @rule()
    def what_was_held_up_arrives(self) -> None:
        self.late.clear()

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_worker_has_read_an_order_and_stalls(self, which: int) -> None:
        self.read_before = [*self.read_before[-3:], self.an_order(which)]

    @rule(which=Which)
    def a_worker_goes_on_with_what_it_read(self, which: int) -> None:
        if self.read_before:
            order = self.read_before[which % len(self.read_before)]
            if self.known_as.get(order.id, (0, False))[0] > order.version:
                for seller in order.parts:
                    payouts().projection._bring_part(order, seller)

    @rule(seller=st.sampled_from(SELLERS), account=st.sampled_from(["0690000034", "0690000099"]))
    def a_seller_says_where_the_money_goes(self, seller: int, account: str) -> None:
        to = Destination(Kind.BANK, "USD", account, "044")
        self.tried(lambda: payouts().recipients.choose(Principal(seller, is_seller=True), Provider.PAYSTACK, to))

    @rule(seller=st.sampled_from(SELLERS), trouble=st.sampled_from(["", "", "troubles", "refusals", "loses_answers"]))
    def a_seller_is_paid(self, seller: int, trouble: str) -> None:
        self.hear_all()
        before = sum(available for (_, one), (_, available) in self.heard.items() if one == seller)
        gone = self.gone(seller)
        if trouble:
            setattr(self.bank, trouble, 1)
        to = Destination(Kind.BANK, "USD", "0690000034", "044")
        payouts().recipients.choose(Principal(seller, is_seller=True), Provider.PAYSTACK, to) if not trouble else None
        begun = self.tried(lambda: payouts().runs.begin(seller, "USD", whatever=True))
        if begun is not None:
            assert begun.value.amount_minor == before - gone, "paid another amount than what was theirs to have"
            self.tried(lambda: payouts().process({"reference": begun.value.reference}))
        self.bank.troubles = self.bank.refusals = self.bank.loses_answers = 0

    @precondition(lambda self: self.known)
    @rule(which=Which, trouble=st.sampled_from(["", "refusals", "loses_answers", "race"]))
    def an_order_is_paid_delivered_and_paid_out(self, which: int, trouble: str) -> None:
        order = self.an_order(which)
        self.tried(lambda: payments().settlement.confirm(STAFF, order.id))
        self.an_order_is_delivered_and_eight_days_pass(which)
        for seller in order.parts:
            self.a_seller_says_where_the_money_goes(seller, "0690000034")
            if trouble == "race":
                self.hear_all()
                self.two_runs_pay_a_seller_at_the_same_time(seller)
            else:
                self.a_seller_is_paid(seller, trouble)
        self.the_payout_clock_ticks(2)

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def an_order_is_refunded_under_a_worker_that_has_read_it(self, which: int) -> None:
        order = self.an_order(which)
        self.tried(lambda: payments().refunds.refund(STAFF, order.id, None, "broken"))
        self.late.discard(order.id)
        self.hear_all()
        for seller in order.parts:
            if orders().by_id(order.id).version > order.version:
                payouts().projection._bring_part(order, seller)

    @rule(seller=st.sampled_from(SELLERS))
    def two_runs_pay_a_seller_at_the_same_time(self, seller: int) -> None:
        keep = payouts()._store.begin

        def interrupted(*step: Any) -> None:
            payouts()._store.begin = keep  # type: ignore[method-assign]
            self.tried(lambda: payouts().runs.begin(seller, "USD", whatever=True))
            keep(*step)

        with patch.object(payouts()._store, "begin", interrupted):
            self.tried(lambda: payouts().runs.begin(seller, "USD", whatever=True))

    @rule(seller=st.sampled_from(SELLERS), position=st.integers(0, 4), fault=st.sampled_from(Fault))
    def a_payout_breaks_down(self, seller: int, position: int, fault: Fault) -> None:
        with fault_at(position, fault):
            self.tried(lambda: payouts().process({"seller_id": seller, "currency": "USD"}))

    @precondition(lambda self: self.known)
    @rule(which=Which, position=st.integers(0, 2), fault=st.sampled_from(Fault))
    def the_news_of_an_order_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        order = self.an_order(which)
        with fault_at(position, fault):
            self.tried(lambda: self.hear(order.id))
        self.late.discard(order.id)
        self.known_as.pop(order.id, None)

    @rule(minutes=st.sampled_from([0, 2, 30]))
    def the_payout_clock_ticks(self, minutes: int) -> None:
        self.clock.shift(minutes * 60)
        payouts().tick()
        self.work()

    @rule(is_slow=st.booleans())
    def the_bank_takes_its_time(self, is_slow: bool) -> None:
        self.bank.is_slow = is_slow

    @rule(which=Which, state=st.sampled_from([TransferState.PAID, *OVER]), is_told=st.booleans())
    def a_bank_decides(self, which: int, state: TransferState, is_told: bool) -> None:
        if payout := self.a_payout(which, State.SENT, State.PAID):
            if self.bank.states[payout.reference] not in OVER:
                self.bank.states[payout.reference] = state
            if is_told:
                payouts().told_of(payout.reference)
                self.work()

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def what_was_paid_out_is_refunded(self, which: int) -> None:
        if found := [order for order, seller in sorted(self.mature)]:
            self.tried(lambda: payments().refunds.refund(STAFF, found[which % len(found)], None, "broken"))

    @rule(which=Which)
    def staff_gives_up_a_payout(self, which: int) -> None:
        if payout := self.a_payout(which, State.CREATED, State.SENT):
            self.clock.shift(11 * 60)
            self.tried(lambda: payouts().transfers.give_up(STAFF, payout.reference, "wrong"))

    # What always holds

    def gone(self, seller: int) -> int:
        """What is on its way to a seller or has arrived, by the payouts."""
        return sum(
            one.amount_minor
            for one in payouts()._store.payouts(seller)
            if one.state in (State.CREATED, State.SENT, State.PAID)
        )

    @invariant()
    def balances_are_what_the_ledger_owes(self) -> None:
        if not self.known:
            return
        self.hear_all()
        for seller in SELLERS:
            owed = sum(amount for (_, one), (amount, _) in self.heard.items() if one == seller)
            available = sum(amount for (_, one), (_, amount) in self.heard.items() if one == seller)
            made = list(payouts()._store.payouts(seller))
            on_its_way = sum(one.amount_minor for one in made if one.is_open)
            paid = sum(one.amount_minor for one in made if one.state is State.PAID)
            posted = sum(entry.postings.get(f"seller:{seller}", 0) for one in made for entry in one.journal)
            assert all(sum(entry.postings.values()) == 0 for one in made for entry in one.journal)
            found = payouts()._store.balances(seller)
            said = [(one.pending_minor, one.available_minor, one.in_transit_minor, one.paid_minor) for one in found]
            expected = (owed - available, available - on_its_way - paid, on_its_way, paid)
            assert said == [expected] or (not said and not any(expected)), "a balance is not what is owed"
            assert sum(one.payable_minor for one in found) == owed - posted, "the ledger owes something else"
            statement = payouts().statements.of(seller, "USD", None, None)
            assert statement.closing_minor == owed - posted, "a statement does not close"

    @invariant()
    def nobody_is_paid_twice(self) -> None:
        made = {one.reference: one for seller in SELLERS for one in payouts()._store.payouts(seller)}
        assert set(self.bank.book) <= set(made), "the bank sent what nobody knows of"
        for reference, amounts in self.bank.book.items():
            payout, state = made[reference], self.bank.states[reference]
            assert amounts == [payout.amount_minor], "paid twice, or another amount"
            is_gone = payout.state in (State.FAILED, State.RETURNED)
            assert not is_gone or state in OVER, "available again although it was sent"

    # In the end

    def in_the_end_of_a_day(self) -> None:
        self.late.clear()
        for name, state in self.bank.states.items():
            if state is TransferState.PENDING:
                self.bank.states[name] = TransferState.PAID
        payouts().tick()
        self.work()
        self.balances_are_what_the_ledger_owes()
        self.nobody_is_paid_twice()
