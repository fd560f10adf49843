"""Subscriptions to products, in the Realtime table.

USER#<user id>             SUBSCRIPTIONS    {products, version, expires_at}: all of a person's, which bounds them
SUBSCRIBERS#<product id>   USER#<user id>   {user_id, expires_at}: each of them, as an event of the product finds it
"""

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.tables import Position, Table, TransactionRefused, transact
from commerce.watching.model import SUBSCRIPTION_SECONDS, Subscriptions


class SubscriptionsChanged(Exception):
    """Another socket of the same person changed them between our read and our write."""


class WatchingStore:
    """Every access to subscriptions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def subscriptions(self, user_id: int) -> Subscriptions:
        """All of a person's, those that have ended included."""
        found = self._table.get(*_key(user_id), consistent=True)
        if found is None:
            return Subscriptions()
        return Subscriptions(dict(found["products"]), found["version"])

    def replace(self, user_id: int, before: Subscriptions, after: Subscriptions) -> None:
        """Store what follows `before`. Raises SubscriptionsChanged."""
        pk, sk = _key(user_id)
        ends = clock.now() + SUBSCRIPTION_SECONDS
        # Pairs and not a map, so that the order in which they were named stays.
        products = [[product, end] for product, end in after.products.items()]
        listed: Item = {"pk": pk, "sk": sk, "products": products, "version": after.version, "expires_at": ends}
        writes = [
            self._table.put(
                listed,
                condition="attribute_not_exists(#pk) OR #version = :before",
                values={"before": before.version},
            )
        ]
        for product, end in after.products.items():
            if before.products.get(product) != end:
                row = {"pk": _subscribers(product), "sk": pk, "user_id": user_id, "expires_at": end}
                writes.append(self._table.put(row))
        writes += [
            self._table.delete(_subscribers(product), pk)
            for product in before.products
            if product not in after.products
        ]
        try:
            transact(writes)
        except TransactionRefused:
            raise SubscriptionsChanged from None

    def subscribers(self, product_id: int, start: Position, limit: int) -> tuple[list[int], Position]:
        """Of at most `limit` who subscribed to a product, from a position on (None: the beginning), those who still do,
        and the position behind them, None at the end."""
        rows = self._table.query(_subscribers(product_id), limit=limit, start=start, consistent=True)
        now = clock.now()
        return [row["user_id"] for row in rows.items if row["expires_at"] > now], rows.next


def _key(user_id: int) -> tuple[str, str]:
    return f"USER#{user_id}", "SUBSCRIPTIONS"


def _subscribers(product_id: int) -> str:
    return f"SUBSCRIBERS#{product_id}"
