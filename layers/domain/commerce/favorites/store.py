"""Favourites, in the Catalog table, whose figures count them in the same transaction.

    FAVORITES#<user id>   PRODUCT#<product id>   {product_id, added_at}; `watched_product`, its product's id, is the key
                                                 of index by_watcher: whose favourite a product is

The owner and the product are the key, so nobody has a product twice; what is under somebody's key is theirs alone.
"""

from collections.abc import Sequence
from typing import Any

from commerce.favorites.model import Favorite
from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.tables import Position, Table, TransactionRefused, Write, read, transact

_FAVORITES = "FAVORITES#"


class FavoriteMoved(Exception):
    """It was added or removed between our read and our write."""


class ToggledBefore(Exception):
    """The same keyed request was carried out before; `is_favorite` is what it came to."""

    def __init__(self, *, is_favorite: bool) -> None:
        super().__init__(is_favorite)
        self.is_favorite = is_favorite


class FavoriteStore:
    """Every access to favourites."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def state(self, user_id: int, product_id: int, request: IdempotentRequest | None) -> bool:
        """Whether the product is the user's favourite. Raises ToggledBefore, KeyReused."""
        keys = [(self._table, _pk(user_id), _sk(product_id))]
        keys += [(self._table, _pk(user_id), request.sk)] if request else []
        found, *receipts = read(keys, consistent=True)
        if request and (answer := request.answer(receipts[0])):
            raise ToggledBefore(is_favorite=answer["is_favorite"])
        return found is not None

    def move(
        self, user_id: int, favorite: Favorite, *, is_favorite: bool, request: IdempotentRequest | None, counted: Write
    ) -> None:
        """Add it, or take it away, with the write that counts it. Raises FavoriteMoved."""
        key = _pk(user_id), _sk(favorite.product_id)
        if is_favorite:
            item: dict[str, Any] = {"pk": key[0], "sk": key[1], **vars(favorite)}
            item["watched_product"] = favorite.product_id
            moved = self._table.put(item, condition="attribute_not_exists(#pk)")
        else:
            moved = self._table.delete(*key, condition="attribute_exists(#pk)")
        writes = [moved, counted]
        if request:
            writes.append(request.receipt(self._table, key[0], {"is_favorite": is_favorite}))
        try:
            transact(writes)
        except TransactionRefused:
            raise FavoriteMoved from None

    def of(self, user_id: int) -> list[Favorite]:
        """All favourites of a user, the latest first."""
        rows = self._table.query_all(_pk(user_id), prefix="PRODUCT#")
        found = [_favorite(item) for item in rows]
        return sorted(found, key=lambda one: (one.added_at, one.product_id), reverse=True)

    def among(self, user_id: int, product_ids: Sequence[int]) -> set[int]:
        """Which of at most a hundred products are the user's favourites; one call."""
        if not product_ids:
            return set()
        items = read([(self._table, _pk(user_id), _sk(one)) for one in product_ids])
        return {item["product_id"] for item in items if item}

    def watchers(self, product_id: int, start: Position, limit: int) -> tuple[list[int], Position]:
        """At most `limit` of the users who have the product as a favourite, from a position on (None: the beginning),
        and the position behind them, None at the end."""
        rows = self._table.query(product_id, index=("by_watcher", "watched_product"), limit=limit, start=start)
        return [int(row["pk"].removeprefix(_FAVORITES)) for row in rows.items], rows.next


def changed_favorite(before: Item | None, after: Item | None) -> tuple[int, int, bool] | None:
    """Whose favourite (a user's id) which product became, or (False) is no more, by the images of a favourite's item;
    None for other items, and when neither happened: for readers of the table's stream."""
    item = after or before
    is_moved = item is not None and item["pk"].startswith(_FAVORITES) and (before is None) != (after is None)
    # Beside the favourites lie the receipts of keyed requests.
    if item is None or not is_moved or not item["sk"].startswith("PRODUCT#"):
        return None
    return int(item["pk"].removeprefix(_FAVORITES)), item["product_id"], after is not None


_FAVORITES = "FAVORITES#"


def _pk(user_id: int) -> str:
    return f"{_FAVORITES}{user_id}"


def _sk(product_id: int) -> str:
    return f"PRODUCT#{product_id}"


def _favorite(item: Item) -> Favorite:
    return Favorite(item["product_id"], item["added_at"])
