"""How time passes, and what the reconciler does in it."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from commerce.books.service import books
from commerce.orders.payment import Provider
from commerce.orders.service import orders
from commerce.payments.service import payments
from model.world import Which, World
from support.faults import Fault, fault_at
from support.reconciling import visit_due


class Hours(World):
    """How time passes, and what the reconciler does in it."""

    @rule(minutes=st.sampled_from([1, 3, 31, 31, 25 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.clock.shift(minutes * 60)

    @rule()
    def the_reconciler_runs(self) -> None:
        visit_due()

    @rule()
    def half_an_hour_passes_and_the_reconciler_runs(self) -> None:
        self.clock.shift(31 * 60)
        visit_due()

    @rule(position=st.integers(0, 8), fault=st.sampled_from(Fault))
    def the_reconciler_breaks_down(self, position: int, fault: Fault) -> None:
        with fault_at(position, fault):
            self.tried(visit_due)

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_stale_reminder_is_served(self, which: int) -> None:
        order = self.an_order(which)
        is_early = order.hold_until > self.now_ms or not order.hold_until
        self.tried(lambda: payments().visit(order.id))
        if is_early:
            assert not orders().by_id(order.id).has_expired or order.has_expired, "expired before its time"

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_stale_reminder_is_served_to_who_just_started_to_pay(self, which: int) -> None:
        order = self.an_order(which)
        if order.needs_money and order.hold_until and self.start(which, Provider.PAYSTACK):
            self.tried(lambda: payments().settlement.expire(order.id))
            assert orders().by_id(order.id).needs_money, "expired under a buyer who pays"

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_page_that_declined_is_paid_before_the_hold_ends(self, which: int) -> None:
        if attempt := self.start(which, Provider.STRIPE):
            order, provider = self.an_order(which), self.providers[Provider.STRIPE]
            provider.decline(attempt.reference)
            self.tried(lambda: payments().settlement.settle(order.id, attempt.reference))
            provider.pay(attempt.reference)
            self.clock.shift(max(self.an_order(which).hold_until - self.now_ms, 0) // 1000 + 1)
            self.tried(lambda: payments().visit(order.id))

    @rule(minutes=st.sampled_from([0, 60, 300]))
    def the_books_are_checked(self, minutes: int) -> None:
        self.clock.shift(minutes * 60)
        problems = [one for one in books().check_news() if "needs a person" not in one]
        assert problems == []
