"""Use cases of orders: a cart becomes an order in one transaction, buyers read their own, staff moves any.

Checkout is two calls in sequence: the cart, then the transaction. The cart's version is its idempotency key when the
client sends none, and a condition on each stock item proves price, visibility and quantity, so no product is read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from commerce.carts.model import Cart, Owner
from commerce.carts.service import Carts, carts
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, logs, money, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, Forbidden, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused, Write, transact
from commerce.orders.model import LinesRefused, Order, OrderTerms, ShippingDetails, new_order
from commerce.orders.parties import part_of, seen_by
from commerce.orders.status import Status
from commerce.orders.store import OrderChanged, OrderStore

_CART = 0  # Position of the cart's write in the checkout transaction; the lines' stock follows it.

# All of a price, in basis points.
WHOLE_BP = 10_000

Step = Callable[[Order], Order]


@dataclass(frozen=True)
class History:
    """One page of a buyer's orders, newest first, and how many they have placed in all."""

    orders: list[Order]
    total: int


@dataclass(frozen=True)
class OrderPage:
    """One page of orders that nobody counts, newest first, and whether more follow."""

    orders: list[Order]
    has_next: bool


class Orders:
    """Orders of all contracts. `commission_bp` is the platform's commission on new ones, in basis points."""

    def __init__(self, store: OrderStore, carts: Carts, catalog: Catalog, commission_bp: int) -> None:
        self._store = store
        self._carts = carts
        self._catalog = catalog
        if not 0 <= commission_bp <= WHOLE_BP:
            raise ValueError(f"a commission of {commission_bp} basis points is no share of a price")
        self._commission_bp = commission_bp

    def place(
        self,
        caller: Principal,
        channel: str,
        delivery: ShippingDetails,
        terms: OrderTerms,
        request: IdempotentRequest | None = None,
        *,
        guest: Owner | None = None,
    ) -> Outcome[Order]:
        """The order that the caller's cart becomes; a keyed request that comes again gets it as it was placed. What the
        anonymous session `guest` has in its cart becomes part of the caller's before.

        Raises CartEmpty, LinesRefused (stock, price or visibility changed; nothing is reserved), KeyReused, Busy.
        """
        owner = Owner.account(caller.user_id)
        self._carts.merge(guest, owner)
        receipt = self._store.receipt_lookup(caller.user_id, request) if request else None
        for _ in contended():
            cart, found = self._carts.for_order(owner, [receipt] if receipt else [])
            if receipt and (earlier := found[receipt]):
                return self._placed_before(caller, earlier)
            order = new_order(
                cart, ids.new_id(), caller.user_id, channel, delivery, terms, self._commission_bp, clock.now_ms()
            )
            writes = [
                self._carts.checkout_write(owner, cart, order.id),
                *(
                    self._catalog.reserve_write(line.product_id, line.quantity, line.price_minor, order.currency)
                    for line in order.lines
                ),
                *self._store.create_writes(order),
            ]
            if request:
                writes.append(self._store.receipt_write(order, request))
            try:
                transact(writes)
            except TransactionRefused as refusal:
                if _CART in refusal.failures:
                    twin = self._carts.order_placed_from(owner, cart, refusal, _CART)
                    if twin and not request:
                        return self._placed_before(caller, twin)
                else:
                    # When it is not a line that refused, the id was taken: another one is drawn.
                    self._refuse_lines(owner, cart, refusal)
                continue
            return Outcome(order)
        raise Busy

    def history(self, caller: Principal, page: PageRequest) -> History:
        """A page of the caller's orders, newest first. The total is the number of their latest order."""
        found = self._store.newest_of_buyer(caller.user_id, page.offset, page.size)
        if found and page.number == 1:
            return History(found, found[0].number)
        newest = self._store.newest_of_buyer(caller.user_id, 0, 1)
        return History(found, newest[0].number if newest else 0)

    def order(self, caller: Principal, order_id: int) -> Order:
        """The caller's own order. Raises NotFound, for other people's too."""
        order = self._store.order(caller.user_id, order_id)
        if order is None:
            raise NotFound("Order")
        return order

    def has_received(self, caller: Principal, product_id: int) -> bool:
        """Whether the product was delivered to the caller, in any of their orders; the latest are looked at first."""
        return any(
            line.product_id == product_id and order.parts[line.seller_id].status is Status.DELIVERED
            for order in self._store.all_of_buyer(caller.user_id)
            for line in order.lines
        )

    def seen(self, caller: Principal, order_id: int) -> Order:
        """An order as a party to it sees it: its buyer and staff all, a seller their part. Raises NotFound."""
        return seen_by(self.by_id(order_id), caller)

    def of_seller(self, caller: Principal, page: PageRequest, status: Status | None = None) -> OrderPage:
        """A page of the orders in which the caller has a part (of that status), newest first, as they see them."""
        found = self._store.ids_of_seller(caller.user_id, status, page.offset + page.size + 1)
        return self._page(found, page, lambda order: part_of(order, caller.user_id))

    def parts_of_seller(self, seller_id: int, order_ids: Sequence[int]) -> list[Order]:
        """Those of the orders in which the seller has a part, as they see them, in the order asked for."""
        return [part_of(order, seller_id) for order in self._store.by_ids(order_ids) if seller_id in order.parts]

    def of_party(self, caller: Principal, page: PageRequest) -> OrderPage:
        """A page of the orders that the caller has placed or has a part in, newest first, as they see them."""
        limit = page.offset + page.size + 1
        found = set(self._store.ids_of_buyer(caller.user_id, limit))
        if caller.is_seller:
            found.update(self._store.ids_of_seller(caller.user_id, None, limit))
        return self._page(sorted(found, reverse=True), page, lambda order: seen_by(order, caller))

    def change_delivery(
        self, caller: Principal, order_id: int, notes: str | None, address: Mapping[str, str] | None
    ) -> Order:
        """The caller's own order with other notes, and another address while it waits for its payment; None leaves
        what was said. Raises AddressFixed, Forbidden for other parties to it, NotFound for everybody else, Busy."""

        def changed(order: Order) -> Order:
            seen_by(order, caller)
            if order.buyer_id != caller.user_id:
                raise Forbidden
            return order.with_delivery(notes, address, clock.now_ms())

        return self.change(order_id, changed)

    def any_order(self, caller: Principal, order_id: int) -> Order:
        """Anybody's order, for staff. Raises Forbidden, NotFound."""
        caller.require_staff()
        return self.by_id(order_id)

    def newest_of_day(self, caller: Principal, day: str, limit: int, before: int | None = None) -> list[Order]:
        """Orders placed on a day (UTC, 2026-11-21), the latest first, for staff; those before the order of id `before`
        when given. Raises Forbidden."""
        caller.require_staff()
        return self._store.newest_of_day(day, limit, before)

    def newest_of_buyer(self, caller: Principal, buyer_id: int, limit: int) -> list[Order]:
        """A buyer's latest orders, latest first, for staff. Raises Forbidden."""
        caller.require_staff()
        return self._store.newest_of_buyer(buyer_id, 0, limit)

    def needing_attention(self, caller: Principal | None, limit: int) -> list[Order]:
        """Orders with something that only a person can decide, the longest waiting first; for staff, and for the system
        itself, which is no caller. Raises Forbidden."""
        if caller is not None:
            caller.require_staff()
        return self._store.needing_attention(limit)

    # What the system itself needs

    def by_id(self, order_id: int) -> Order:
        """Anybody's order. Raises NotFound."""
        order = self._store.by_id(order_id)
        if order is None:
            raise NotFound("Order")
        return order

    def change(self, order: Order | int, step: Step, extra_writes: Sequence[Write] = ()) -> Order:
        """The order after `step`, stored unless somebody changed it meanwhile; then `step` is taken again from what
        stands there. A step that returns the order as it was changes nothing.

        `order` is the order as it was just read, or its id. Parts that the step cancels give their stock back, in one
        transaction with it and with the `extra_writes` of its own. Raises NotFound, Busy, and what `step` raises.
        """
        order_id = order if isinstance(order, int) else order.id
        missing: set[int] = set()
        for attempt in contended():
            before = order if isinstance(order, Order) and not attempt else self.by_id(order_id)
            after = step(before)
            if after is before:
                return before
            after = after.following(before)
            returned = [line for line in _cancelled_lines(before, after) if line not in missing]
            if not returned and not extra_writes:
                try:
                    self._store.replace(before, after)
                except OrderChanged:
                    continue
                return after
            lines = {line.id: line for line in after.lines}
            writes = [
                self._store.replace_write(before, after),
                *(self._catalog.release_write(lines[one].product_id, lines[one].quantity) for one in returned),
                *extra_writes,
            ]
            try:
                transact(writes)
            except TransactionRefused as refusal:
                if 0 not in refusal.failures:
                    # Stock that is no longer there must not keep an order from ending.
                    gone = {returned[index - 1] for index in refusal.failures if index <= len(returned)}
                    logs.warning("cancelled pieces have no stock to go back to", order_id=order_id)
                    missing |= gone
                continue
            return after
        raise Busy

    def of_day(self, day: str, since_ms: int = 0) -> Iterator[Order]:
        """Orders that were placed on a day (UTC, 2026-11-21), at `since_ms` or later."""
        return self._store.of_day(day, since_ms)

    def moved_on(self, day: str, since_ms: int = 0) -> Iterator[Order]:
        """Orders whose money or stock last moved on a day (UTC), at `since_ms` or later."""
        return self._store.moved_on(day, since_ms)

    def keep_transfer_notice(self, subject_id: str, notice: Mapping[str, Any]) -> None:
        """Keep a provider's webhook about a transfer to a seller."""
        self._store.keep_transfer_notice(subject_id, notice)

    def first_visits(self) -> tuple[list[int], int]:
        """The ids of the orders whose first visit is due, and until when they were placed: hand that to
        `first_visits_done` when they are sure to be visited."""
        return self._store.first_visits(clock.now_ms())

    def first_visits_done(self, until_ms: int) -> None:
        """All orders placed before that have had their first visit, or are sure to have it."""
        self._store.first_visits_done(until_ms)

    def due_visits(self, limit: int) -> list[tuple[int, int]]:
        """(order id, when it was due) of what has to be looked after now, the longest due first; at most `limit` of
        each of the index's shards."""
        return self._store.due_visits(clock.now_ms(), limit)

    def _page(self, found: Sequence[int], page: PageRequest, view: Callable[[Order], Order]) -> OrderPage:
        end = page.offset + page.size
        return OrderPage([view(order) for order in self._store.by_ids(found[page.offset : end])], len(found) > end)

    def _placed_before(self, caller: Principal, order_id: int) -> Outcome[Order]:
        return Outcome(self.order(caller, order_id).as_placed(), replayed=True)

    def _refuse_lines(self, owner: Owner, cart: Cart, refusal: TransactionRefused) -> None:
        """Raise LinesRefused when stock refused the order; a new price is shown in the cart from now on."""
        problems: list[str] = []
        prices: dict[int, int] = {}
        for index, line in enumerate(cart.lines, start=_CART + 1):
            if index not in refusal.failures:
                continue
            offer = self._catalog.refused_offer(refusal, index)
            if offer is None or not offer.is_sellable or offer.currency != cart.currency:
                problems.append(f"{line.name} is no longer available.")
            elif offer.price_minor != line.price_minor:
                before, now = (money.text(price, cart.currency) for price in (line.price_minor, offer.price_minor))
                problems.append(f"The price of {line.name} changed from {before} to {now}.")
                prices[line.product_id] = offer.price_minor
            elif offer.available:
                problems.append(f"{line.name}: only {offer.available} left in stock.")
            else:
                problems.append(f"{line.name} is out of stock.")
        if prices:
            self._carts.reprice(owner, cart, prices)
        if problems:
            raise LinesRefused(problems)


def _cancelled_lines(before: Order, after: Order) -> list[int]:
    """The ids of the lines whose parts a change cancels."""
    return [
        line.id
        for line in after.lines
        if before.parts[line.seller_id].is_live and not after.parts[line.seller_id].is_live
    ]


@cache
def orders() -> Orders:
    """The service over the tables that the environment names."""
    store = OrderStore(Table(settings.text("ORDERS_TABLE")))
    return Orders(store, carts(), catalog(), settings.commission_bp())
