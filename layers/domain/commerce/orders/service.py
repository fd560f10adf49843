"""Use cases of orders: a cart becomes an order in one transaction, buyers read their own, staff moves any.

Checkout is two calls in sequence: the cart, then the transaction. The cart's version is its idempotency key when the
client sends none, and a condition on each stock item proves price, visibility and quantity, so no product is read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from commerce.carts.model import Cart, Owner
from commerce.carts.service import Carts, carts
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, ids, money, settings
from commerce.kit.errors import Busy, Forbidden, NotFound
from commerce.kit.items import Item
from commerce.kit.pages import PageRequest
from commerce.kit.receipts import Attempt
from commerce.kit.tables import Table, TransactionRefused, Write, pause, transact
from commerce.orders import model
from commerce.orders.model import Actor, Delivery, LinesRefused, Order, PaymentStatus, Status, Terms
from commerce.orders.store import OrderStore
from commerce.sessions.model import Principal

ATTEMPTS = 20
_CART = 0  # Position of the cart's write in the checkout transaction; the lines' stock follows it.


Consequences = Callable[[Order, Order], tuple[Order, list[Write]]]


@dataclass(frozen=True)
class History:
    """One page of a buyer's orders, newest first, and how many he has placed in all."""

    orders: list[Order]
    total: int


