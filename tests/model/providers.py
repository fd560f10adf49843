"""What providers do, and how our asking them breaks down."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from commerce.orders.model import Order
from commerce.orders.payment import Attempt, Provider, RefundStatus
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.providers.model import DisputeReport, DisputeState
from commerce.payments.service import payments
from model.world import STAFF, Which, World
from support.fake_provider import FakeProvider
from support.faults import Fault, fault_at
from support.reconciling import visit_due


class Providers(World):
    """What providers do, and how our asking them breaks down."""

    @rule(which=Which, number=st.integers(1, 3))
    def webhooks_arrive(self, which: int, number: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            notice = {"provider": "p", "event_id": f"e-{attempt.reference}", "kind": "k", "reference": "r"}
            for _ in range(number):
                self.tried(lambda: payments().settlement.settle(order.id, attempt.reference, notice))

    @rule(which=Which)
    def a_webhook_arrives_while_the_provider_is_down(self, which: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            self.providers[attempt.provider].troubles = 1
            self.tried(lambda: payments().settlement.settle(order.id, attempt.reference))
            self.providers[attempt.provider].troubles = 0

    @rule(which=Which, position=st.integers(0, 2), fault=st.sampled_from(Fault))
    def the_settlement_worker_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            with fault_at(position, fault):
                self.tried(lambda: payments().settlement.settle(order.id, attempt.reference))

    @rule(provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE]))
    def the_next_refund_is_refused(self, provider: Provider) -> None:
        self.providers[provider].refusals = 1

    @rule(provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE]))
    def the_next_refund_takes_time(self, provider: Provider) -> None:
        self.providers[provider].slow_refunds = 2

    @rule(provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE]))
    def refunds_take_days(self, provider: Provider) -> None:
        self.providers[provider].slow_refunds = 1_000

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_refund_takes_longer_than_the_reconciler_s_patience(self, which: int) -> None:
        order = self.an_order(which)
        for provider in self.providers.values():
            provider.slow_refunds = 1_000
        if self.tried(lambda: payments().refunds.refund(STAFF, order.id, 1, "late")):
            self.minutes_pass(20)
        for provider in self.providers.values():
            provider.slow_refunds = 0

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def the_refund_of_a_cancelled_order_is_refused(self, which: int) -> None:
        order = self.an_order(which)
        for provider in self.providers.values():
            provider.refusals = 1
        self.tried(lambda: payments().move(STAFF, order.id, Status.CANCELLED))
        self.tried(lambda: payments().visit(order.id))
        for provider in self.providers.values():
            provider.refusals = 0

    @rule(minutes=st.sampled_from([5, 20]))
    def minutes_pass_one_by_one(self, minutes: int) -> None:
        self.minutes_pass(minutes)

    def minutes_pass(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.shift(60)
            visit_due()

    @rule(which=Which)
    def a_refund_fails_after_it_was_done(self, which: int) -> None:
        if found := self.a_refund(which, RefundStatus.DONE):
            order, refund = found
            name = refund.as_asked_for().id
            provider = self.providers.get(refund.provider)
            if provider is None or name not in provider.refunds:
                return
            provider.bounced.add(name)
            payments().refunds.fetch_status(order.id, refund.reference, "")
            del provider.refunds[name]

    @rule(which=Which)
    def a_bank_disputes_a_payment(self, which: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            provider, name = self.providers[attempt.provider], f"D-{attempt.reference}"
            if attempt.captured_minor and name not in provider.disputes:
                self.tell_of_a_dispute(provider, order, attempt, DisputeState.OPEN)
                assert order.id in {one.id for one in orders().needing_attention(None, 100)}, "nobody sees a dispute"

    @rule(which=Which, state=st.sampled_from([DisputeState.WON, DisputeState.LOST]), times=st.integers(1, 2))
    def a_dispute_is_decided(self, which: int, state: DisputeState, times: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            provider, name = self.providers[attempt.provider], f"D-{attempt.reference}"
            if name in provider.disputes and provider.disputes[name].state is DisputeState.OPEN:
                for _ in range(times):
                    self.tell_of_a_dispute(provider, order, attempt, state)

    def tell_of_a_dispute(self, provider: FakeProvider, order: Order, attempt: Attempt, state: DisputeState) -> None:
        name = f"D-{attempt.reference}"
        amount = provider.captures[attempt.reference].amount_minor
        report = DisputeReport(name, attempt.reference, amount, attempt.currency, state, "fraud", 1_500)
        provider.disputes[name] = report
        payments().disputes.fetch_status(attempt.provider, name, "")
