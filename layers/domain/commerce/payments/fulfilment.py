"""Fulfilment: the parties to an order move its parts, through the one machine; what that means for its money.

Staff that confirms an unpaid order has seen its money. A part that is cancelled gives its stock back, and what was
captured for it, in the same transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from commerce.audit.service import Audit
from commerce.kit import clock
from commerce.kit.principal import Principal
from commerce.kit.tables import Write
from commerce.orders.model import Order
from commerce.orders.part import Part
from commerce.orders.parties import Role, fulfiller, mover, seen_by
from commerce.orders.service import Orders
from commerce.orders.status import ALLOWED, Actor, Status, derived_status
from commerce.payments.refunds import with_cancelled_refunded
from commerce.payments.settlement import confirmed


@dataclass(frozen=True)
class Move:
    """What became of an order that somebody moved, as they see it: where those parts stood that were meant, where they
    stand, and where the caller may move them next."""

    order: Order
    previous: Status
    current: Status
    allowed: tuple[Status, ...]


class Fulfilment:
    """Moves of orders by their parties. Everything here raises NotFound for who is none, and Busy."""

    def __init__(self, orders: Orders, audit: Audit) -> None:
        self._orders = orders
        self._audit = audit

    def move(self, caller: Principal, order_id: int, target: Status, seller_id: int | None = None) -> Move:
        """The order after the caller moved to `target` what is theirs to move: sellers their part, its buyer and staff
        all parts that are not cancelled, or that of `seller_id`. The same status again changes nothing.

        Raises TransitionRefused, OrderClosed (staff confirms what cannot be paid).
        """
        whose = partial(mover, caller=caller, target=target, seller_id=seller_id)
        return self._move(caller, order_id, target, seller_id, whose)

    def process(self, caller: Principal, order_id: int, seller_id: int | None = None) -> Move:
        """The order after its seller took their part in hand: it awaits shipment. Raises as `cancel` does."""
        whose = partial(fulfiller, caller=caller, seller_id=seller_id)
        return self._move(caller, order_id, Status.AWAITING_SHIPMENT, seller_id, whose)

    def cancel(self, caller: Principal, order_id: int, reason: str, seller_id: int | None = None) -> Move:
        """The order after its seller cancelled their part of it, which the buyer is told the reason of.

        Raises TransitionRefused, Forbidden for the buyer.
        """
        whose = partial(fulfiller, caller=caller, seller_id=seller_id)
        return self._move(caller, order_id, Status.CANCELLED, seller_id, whose, reason)

    def track(
        self, caller: Principal, order_id: int, number: str, carrier: str = "", seller_id: int | None = None
    ) -> Order:
        """The order after its seller shipped their part under a tracking number, or corrected the number of what is on
        its way. An empty carrier leaves the one that is known.

        Raises TransitionRefused, Forbidden for the buyer, InvalidInput (staff did not say whose part).
        """

        def tracked(order: Order) -> Order:
            role, now = fulfiller(order, caller, seller_id), clock.now_ms()
            seller = role.only_seller
            shipped = order.moved(Status.SHIPPED, role.actor, [seller], now)
            return shipped.with_part(shipped.parts[seller].tracked(number, carrier), now)

        recorded = self._recorded(caller, "order.tracked", order_id, seller_id, tracking_number=number)
        return seen_by(self._orders.change(order_id, tracked, recorded), caller)

    def choose_carrier(
        self, caller: Principal, order_id: int, code: str, carrier: str = "", seller_id: int | None = None
    ) -> Order:
        """The order with the carrier's code of its seller's part. An empty carrier leaves the one that is known.

        Raises PartClosed once the part is shipped, Forbidden for the buyer, InvalidInput (staff did not say whose).
        """

        def chosen(order: Order) -> Order:
            part: Part = order.parts[fulfiller(order, caller, seller_id).only_seller]
            return order.with_part(part.with_carrier(code, carrier), clock.now_ms())

        recorded = self._recorded(caller, "order.carrier", order_id, seller_id, carrier_code=code)
        return seen_by(self._orders.change(order_id, chosen, recorded), caller)

    def _move(
        self,
        caller: Principal,
        order_id: int,
        target: Status,
        seller_id: int | None,
        whose: Callable[[Order], Role],
        reason: str = "",
    ) -> Move:
        done: list[tuple[Order, Role]] = []

        def moved(order: Order) -> Order:
            role = whose(order)
            done[:] = [(order, role)]
            is_whole = role.actor is Actor.STAFF and seller_id is None
            if is_whole and target is Status.CONFIRMED and order.status is Status.PENDING and order.needs_money:
                return confirmed(order)
            now = clock.now_ms()
            after = order.moved(target, role.actor, role.sellers, now, reason)
            return with_cancelled_refunded(order, after, now)

        recorded = self._recorded(caller, "order.moved", order_id, seller_id, status=str(target))
        after = self._orders.change(order_id, moved, recorded)
        [(before, role)] = done
        previous, current = (
            derived_status(order.parts[one].status for one in role.sellers) for order in (before, after)
        )
        allowed = ALLOWED[role.actor].get(current, frozenset())
        return Move(seen_by(after, caller), previous, current, tuple(sorted(allowed)))

    def _recorded(
        self, caller: Principal, action: str, order_id: int, seller_id: int | None, **given: object
    ) -> Sequence[Write]:
        if seller_id is not None:
            given["seller_id"] = seller_id
        return self._audit.record_writes(caller, action, order_id, given)