class Orders:
    """Orders of all contracts."""

    def __init__(self, store: OrderStore, carts: Carts, catalog: Catalog) -> None:
        self._store = store
        self._carts = carts
        self._catalog = catalog

    def place(
        self, caller: Principal, channel: str, delivery: Delivery, terms: Terms, attempt: Attempt | None = None
    ) -> tuple[Order, bool]:
        """The order that the caller's cart becomes, and whether it is a repetition of one placed before.

        Raises CartEmpty, TooManySellers, LinesRefused (stock, price or visibility changed; nothing is reserved),
        KeyReused, Busy.
        """
        owner = Owner.account(caller.user_id)
        receipt_key = [self._store.receipt_key(caller.user_id, attempt)] if attempt else []
        for round_number in range(ATTEMPTS):
            cart, receipt = self._carts.for_order(owner, receipt_key)
            if attempt and (answer := attempt.answer(receipt[0])):
                return self._placed_before(caller, answer["order_id"])
            order = model.place(cart, ids.new_id(), caller.user_id, channel, delivery, terms, clock.now_ms())
            writes = [
                self._carts.consuming(owner, cart, order.id),
                *(
                    self._catalog.taking(line.product_id, line.quantity, line.price_minor, order.currency)
                    for line in order.lines
                ),
                *self._store.creating(order),
            ]
            if attempt:
                writes.append(self._store.receipt(order, attempt))
            if terms.hold_minutes:
                writes.append(self._store.holding(order.id, order.placed_at + terms.hold_minutes * 60_000))
            try:
                transact(writes)
            except TransactionRefused as refusal:
                if _CART in refusal.failures:
                    twin = self._carts.became(owner, refusal.failures[_CART], cart)
                    if twin and not attempt:
                        return self._placed_before(caller, twin)
                else:
                    self._refuse_lines(owner, cart, refusal)
                pause(round_number)
            else:
                return order, False
        raise Busy

    def history(self, caller: Principal, page: PageRequest) -> History:
        """A page of the caller's orders, newest first. The total is the number of his latest order."""
        newest = self._store.history(caller.user_id, page.offset + page.size)
        return History(newest[page.offset :], newest[0].number if newest else 0)

    def order(self, caller: Principal, order_id: int) -> Order:
        """The caller's own order. Raises NotFound, for other people's too."""
        order = self._store.order(caller.user_id, order_id)
        if order is None:
            raise NotFound("Order")
        return order

    def any_order(self, caller: Principal, order_id: int) -> Order:
        """Anybody's order, for staff. Raises Forbidden, NotFound."""
        if not caller.is_staff:
            raise Forbidden
        return self.located(order_id)

    def newest_of_day(
        self, caller: Principal, day: str, limit: int, after: tuple[int, int, int] | None = None
    ) -> list[Order]:
        """Orders placed on a day (UTC, 2026-11-21), the latest first, for staff; `after` is the last one of the page
        before: its buyer, its id, when it was placed. Raises Forbidden."""
        if not caller.is_staff:
            raise Forbidden
        return self._store.newest_of_day(day, limit, after)

    def newest_of_buyer(self, caller: Principal, buyer_id: int, limit: int) -> list[Order]:
        """A buyer's latest orders, latest first, for staff. Raises Forbidden."""
        if not caller.is_staff:
            raise Forbidden
        return self._store.history(buyer_id, limit)

    def move(
        self,
        caller: Principal,
        order_id: int,
        target: Status,
        sellers: Sequence[int] = (),
        also: Consequences | None = None,
    ) -> Order:
        """The order with its parts (those of `sellers`, when named) at `target`, moved by staff; cancelled pieces go
        back to stock.

        Parts that are cancelled stay so while others go on. The same status again is no change. `also` adds what else
        belongs to the move (refunds): it may change the order once more and answers the writes for that. Raises
        Forbidden, NotFound (for a seller who has no part in it too), TransitionRefused, Busy.
        """
        for round_number in range(ATTEMPTS):
            order = self.any_order(caller, order_id)
            live = [seller for seller, status in order.parts.items() if status is not Status.CANCELLED]
            if not order.parts.keys() >= set(sellers):
                raise NotFound("Part")
            after = order.moved(target, Actor.STAFF, sellers or live or order.parts, clock.now_ms())
            if after is order:
                return order
            after, consequences = also(order, after) if also else (after, [])
            try:
                transact([*self.changing(order, after), *consequences])
            except TransactionRefused:
                pause(round_number)
            else:
                return after
        raise Busy

    # What payments need of an order

    def changing(self, before: Order, after: Order) -> list[Write]:
        """The writes that store an order's next version, with the stock of the parts that it cancels and the end of
        its hold when it waits no more. The first is refused when somebody else wrote the order meanwhile."""
        writes = [*self._store.changing(before, after), *self._stock_returned(before, after)]
        if _waits(before) and not _waits(after):
            writes.append(self._store.unholding(after.id))
        return writes

    def holding(self, order: Order, until_ms: int) -> Write:
        """The write that lets an unpaid order hold its stock until then."""
        return self._store.holding(order.id, until_ms)

    def located(self, order_id: int) -> Order:
        """Anybody's order, for the system itself. Raises NotFound."""
        order = self._store.locate(order_id)
        if order is None:
            raise NotFound("Order")
        return order

    def of_day(self, day: str) -> Iterator[Order]:
        """Orders that were placed on a day (UTC, 2026-11-21), oldest first."""
        return self._store.of_day(day)

    def _stock_returned(self, before: Order, after: Order) -> list[Write]:
        cancelled = {
            seller
            for seller in after.parts
            if after.parts[seller] is Status.CANCELLED and before.parts[seller] is not Status.CANCELLED
        }
        return [
            self._catalog.returning(line.product_id, line.quantity)
            for line in after.lines
            if line.seller_id in cancelled
        ]

    def _placed_before(self, caller: Principal, order_id: int) -> tuple[Order, bool]:
        return self.order(caller, order_id).as_placed(), True

    def _refuse_lines(self, owner: Owner, cart: Cart, refusal: TransactionRefused) -> None:
        """Raise LinesRefused when stock refused the order; a new price is shown in the cart from now on."""
        problems: list[str] = []
        prices: dict[int, int] = {}
        for index, line in enumerate(cart.lines, start=_CART + 1):
            if index not in refusal.failures:
                continue
            stock: Item | None = refusal.failures[index]
            if stock is None or not stock["sellable"] or stock["currency"] != cart.currency:
                problems.append(f"{line.name} is no longer available.")
            elif stock["price_minor"] != line.price_minor:
                before, now = (money.text(price, cart.currency) for price in (line.price_minor, stock["price_minor"]))
                problems.append(f"The price of {line.name} changed from {before} to {now}.")
                prices[line.product_id] = stock["price_minor"]
            elif stock["available"]:
                problems.append(f"{line.name}: only {stock['available']} left in stock.")
            else:
                problems.append(f"{line.name} is out of stock.")
        if prices:
            self._carts.reprice(owner, cart, prices)
        if problems:
            raise LinesRefused(problems)


def _waits(order: Order) -> bool:
    return order.payment_status is PaymentStatus.PENDING and order.status is not Status.CANCELLED


@cache
def orders() -> Orders:
    """The service over the tables that the environment names."""
    return Orders(OrderStore(Table(settings.text("ORDERS_TABLE"))), carts(), catalog())
