"""Orders table. Orders lie under their buyer and parts under their seller, so each lists his own with one query.

    BUYER#<user id>    ORDER#<order id>    the order; `order_id` is the key of index by_order, for staff and payments
    SELLER#<user id>   ORDER#<order id>    that seller's lines and status
    BUYER#<user id>    RECEIPT#<digest>    receipt of a keyed checkout
    ORDER#<order id>   HOLD                when an unpaid order gives its stock back

Index agenda (kit.agenda) lists orders by day, and what is due: holds here, attempts and refunds in the payments store.

The table's stream is the outbox: what happened to an order is published from there and never from "my write returned".
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from commerce.kit import agenda
from commerce.kit.items import Item
from commerce.kit.receipts import Attempt
from commerce.kit.tables import Table, Write
from commerce.orders.model import Delivery, Order, OrderLine, PaymentStatus, Status


class OrderStore:
    """Every access to the Orders table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def creating(self, order: Order) -> list[Write]:
        """The writes that create an order and its parts; the first is refused when the id is taken."""
        return [
            self._table.put(_item(order), condition="attribute_not_exists(#pk)"),
            *(self._table.put(_part_item(order, seller)) for seller in order.parts),
        ]

    def receipt_key(self, buyer_id: int, attempt: Attempt) -> tuple[Table, str, str]:
        """The key of a keyed checkout's receipt."""
        return self._table, f"BUYER#{buyer_id}", attempt.sk

    def receipt(self, order: Order, attempt: Attempt) -> Write:
        """The write that records which order a keyed checkout made."""
        return attempt.receipt(self._table, f"BUYER#{order.buyer_id}", {"order_id": order.id})

    def order(self, buyer_id: int, order_id: int) -> Order | None:
        """A buyer's order; nobody else's can be asked for."""
        found = self._table.get(f"BUYER#{buyer_id}", _sk(order_id), consistent=True)
        return _order(found) if found else None

    def locate(self, order_id: int) -> Order | None:
        """An order by its id alone, for those who may see every order; two calls."""
        rows = self._table.query(order_id, index=("by_order", "order_id"))
        for keys in rows.items:
            return self.order(int(keys["pk"].removeprefix("BUYER#")), order_id)
        return None

    def history(self, buyer_id: int, newest: int) -> list[Order]:
        """The buyer's `newest` latest orders, latest first; one call for each megabyte of them."""
        rows = self._table.query_all(f"BUYER#{buyer_id}", prefix="ORDER#", backwards=True, limit=newest)
        return [_order(item) for item in islice(rows, newest)]

    def changing(self, before: Order, after: Order) -> list[Write]:
        """The writes that store an order's next version and the status of its parts that moved; the first is refused
        when somebody else wrote the order."""
        facts = {name: value for name, value in _changeable(after).items() if value != _changeable(before)[name]}
        facts |= {"version": after.version, "updated_at": after.updated_at}
        moved = [seller for seller in after.parts if after.parts[seller] is not before.parts[seller]]
        return [
            self._table.update(
                f"BUYER#{after.buyer_id}",
                _sk(after.id),
                "SET " + ", ".join(f"#{name} = :{name}" for name in facts),
                condition="#version = :version_before",
                values={**facts, "version_before": before.version},
            ),
            *(
                self._table.update(
                    f"SELLER#{seller}",
                    _sk(after.id),
                    "SET #status = :status, #updated_at = :now",
                    condition="attribute_exists(#pk)",
                    values={"status": str(after.parts[seller]), "now": after.updated_at},
                )
                for seller in moved
            ),
        ]

    # When unpaid orders end

    def holding(self, order_id: int, until_ms: int) -> Write:
        """The write that lets an order hold its stock until then."""
        return self._table.put({"pk": f"ORDER#{order_id}", "sk": "HOLD", **agenda.reminder(order_id, until_ms)})

    def unholding(self, order_id: int) -> Write:
        """The write that ends the hold: the order was paid or cancelled."""
        return self._table.delete(f"ORDER#{order_id}", "HOLD")

    # The agenda

    def of_day(self, day: str) -> Iterator[Order]:
        """Orders placed on a day (UTC, 2026-11-21), oldest first."""
        return map(_order, agenda.items_of_day(self._table, "ORDERS", day))

    def newest_of_day(self, day: str, limit: int, after: tuple[int, int, int] | None) -> list[Order]:
        """At most `limit` orders placed on a day, the latest first; those that follow the order of `after` (its buyer,
        its id, when it was placed)."""
        start = (f"BUYER#{after[0]}", _sk(after[1]), after[2]) if after else None
        return [_order(item) for item in agenda.newest_of_day(self._table, "ORDERS", day, limit, start)]


def _sk(order_id: int) -> str:
    return f"ORDER#{order_id:016d}"


def _parts(order: Order) -> dict[str, Any]:
    return {str(seller): {"status": str(status)} for seller, status in order.parts.items()}


def _changeable(order: Order) -> Item:
    return {
        "status": str(order.status),
        "parts": _parts(order),
        "history": [dict(step) for step in order.history],
        "payment_status": str(order.payment_status),
        "attempt": order.attempt,
        "captured_minor": order.captured_minor,
        "refund_minor": order.refund_minor,
        "refunded_minor": order.refunded_minor,
    }


def _item(order: Order) -> Item:
    return {
        "pk": f"BUYER#{order.buyer_id}",
        "sk": _sk(order.id),
        "order_id": order.id,
        "number": order.number,
        "buyer_id": order.buyer_id,
        "channel": order.channel,
        "currency": order.currency,
        "lines": [asdict(line) for line in order.lines],
        "parts": _parts(order),
        "address": dict(order.delivery.address),
        "phone": order.delivery.phone,
        "notes": order.delivery.notes,
        "items_minor": order.items_minor,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "total_minor": order.total_minor,
        "commission_bp": order.commission_bp,
        **_changeable(order),
        "version": order.version,
        "placed_at": order.placed_at,
        "updated_at": order.updated_at,
        **agenda.of_day("ORDERS", order.placed_at),
    }


def _part_item(order: Order, seller: int) -> Item:
    lines = [line for line in order.lines if line.seller_id == seller]
    return {
        "pk": f"SELLER#{seller}",
        "sk": _sk(order.id),
        "buyer_id": order.buyer_id,
        "currency": order.currency,
        "lines": [asdict(line) for line in lines],
        "items_minor": sum(line.total_minor for line in lines),
        "status": str(order.parts[seller]),
        "placed_at": order.placed_at,
        "updated_at": order.updated_at,
    }


def _order(item: Item) -> Order:
    parts: Mapping[str, Mapping[str, str]] = item["parts"]
    return Order(
        id=item["order_id"],
        number=item["number"],
        buyer_id=item["buyer_id"],
        channel=item["channel"],
        currency=item["currency"],
        lines=tuple(OrderLine(**line) for line in item["lines"]),
        parts={int(seller): Status(part["status"]) for seller, part in parts.items()},
        delivery=Delivery(item["address"], item["phone"], item["notes"]),
        items_minor=item["items_minor"],
        shipping_minor=item["shipping_minor"],
        tax_minor=item["tax_minor"],
        payment_status=PaymentStatus(item["payment_status"]),
        version=item["version"],
        placed_at=item["placed_at"],
        updated_at=item["updated_at"],
        history=tuple(item["history"]),
        commission_bp=item["commission_bp"],
        attempt=item["attempt"],
        captured_minor=item["captured_minor"],
        refund_minor=item["refund_minor"],
        refunded_minor=item["refunded_minor"],
    )
