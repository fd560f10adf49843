"""Carts table: a cart is one item under its owner's key, so showing it is one read and no other owner can be expressed.

    USER#<id>          CART               the cart of an account with its lines
    SESSION#<digest>   CART               the cart of an anonymous session, with `expires_at`
    (either)           RECEIPT#<digest>   receipt of a keyed request

Every write names the version that it read; the loser of a race reads again. A cart moves no stock and no money, so the
rules may live in the model and not in expressions.
"""

from dataclasses import asdict, fields
from functools import partial
from uuid import uuid4

from commerce.carts.model import SESSION_SECONDS, Cart, CartLine, Owner
from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.lookups import Lookup
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, Write, transact

_CART = {field.name for field in fields(Cart)} - {"lines"}


class CartChanged(Exception):
    """Somebody wrote the cart between our read and our write."""


class CartStore:
    """Every access to the Carts table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def cart_lookup(self, owner: Owner) -> Lookup[Cart]:
        """The owner's cart in a read of several things."""
        return Lookup([(self._table, _pk(owner), "CART")], partial(_cart_of, owner))

    def receipt_lookup(self, owner: Owner, request: IdempotentRequest) -> Lookup[Cart | None]:
        """The cart that a keyed request answered when it came first, None if it did not. Raises KeyReused."""
        return Lookup([(self._table, _pk(owner), request.sk)], partial(_answered, request))

    def cart(self, owner: Owner, *, consistent: bool = False) -> Cart:
        """The owner's cart, one call."""
        return _cart_of(owner, self._table.get(_pk(owner), "CART", consistent=consistent))

    def order_placed_from(self, owner: Owner, cart: Cart, refusal: TransactionRefused, position: int) -> int | None:
        """The order that this version of the cart became already, as the refusal of its write at `position` tells."""
        standing = _cart_of(owner, refusal.failures[position])
        return standing.placed_order if standing.placed_order and standing.placed_from == cart.version else None

    def save(self, owner: Owner, cart: Cart, request: IdempotentRequest | None = None) -> None:
        """Store the next version of a cart, with the receipt of a keyed request. Raises CartChanged."""
        nonce = uuid4().hex
        write = self.save_write(owner, cart, nonce)
        try:
            if request:
                transact([write, request.receipt(self._table, _pk(owner), asdict(cart))])
            else:
                self._table.write(write)
        except ConditionFailed as refusal:
            # The SDK repeats a write whose answer was lost; then what stands there is ours.
            if refusal.found is None or refusal.found["nonce"] != nonce:
                raise CartChanged from None
        except TransactionRefused:
            raise CartChanged from None

    def save_write(self, owner: Owner, cart: Cart, nonce: str = "") -> Write:
        """The write that makes `cart` the owner's, if the version before it still stands."""
        item = {"pk": _pk(owner), "sk": "CART", "nonce": nonce, **asdict(cart)}
        now = clock.now()
        if owner.session_digest:
            item["expires_at"] = now + SESSION_SECONDS
        if cart.version == 1:
            return self._table.put(
                item, condition="attribute_not_exists(#pk) OR #expires_at <= :now", values={"now": now}
            )
        return self._table.put(item, condition="#version = :before", values={"before": cart.version - 1})

    def remove_write(self, owner: Owner, cart: Cart) -> Write:
        """The write that removes a cart for good, if this version of it still stands."""
        return self._table.delete(_pk(owner), "CART", condition="#version = :version", values={"version": cart.version})


def lines_added(before: Item | None, after: Item | None) -> list[CartLine]:
    """The lines that came into a cart, by the images of its item: for readers of the table's stream."""
    if after is None or after["sk"] != "CART":
        return []
    return _cart(after).additions_since(_cart(before) if before else Cart(after["id"]))


def _pk(owner: Owner) -> str:
    return f"USER#{owner.user_id}" if owner.user_id else f"SESSION#{owner.session_digest}"


def _cart_of(owner: Owner, item: Item | None) -> Cart:
    """The cart out of its item; a new one when there is none."""
    return _cart(item) if item and not _is_over(item) else Cart(owner.cart_id)


def _answered(request: IdempotentRequest, receipt: Item | None) -> Cart | None:
    answer = request.answer(receipt)
    return _cart(answer) if answer else None


def _is_over(item: Item) -> bool:
    return "expires_at" in item and item["expires_at"] <= clock.now()


def _cart(item: Item) -> Cart:
    lines = tuple(CartLine(**line) for line in item["lines"])
    return Cart(lines=lines, **{name: item[name] for name in _CART if name in item})
