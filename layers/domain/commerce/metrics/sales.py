"""What orders add to the counters. Rules only.

Orders and pieces count on the day on which they were placed, as far as they are not cancelled: a cancellation takes
them off that day again, whenever it happens. Money counts on the day on which it moved, as the journal has it. What is
made of an event and of the order itself are the same facts, so that a recomputation counts nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.events.model import (
    ORDER_MONEY_MOVED,
    ORDER_PART_MOVED,
    ORDER_PLACED,
    OrderEvent,
    UnknownEvent,
)
from commerce.kit.days import day_of
from commerce.metrics.model import (
    ALL,
    ORDERED,
    REFUNDS,
    REVENUE,
    SELLER,
    Adding,
    Amounts,
    Counter,
    Fact,
    of_product,
    of_seller,
)
from commerce.orders.model import Order
from commerce.orders.part import apportion
from commerce.orders.status import Status

_SHARED = ("commission", "tax", "shipping")


@dataclass(frozen=True)
class SoldLine:
    """A line of an order, as far as it is counted."""

    product_id: int
    seller_id: int
    quantity: int
    total_minor: int


@dataclass(frozen=True)
class Sale:
    """An order, as far as it is counted: what was placed, and when (milliseconds)."""

    order_id: int
    currency: str
    placed_at: int
    lines: tuple[SoldLine, ...]

    def placed(self) -> Fact:
        """That it was placed."""
        adding = Adding()
        adding.add(self._shop(ALL), placed=1, orders=1)
        for seller_id in {line.seller_id for line in self.lines}:
            self._add_part(adding, seller_id, 1)
        for line in self.lines:
            adding.add(Counter("", line.seller_id, line.product_id, order_id=self.order_id), units=line.quantity)
        return self._fact("placed", adding)

    def part_cancelled(self, seller_id: int) -> Fact:
        """That a seller's part of it was cancelled."""
        adding = Adding()
        self._add_part(adding, seller_id, -1)
        return self._fact(f"part cancelled {seller_id}", adding)

    def cancelled(self) -> Fact:
        """That nothing of it is left."""
        adding = Adding()
        adding.add(self._shop(ALL), orders=-1)
        return self._fact("cancelled", adding)

    def money_moved(self, key: str, kind: str, currency: str, at: int, postings: Amounts) -> Fact:
        """That its journal gained an entry. A capture is revenue, all else that sellers and the platform get or lose
        are refunds; what never belonged to an order is neither."""
        adding, day = Adding(), day_of(at)
        name, sign = (REVENUE, -1) if kind == "capture" else (REFUNDS, 1)
        shop = Counter(day, currency=currency, account=ALL)
        adding.add(shop, entries=1)
        for account, amount in postings.items():
            of_account = Counter(day, currency=currency, account=account)
            adding.add(of_account, balance=amount)
            if account in _SHARED:
                adding.add(shop, **{name: sign * amount})
            if account.startswith(SELLER):
                adding.add(shop, **{name: sign * amount})
                adding.add(of_account, **{name: sign * amount})
                self._add_share(adding, day, int(account.removeprefix(SELLER)), f"{name}_{currency}", sign * amount)
        return self._fact(f"money {key}", adding)

    def _add_part(self, adding: Adding, seller_id: int, sign: int) -> None:
        """Orders, pieces and prices of a seller's part."""
        day = day_of(self.placed_at)
        lines = [line for line in self.lines if line.seller_id == seller_id]
        units = sign * sum(line.quantity for line in lines)
        adding.add(self._shop(ALL), units=units)
        adding.add(self._shop(f"{SELLER}{seller_id}"), orders=sign, units=units)
        ordered = f"{ORDERED}_{self.currency}"
        value = sign * sum(line.total_minor for line in lines)
        for counter in of_seller(seller_id, day):
            adding.add(counter, orders=sign, units=units, **{ordered: value})
        for product_id in {line.product_id for line in lines}:
            for counter in of_product(seller_id, product_id, day):
                adding.add(counter, orders=sign)
        for line in lines:
            for counter in of_product(seller_id, line.product_id, day):
                adding.add(counter, units=sign * line.quantity, **{ordered: sign * line.total_minor})

    def _add_share(self, adding: Adding, day: str, seller_id: int, name: str, amount: int) -> None:
        """Money of a seller, and in proportion to their prices of their products in the order; exact to the unit."""
        for counter in of_seller(seller_id, day):
            adding.add(counter, **{name: amount})
        weights: dict[int, int] = {}
        for line in self.lines:
            if line.seller_id == seller_id:
                weights[line.product_id] = weights.get(line.product_id, 0) + line.total_minor
        sign = -1 if amount < 0 else 1
        for product_id, share in apportion(abs(amount), weights).items() if weights else ():
            for counter in of_product(seller_id, product_id, day):
                adding.add(counter, **{name: sign * share})

    def _shop(self, account: str) -> Counter:
        return Counter(day_of(self.placed_at), currency=self.currency, account=account)

    def _fact(self, name: str, adding: Adding) -> Fact:
        return Fact(f"order {self.order_id}", name, adding.total())


def facts_of_order(order: Order) -> Iterator[Fact]:
    """Everything that has happened to an order and is counted."""
    lines = tuple(SoldLine(one.product_id, one.seller_id, one.quantity, one.total_minor) for one in order.lines)
    sale = Sale(order.id, order.currency, order.placed_at, lines)
    yield sale.placed()
    for part in order.parts.values():
        if not part.is_live:
            yield sale.part_cancelled(part.seller_id)
    if not order.live_parts:
        yield sale.cancelled()
    for entry in order.journal:
        yield sale.money_moved(entry.key, entry.kind, entry.currency, entry.at, entry.postings)


def facts_of_event(event: OrderEvent) -> list[Fact]:
    """What an event tells of that is counted. Raises UnknownEvent for one of an older form, which has not all of it."""
    payload: Mapping[str, Any] = event.payload
    try:
        return list(_FACTS.get(event.name, _nothing)(payload))
    except KeyError as missing:
        raise UnknownEvent(f"{event.name} without {missing}") from None


def _placed(payload: Mapping[str, Any]) -> Iterator[Fact]:
    yield _sale(payload, payload["occurred_at"], payload["lines"]).placed()


def _part_moved(payload: Mapping[str, Any]) -> Iterator[Fact]:
    if payload["new_status"] != Status.CANCELLED:
        return
    seller_id = payload["seller_id"]
    lines = [{**line, "seller_id": seller_id} for line in payload["lines"]]
    sale = _sale(payload, payload["placed_at"], lines)
    yield sale.part_cancelled(seller_id)
    if payload["status"] == Status.CANCELLED:
        yield sale.cancelled()


def _money_moved(payload: Mapping[str, Any]) -> Iterator[Fact]:
    sale = _sale(payload, 0, payload["lines"])
    for entry in payload["entries"]:
        yield sale.money_moved(entry["key"], entry["kind"], entry["currency"], entry["at"], entry["postings"])


def _nothing(_: Mapping[str, Any]) -> Iterator[Fact]:
    return iter(())


def _sale(payload: Mapping[str, Any], placed_at: int, lines: Iterable[Mapping[str, Any]]) -> Sale:
    sold = tuple(SoldLine(one["product_id"], one["seller_id"], one["quantity"], one["total_minor"]) for one in lines)
    if not sold:
        raise KeyError("lines")
    return Sale(payload["order_id"], payload["currency"], placed_at, sold)


_FACTS = {ORDER_PLACED: _placed, ORDER_PART_MOVED: _part_moved, ORDER_MONEY_MOVED: _money_moved}
