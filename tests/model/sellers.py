"""What sellers do with their own parts, and buyers with what is on its way."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from commerce.kit.errors import NotFound
from commerce.kit.principal import Principal
from commerce.orders.model import Order
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from model.world import SELLERS, Which, World
from support.faults import Fault, fault_at


class Sellers(World):
    """What sellers do with their own parts, and buyers with what is on its way."""

    def a_seller(self, order: Order, which: int) -> Principal:
        """One of the order's sellers."""
        sellers = sorted(order.parts)
        return Principal(sellers[which % len(sellers)], is_seller=True)

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which)
    def take_a_part_in_hand(self, which: int, seller: int) -> None:
        order = self.an_order(which)
        mine = self.a_seller(order, seller)
        self.tried(lambda: payments().fulfilment.process(mine, order.id))
        self.only_that_part_moved(order, mine)

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which, number=st.sampled_from(["T1", "T2"]))
    def ship_a_part(self, which: int, seller: int, number: str) -> None:
        order = self.an_order(which)
        mine = self.a_seller(order, seller)
        shipped = self.tried(lambda: payments().fulfilment.track(mine, order.id, number, "Carrier"))
        self.only_that_part_moved(order, mine)
        if shipped is not None:
            part = shipped.parts[mine.user_id]
            assert (part.status, part.tracking_number) == (Status.SHIPPED, number)
            assert set(shipped.parts) == {mine.user_id}, "a seller sees what others sell"

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which)
    def cancel_a_part_with_a_reason(self, which: int, seller: int) -> None:
        order = self.an_order(which)
        mine = self.a_seller(order, seller)
        before = order.parts[mine.user_id]
        cancelled = self.tried(lambda: payments().fulfilment.cancel(mine, order.id, "Sold out"))
        self.only_that_part_moved(order, mine)
        if cancelled is not None and before.is_live:
            after = orders().by_id(order.id).parts[mine.user_id]
            assert after.promised_minor == after.captured_minor, "a cancelled part keeps the buyer's money"
            assert after.cancellation_reason == "Sold out"

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which, position=st.integers(0, 1), fault=st.sampled_from(Fault))
    def a_seller_s_cancellation_breaks_down(self, which: int, seller: int, position: int, fault: Fault) -> None:
        order = self.an_order(which)
        with fault_at(position, fault):
            self.tried(lambda: payments().fulfilment.cancel(self.a_seller(order, seller), order.id, "Sold out"))

    @precondition(lambda self: self.known)
    @rule(which=Which, status=st.sampled_from([Status.CANCELLED, Status.DELIVERED]))
    def a_buyer_moves_their_order(self, which: int, status: Status) -> None:
        order = self.an_order(which)
        self.tried(lambda: payments().fulfilment.move(self.buyer(order), order.id, status))

    @precondition(lambda self: self.known)
    @rule(which=Which, status=st.sampled_from(Status))
    def a_seller_of_something_else_tries_to_move_it(self, which: int, status: Status) -> None:
        order = self.an_order(which)
        for other in set(SELLERS) - set(order.parts):
            try:
                payments().fulfilment.move(Principal(other, is_seller=True), order.id, status)
            except NotFound:
                continue
            raise AssertionError("a stranger moves an order")

    def only_that_part_moved(self, before: Order, seller: Principal) -> None:
        """Whatever a seller did, the parts of others are as they were."""
        after = orders().by_id(before.id)
        for other in set(before.parts) - {seller.user_id}:
            assert after.parts[other] == before.parts[other], "a seller moved somebody else's part"
