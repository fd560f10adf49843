"""Orders table. An order is one aggregate under its own id: what was placed, which never changes, and all that does.

    ORDER#<order id>   ORDER               parts with their money, attempts, refunds, hold, journal; one version
    ORDER#<order id>   PLACED              lines, delivery, terms: written once
    BUYER#<user id>    RECEIPT#<digest>    receipt of a keyed checkout
    SELLER#<user id>   ORDER#<order id>    an order that the seller has a part in, where the part stands
    TRANSFER#<id>      NOTICE#<event>      a provider's webhook about a transfer
    VISITS             FIRST               {until}: orders placed before that have had their first visit

One consistent read finds all of it, and every step is one write on condition of the version that it was taken from.
Lists are indexes of keys alone, so that nothing of them is written again when an order changes:

    by_buyer      buyer_id, order_id              a buyer's orders
    by_day        day (2026-11-21#<shard>)        orders placed on a day
    by_movement   movement_day, moved_at          orders by when their money or stock last moved
    by_visit      visit_shard, visit_at           what the reconciler has to look after
    by_attention  attention, attention_at         what needs a person
    by_seller     seller_status, order_id         a seller's orders of one status (11#shipped)

What a seller sells is written from the stream, like everything that a change of an order makes elsewhere: a cart may
hold lines of more sellers than a transaction has writes.

The table's stream is the outbox: what happened to an order is published from there and never from "my write returned".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from itertools import islice, product, takewhile
from typing import Any
from uuid import uuid4

from commerce.kit import clock, ids
from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.lookups import Lookup
from commerce.kit.tables import ConditionFailed, Table, Write, read
from commerce.orders.model import FIRST_VISIT_MS, Order, OrderLine, Placed, ShippingDetails, placed_step
from commerce.orders.part import ListedPart, part_from
from commerce.orders.payment import (
    Attempt,
    AttemptStatus,
    Dispute,
    DisputeStatus,
    JournalEntry,
    Method,
    Provider,
    Refund,
    RefundStatus,
)
from commerce.orders.status import Status

# The keys of these indexes are written at the same moment by all orders: each shard takes 1,000 writes a second.
DAY_SHARDS = 16
VISIT_SHARDS = 32
MAX_NOTICES = 20
TRANSFER_SECONDS = 90 * 86_400
# Before the first round there was nothing; a shop may have sold for a while before its reconciler ran.
FIRST_LOOK_BACK_MS = 62 * 86_400_000
_ORDERS_AT_ONCE = 50  # BatchGetItem takes 100 keys, and an order has two items.
_ATTENTION = "open"


class OrderChanged(Exception):
    """Somebody wrote the order between our read and our write."""


class OrderStore:
    """Every access to the Orders table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Writing

    def create_writes(self, order: Order) -> list[Write]:
        """The writes that create an order; the first is refused when the id is taken."""
        return [
            self._table.put(_state_item(order), condition="attribute_not_exists(#pk)"),
            self._table.put(_placed_item(order)),
        ]

    def replace_write(self, before: Order, after: Order) -> Write:
        """The write that stores an order's next version, refused when somebody else stored one."""
        item = {**_state_item(after), "nonce": uuid4().hex[:12]}
        return self._table.put(item, condition="#version = :before", values={"before": before.version})

    def replace(self, before: Order, after: Order) -> None:
        """Store an order's next version. Raises OrderChanged."""
        write = self.replace_write(before, after)
        try:
            self._table.write(write)
        except ConditionFailed as refusal:
            # The SDK repeats a write whose answer was lost; then what stands there is ours.
            if (refusal.found or {}).get("nonce") != write.content["Item"]["nonce"]["S"]:
                raise OrderChanged from None

    def receipt_lookup(self, buyer_id: int, request: IdempotentRequest) -> Lookup[int | None]:
        """The order that a keyed checkout made when it came first, None if it did not. Raises KeyReused."""

        def placed(receipt: Item | None) -> int | None:
            answer = request.answer(receipt)
            return answer["order_id"] if answer else None

        return Lookup([(self._table, f"BUYER#{buyer_id}", request.sk)], placed)

    def receipt_write(self, order: Order, request: IdempotentRequest) -> Write:
        """The write that records which order a keyed checkout made."""
        return request.receipt(self._table, f"BUYER#{order.buyer_id}", {"order_id": order.id})

    def list_part(self, part: ListedPart) -> None:
        """Bring a seller's list of orders to where their part stands; what is older than the list changes nothing."""
        row = {
            "pk": f"SELLER#{part.seller_id}",
            "sk": f"ORDER#{part.order_id:016d}",
            "order_id": part.order_id,
            "seller_status": f"{part.seller_id}#{part.status}",
            "version": part.version,
        }
        newer = "attribute_not_exists(#pk) OR #version < :version"
        try:
            self._table.write(self._table.put(row, condition=newer, values={"version": part.version}))
        except ConditionFailed:
            pass

    # Reading

    def order(self, buyer_id: int, order_id: int) -> Order | None:
        """A buyer's order; anybody else's is None."""
        order = self.by_id(order_id)
        return order if order is not None and order.buyer_id == buyer_id else None

    def by_id(self, order_id: int) -> Order | None:
        """Anybody's order, for those who may see every order."""
        rows = self._table.query(_pk(order_id), consistent=True).items
        return _order(*rows) if len(rows) == 2 else None

    def by_ids(self, order_ids: Sequence[int]) -> Iterator[Order]:
        """Those of the orders that exist, in the order asked for; one call for each fifty."""
        for start in range(0, len(order_ids), _ORDERS_AT_ONCE):
            keys = [(self._table, _pk(one), sk) for one in order_ids[start : start + _ORDERS_AT_ONCE] for sk in _ITEMS]
            items = read(keys)
            for state, placed in zip(items[::2], items[1::2], strict=True):
                if state is not None and placed is not None:
                    yield _order(state, placed)

    def newest_of_buyer(self, buyer_id: int, offset: int, limit: int) -> list[Order]:
        """At most `limit` of the buyer's orders after the `offset` latest, latest first."""
        return list(self.by_ids(self.ids_of_buyer(buyer_id, offset + limit)[offset:]))

    def ids_of_buyer(self, buyer_id: int, limit: int) -> list[int]:
        """The ids of at most `limit` of the buyer's orders, latest first."""
        rows = self._table.query_all(buyer_id, index=("by_buyer", "buyer_id"), backwards=True, limit=limit)
        return [row["order_id"] for row in islice(rows, limit)]

    def ids_of_seller(self, seller_id: int, status: Status | None, limit: int) -> list[int]:
        """The ids of at most `limit` orders in which the seller has a part (of that status), latest first."""
        if status is None:
            rows = self._table.query_all(f"SELLER#{seller_id}", prefix="ORDER#", backwards=True, limit=limit)
        else:
            index = ("by_seller", "seller_status")
            rows = self._table.query_all(f"{seller_id}#{status}", index=index, backwards=True, limit=limit)
        return [row["order_id"] for row in islice(rows, limit)]

    def placed(self, order_id: int) -> Placed:
        """What was placed of an order; nothing of one that does not exist. Consistent, since it is asked for as soon
        as the order is there."""
        placed = self._table.get(_pk(order_id), "PLACED", consistent=True)
        return Placed(placed["placed_at"], _lines(placed)) if placed else Placed()

    def all_of_buyer(self, buyer_id: int) -> Iterator[Order]:
        """Every order of the buyer's, latest first; read as far as it is asked for, fifty at a time."""
        rows = self._table.query_all(buyer_id, index=("by_buyer", "buyer_id"), backwards=True, limit=_ORDERS_AT_ONCE)
        waiting = (row["order_id"] for row in rows)
        while some := list(islice(waiting, _ORDERS_AT_ONCE)):
            yield from self.by_ids(some)

    def of_day(self, day: str, since_ms: int = 0) -> Iterator[Order]:
        """Orders placed on a day (UTC, 2026-11-21), at `since_ms` or later."""
        for shard in range(DAY_SHARDS):
            index = ("by_day", "day", "order_id")
            rows = self._table.query_since(f"{day}#{shard}", index, ids.first_of(since_ms))
            yield from self.by_ids([row["order_id"] for row in rows])

    def newest_of_day(self, day: str, limit: int, before: int | None) -> list[Order]:
        """At most `limit` orders placed on a day, the latest first; before the order of id `before` when given."""
        until = before - 1 if before else clock.MAX_MS
        index = ("by_day", "day", "order_id")
        found = [
            row["order_id"]
            for shard in range(DAY_SHARDS)
            for row in self._table.query_until(f"{day}#{shard}", index, until, limit, backwards=True)
        ]
        return list(self.by_ids(sorted(found, reverse=True)[:limit]))

    def moved_on(self, day: str, since_ms: int = 0) -> Iterator[Order]:
        """Orders whose money or stock last moved on a day (UTC), at `since_ms` or later; eventually consistent."""
        for shard in range(DAY_SHARDS):
            rows = self._table.query_since(f"{day}#{shard}", ("by_movement", "movement_day", "moved_at"), since_ms)
            yield from self.by_ids([_order_id(row) for row in rows])

    def due_visits(self, now_ms: int, limit: int) -> list[tuple[int, int]]:
        """(order id, when it was due) of what wants to be looked after by now, at most `limit` of each shard, the
        longest due of all shards first."""
        found = [
            (_order_id(row), row["visit_at"])
            for shard in range(VISIT_SHARDS)
            for row in self._table.query_until(f"VISIT#{shard}", ("by_visit", "visit_shard", "visit_at"), now_ms, limit)
        ]
        return sorted(found, key=lambda row: (row[1], row[0]))

    def placed_between(self, since_ms: int, until_ms: int) -> list[int]:
        """The ids of all orders that were placed from one time until before another."""
        days = {clock.iso(at)[:10] for at in (*range(since_ms, until_ms, 86_400_000), until_ms)}
        found = []
        for shard, day in product(range(DAY_SHARDS), sorted(days)):
            index = ("by_day", "day", "order_id")
            rows = self._table.query_since(f"{day}#{shard}", index, ids.first_of(since_ms))
            found += list(takewhile(lambda number: number < ids.first_of(until_ms), (row["order_id"] for row in rows)))
        return found

    def first_visits(self, now_ms: int) -> tuple[list[int], int]:
        """The ids of the orders whose first visit is due, and until when they were placed: hand that to
        `first_visits_done` when they are sure to be visited."""
        until = now_ms - FIRST_VISIT_MS
        found = self._table.get("VISITS", "FIRST", consistent=True)
        since = int(found["until"]) if found else until - FIRST_LOOK_BACK_MS
        return self.placed_between(since, until), until

    def first_visits_done(self, until_ms: int) -> None:
        """All orders placed before that have had their first visit, or are sure to have it."""
        self._table.write(self._table.put({"pk": "VISITS", "sk": "FIRST", "until": until_ms}))

    def keep_transfer_notice(self, subject_id: str, notice: Mapping[str, Any]) -> None:
        """Keep a webhook about a transfer, for three months; the same event again replaces itself."""
        item = {"pk": f"TRANSFER#{subject_id}", "sk": f"NOTICE#{notice['provider']}#{notice['event_id']}", **notice}
        self._table.write(self._table.put(item | {"expires_at": notice["received_at"] // 1000 + TRANSFER_SECONDS}))

    def needing_attention(self, limit: int) -> list[Order]:
        """Orders with something that only a person can decide, the longest waiting first."""
        index = ("by_attention", "attention", "attention_at")
        rows = self._table.query_until(_ATTENTION, index, clock.MAX_MS, limit)
        return list(self.by_ids([_order_id(row) for row in rows]))


_ITEMS = ("ORDER", "PLACED")


def _pk(order_id: int) -> str:
    return f"ORDER#{order_id}"


def _order_id(row: Item) -> int:
    return int(row["pk"].removeprefix("ORDER#"))


def _day(at_ms: int, order_id: int) -> str:
    # The low bits of an id are random; the day's other end of the key rises with time.
    return f"{clock.iso(at_ms)[:10]}#{order_id % DAY_SHARDS}"


def _placed_item(order: Order) -> Item:
    return {
        "pk": _pk(order.id),
        "sk": "PLACED",
        "order_id": order.id,
        "buyer_id": order.buyer_id,
        "day": _day(order.placed_at, order.id),
        "number": order.number,
        "channel": order.channel,
        "currency": order.currency,
        "commission_bp": order.commission_bp,
        "placed_at": order.placed_at,
        "lines": [asdict(line) for line in order.lines],
        **_delivery_item(order.placed_delivery),
    }


def _state_item(order: Order) -> Item:
    """What changes of an order. Facts that have their usual value are left out: units are paid by the kilobyte."""
    item = {
        "pk": _pk(order.id),
        "sk": "ORDER",
        # What the events of the outbox say, which see nothing but this row.
        "id": order.id,
        "buyer_id": order.buyer_id,
        "channel": order.channel,
        "currency": order.currency,
        "version": order.version,
        "updated_at": order.updated_at,
        "parts": {str(seller): _compact(part, "seller_id") for seller, part in order.parts.items()},
        # The first step is that it was placed.
        "history": [dict(step) for step in order.history[1:]],
        "paid_by": order.paid_by,
        "has_expired": order.has_expired,
        "hold_until": order.hold_until,
        "hold_check_at": order.hold_check_at,
        "attempts": [_compact(attempt) for attempt in order.attempts],
        "refunds": [{**_compact(refund), "shares": _plain_keys(refund.shares)} for refund in order.refunds],
        "disputes": [_compact(dispute) for dispute in order.disputes],
        "notices": [dict(notice) for notice in order.notices[-MAX_NOTICES:]],
        "journal": [{**_compact(entry), "postings": dict(entry.postings)} for entry in order.journal],
        "delivery": _delivery_item(order.changed_delivery) if order.changed_delivery else "",
    }
    item = {name: value for name, value in item.items() if value not in ("", 0, False, [])}
    if order.visit_at:
        item |= {"visit_shard": f"VISIT#{order.id % VISIT_SHARDS}", "visit_at": order.visit_at}
    if moved_at := order.moved_at:
        item |= {"movement_day": _day(moved_at, order.id), "moved_at": moved_at}
    if order.attention_at:
        item |= {"attention": _ATTENTION, "attention_at": order.attention_at}
    return item


def _order(state: Item, placed: Item) -> Order:
    parts = {int(seller): part_from(int(seller), facts) for seller, facts in state["parts"].items()}
    return Order(
        id=placed["order_id"],
        number=placed["number"],
        buyer_id=placed["buyer_id"],
        channel=placed["channel"],
        currency=placed["currency"],
        lines=_lines(placed),
        placed_delivery=_delivery(placed),
        commission_bp=placed["commission_bp"],
        placed_at=placed["placed_at"],
        parts=parts,
        updated_at=state["updated_at"],
        version=state["version"],
        paid_by=state.get("paid_by", ""),
        has_expired=state.get("has_expired", False),
        hold_until=state.get("hold_until", 0),
        hold_check_at=state.get("hold_check_at", 0),
        visit_at=state.get("visit_at", 0),
        history=(placed_step(placed["placed_at"], parts), *state.get("history", ())),
        attempts=tuple(map(_attempt, state.get("attempts", ()))),
        refunds=tuple(map(_refund, state.get("refunds", ()))),
        disputes=tuple(map(_dispute, state.get("disputes", ()))),
        notices=tuple(state.get("notices", ())),
        journal=tuple(JournalEntry(**entry) for entry in state.get("journal", ())),
        changed_delivery=_delivery(state["delivery"]) if "delivery" in state else None,
    )


def _lines(placed: Item) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(**line) for line in placed["lines"])


def _delivery_item(delivery: ShippingDetails) -> Item:
    return {"address": dict(delivery.address), "phone": delivery.phone, "notes": delivery.notes}


def _delivery(item: Item) -> ShippingDetails:
    return ShippingDetails(item["address"], item["phone"], item["notes"])


def _compact(thing: Any, *left_out: str) -> Item:
    """A dataclass as plain data, without fields that have their default."""
    facts = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name not in left_out and (field.default is MISSING or value != field.default):
            facts[field.name] = str(value) if isinstance(value, str) else value
    return facts


def _plain_keys(amounts: Any) -> Item:
    return {str(key): amount for key, amount in amounts.items()}


def _attempt(facts: Item) -> Attempt:
    words = {
        "provider": Provider(facts["provider"]),
        "method": Method(facts["method"]),
        "status": AttemptStatus(facts["status"]),
    }
    return Attempt(**{**facts, **words})


def _dispute(facts: Item) -> Dispute:
    words = {"provider": Provider(facts["provider"]), "status": DisputeStatus(facts["status"])}
    return Dispute(**{**facts, **words})


def _refund(facts: Item) -> Refund:
    words: Item = {
        "provider": Provider(facts["provider"]),
        "status": RefundStatus(facts["status"]),
        "shares": {int(seller): amount for seller, amount in facts["shares"].items()},
    }
    return Refund(**{**facts, **words})
