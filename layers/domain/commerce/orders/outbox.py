"""The Orders table as an outbox: what a change of one of its rows makes elsewhere, told to the rest of the platform and
written into the lists of sellers."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeGuard

from commerce.events.model import (
    ORDER_MONEY_MOVED,
    ORDER_PART_MOVED,
    ORDER_PLACED,
    ORDER_STATUS_CHANGED,
    VERSION,
    LedgerEntry,
    MovedLine,
    OrderedLine,
    OrderEvent,
    OrderFact,
    OrderMoneyMoved,
    OrderPartMoved,
    OrderPlaced,
    PartAmounts,
)
from commerce.kit import settings
from commerce.kit.attributes import Item
from commerce.kit.tables import Table
from commerce.orders.model import OrderLine, Placed
from commerce.orders.part import ListedPart, Part, part_from
from commerce.orders.status import derived_status
from commerce.orders.store import OrderStore


class Outbox:
    """What a changed row of the Orders table makes elsewhere. For a row that comes again it is made again."""

    def __init__(self, store: OrderStore) -> None:
        self._store = store

    def follow(self, before: Item | None, after: Item | None) -> list[OrderEvent]:
        """Bring the lists of the order's sellers to where their parts stand, and answer what is to be published.

        `before` and `after` are the row's images. Raises KeyError for an order without what every order has, Busy.
        """
        for part in listed_parts(before, after):
            self._store.list_part(part)
        return order_events(before, after, self._store.placed)


def order_events(before: Item | None, after: Item | None, placed_of: Callable[[int], Placed]) -> list[OrderEvent]:
    """The events of one changed row of the Orders table; nobody needs to hear of most.

    `before` and `after` are the row's images; `placed_of` finds what was placed, which the row has not. Only the order
    itself speaks, not what was placed nor the receipts beside it; and a deleted order says nothing. Raises
    KeyError for an order without the attributes that every order has.
    """
    if not _is_order(after):
        return []
    parts = _parts(after)
    if before is None:
        total = sum(part.total_minor for part in parts.values())
        order: OrderPlaced = {
            **_fact(after, f"{ORDER_PLACED}:{after['id']}", parts),
            "total_minor": total,
            "currency": after["currency"],
            "lines": _ordered(placed_of(after["id"])),
        }
        return [OrderEvent(ORDER_PLACED, order)]
    earlier = _parts(before)
    old, new = _status(earlier), _status(parts)
    events: list[OrderEvent] = []
    if old != new:
        fact = _fact(after, f"{ORDER_STATUS_CHANGED}:{after['id']}:{after['version']}", parts)
        events.append(OrderEvent(ORDER_STATUS_CHANGED, {**fact, "old_status": old, "new_status": new}))
    moved = [part for seller, part in sorted(parts.items()) if part.status is not earlier[seller].status]
    entries = _new_entries(before, after)
    placed = placed_of(after["id"]) if moved or entries else Placed()
    for part in moved:
        payload: OrderPartMoved = {
            **_fact(after, f"{ORDER_PART_MOVED}:{after['id']}:{after['version']}:{part.seller_id}", parts),
            "seller_ids": [part.seller_id],
            "seller_id": part.seller_id,
            "old_status": str(earlier[part.seller_id].status),
            "new_status": str(part.status),
            "placed_at": placed.at,
            "currency": after["currency"],
            "lines": [_line(line) for line in placed.lines if line.seller_id == part.seller_id],
            "amounts": _amounts(part),
        }
        events.append(OrderEvent(ORDER_PART_MOVED, payload))
    if entries:
        money: OrderMoneyMoved = {
            **_fact(after, f"{ORDER_MONEY_MOVED}:{after['id']}:{after['version']}", parts),
            "currency": after["currency"],
            "lines": _ordered(placed),
            "entries": entries,
        }
        events.append(OrderEvent(ORDER_MONEY_MOVED, money))
    return events


def listed_parts(before: Item | None, after: Item | None) -> list[ListedPart]:
    """What a changed row changes in the lists of sellers: the parts of a new order, and those that moved."""
    if not _is_order(after):
        return []
    earlier = _parts(before) if before is not None else {}
    return [
        ListedPart(seller, after["id"], part.status, after["version"])
        for seller, part in sorted(_parts(after).items())
        if seller not in earlier or earlier[seller].status is not part.status
    ]


def _is_order(row: Item | None) -> TypeGuard[Item]:
    return row is not None and row["sk"] == "ORDER"


def _parts(order: Item) -> dict[int, Part]:
    return {int(seller): part_from(int(seller), facts) for seller, facts in order["parts"].items()}


def _status(parts: Mapping[int, Part]) -> str:
    return str(derived_status(part.status for part in parts.values()))


def _new_entries(before: Item, after: Item) -> list[LedgerEntry]:
    known = {entry["key"] for entry in before.get("journal", ())}
    return [
        {
            "key": entry["key"],
            "kind": entry["kind"],
            "currency": entry["currency"],
            "at": int(entry["at"]),
            "postings": dict(entry["postings"]),
        }
        for entry in after.get("journal", ())
        if entry["key"] not in known
    ]


def _ordered(placed: Placed) -> list[OrderedLine]:
    return [{**_line(line), "seller_id": line.seller_id} for line in placed.lines]


def _line(line: OrderLine) -> MovedLine:
    return {
        "line_id": line.id,
        "product_id": line.product_id,
        "quantity": line.quantity,
        "price_minor": line.price_minor,
        "total_minor": line.total_minor,
    }


def _amounts(part: Part) -> PartAmounts:
    return {
        "items_minor": part.items_minor,
        "discount_minor": part.discount_minor,
        "tax_minor": part.tax_minor,
        "shipping_minor": part.shipping_minor,
        "total_minor": part.total_minor,
        "captured_minor": part.captured_minor,
        "promised_minor": part.promised_minor,
        "refunded_minor": part.refunded_minor,
    }


def _fact(order: Item, event_id: str, parts: Mapping[int, Part]) -> OrderFact:
    return {
        "event_id": event_id,
        "version": VERSION,
        "occurred_at": order["updated_at"],
        "order_id": order["id"],
        "buyer_id": order["buyer_id"],
        "seller_ids": sorted(parts),
        "channel": order["channel"],
        "status": _status(parts),
    }


@cache
def outbox() -> Outbox:
    """The outbox of the table that the environment names."""
    return Outbox(OrderStore(Table(settings.text("ORDERS_TABLE"))))
