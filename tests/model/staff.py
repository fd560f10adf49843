"""What staff does, and how it breaks down."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from commerce.catalog.model import StockChange
from commerce.catalog.service import catalog
from commerce.kit.idempotency import IdempotentRequest
from commerce.orders.payment import RefundStatus
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from model.world import STAFF, Which, World
from support.faults import Fault, fault_at


class Staff(World):
    """What staff does, and how it breaks down."""

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def confirm_money_that_was_seen(self, which: int) -> None:
        order = self.an_order(which)
        confirmed = self.tried(lambda: payments().settlement.confirm(STAFF, order.id))
        if order.needs_money:
            assert confirmed is not None, "staff has the money, and the order does not take it"
            assert orders().by_id(order.id).is_paid

    @precondition(lambda self: self.known)
    @rule(which=Which, status=st.sampled_from(Status))
    def move_an_order(self, which: int, status: Status) -> None:
        self.tried(lambda: payments().move(STAFF, self.an_order(which).id, status))

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which, status=st.sampled_from([Status.SHIPPED, Status.CANCELLED, Status.CANCELLED]))
    def move_a_part(self, which: int, seller: int, status: Status) -> None:
        order = self.an_order(which)
        sellers = sorted(order.parts)
        self.tried(lambda: payments().move(STAFF, order.id, status, sellers[seller % len(sellers)]))

    @precondition(lambda self: self.known)
    @rule(which=Which, position=st.integers(0, 1), fault=st.sampled_from(Fault))
    def a_cancellation_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        with fault_at(position, fault):
            self.tried(lambda: payments().move(STAFF, self.an_order(which).id, Status.CANCELLED))

    @precondition(lambda self: self.known)
    @rule(which=Which, amount=st.one_of(st.none(), st.integers(1, 12_000)))
    def refund_an_order(self, which: int, amount: int | None) -> None:
        self.tried(lambda: payments().refunds.refund(STAFF, self.an_order(which).id, amount, "broken"))

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which, amount=st.one_of(st.none(), st.integers(1, 12_000)))
    def refund_a_part(self, which: int, seller: int, amount: int | None) -> None:
        order = self.an_order(which)
        sellers = sorted(order.parts)
        chosen = sellers[seller % len(sellers)]
        self.tried(lambda: payments().refunds.refund(STAFF, order.id, amount, "broken", chosen))

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which)
    def refund_a_part_and_cancel_it(self, which: int, seller: int) -> None:
        self.refund_a_part(which, seller, None)
        self.move_a_part(which, seller, Status.CANCELLED)

    @precondition(lambda self: self.known)
    @rule(which=Which, amount=st.integers(1, 3_000))
    def refund_with_a_key_twice(self, which: int, amount: int) -> None:
        order = self.an_order(which)
        self.keys += 1
        request = IdempotentRequest("POST /refunds/", f"key-{self.keys}", "fingerprint")
        act = lambda: payments().refunds.refund(STAFF, order.id, amount, "broken", None, request)  # noqa: E731
        first, again = self.tried(act), self.tried(act)
        assert (first and first.id) == (again and again.id)

    @rule(which=Which, by_hand=st.booleans())
    def take_care_of_a_refused_refund(self, which: int, by_hand: bool) -> None:
        if found := self.a_refund(which, RefundStatus.ATTENTION):
            order, refund = found
            assert order.id in {one.id for one in orders().needing_attention(None, 100)}, "nobody sees a refused refund"
            self.tried(lambda: payments().refunds.retry(STAFF, order.id, refund.id, by_hand=by_hand))

    @rule(which=Which, position=st.integers(0, 3), fault=st.sampled_from(Fault))
    def carrying_out_a_refund_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        if found := self.a_refund(which, RefundStatus.REQUESTED):
            order, refund = found
            with fault_at(position, fault):
                self.tried(lambda: payments().refunds.execute(order.id, refund.id))

    @rule(which=Which, pieces=st.integers(1, 5))
    def supply_more(self, which: int, pieces: int) -> None:
        product = sorted(self.prices)[which % len(self.prices)]
        catalog()._store.change(product, {}, StockChange(by=pieces))
        self.supplied[product] += pieces
