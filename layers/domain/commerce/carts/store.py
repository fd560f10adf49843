"""Carts table: a cart is one item under its owner's key, so showing it is one read and no other owner can be expressed.

    USER#<id>          CART               the cart of an account with its lines
    SESSION#<digest>   CART               the cart of an anonymous session, with `expires_at`
    (either)           RECEIPT#<digest>   receipt of a keyed request

Every write names the version that it read; the loser of a race reads again. A cart moves no stock and no money, so the
rules may live in the model and not in expressions.
"""

from dataclasses import asdict, fields
from uuid import uuid4

from commerce.carts.model import Cart, CartLine, Owner
from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, Write, transact

_CART = {field.name for field in fields(Cart)} - {"lines"}


class CartChanged(Exception):
    """Somebody wrote the cart between our read and our write."""


class CartStore:
    """Every access to the Carts table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def key_of(self, owner: Owner) -> tuple[Table, str, str]:
        """The key under which a batch read finds the cart: hand what it finds to `assembled`."""
        return self._table, owner.pk, "CART"

    def receipt_key(self, owner: Owner, request: IdempotentRequest) -> tuple[Table, str, str]:
        """The key of a keyed request's receipt."""
        return self._table, owner.pk, request.sk

    @staticmethod
    def assembled(owner: Owner, item: Item | None) -> Cart:
        """The cart out of its item; a new one when there is none."""
        return _cart(item) if item and not _is_over(item) else Cart(owner.cart_id)

    def cart(self, owner: Owner, *, consistent: bool = False) -> Cart:
        """The owner's cart, one call."""
        return self.assembled(owner, self._table.get(owner.pk, "CART", consistent=consistent))

    def save(self, owner: Owner, cart: Cart, request: IdempotentRequest | None = None) -> None:
        """Store the next version of a cart, with the receipt of a keyed request. Raises CartChanged."""
        nonce = uuid4().hex
        write = self.save_write(owner, cart, nonce)
        try:
            if request:
                transact([write, request.receipt(self._table, owner.pk, cart_facts(cart))])
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
        item = {"pk": owner.pk, "sk": "CART", "nonce": nonce, **cart_facts(cart)}
        now = clock.now()
        if owner.kept_seconds:
            item["expires_at"] = now + owner.kept_seconds
        if cart.version == 1:
            return self._table.put(
                item, condition="attribute_not_exists(#pk) OR #expires_at <= :now", values={"now": now}
            )
        return self._table.put(item, condition="#version = :before", values={"before": cart.version - 1})

    def remove_write(self, owner: Owner, cart: Cart) -> Write:
        """The write that removes a cart for good, if this version of it still stands."""
        return self._table.delete(owner.pk, "CART", condition="#version = :version", values={"version": cart.version})


def cart_facts(cart: Cart) -> Item:
    """A cart as plain data, as its item and its receipts hold it."""
    return asdict(cart)


def cart_from(facts: Item) -> Cart:
    """The cart that a receipt recorded."""
    return _cart(facts)


def _is_over(item: Item) -> bool:
    return "expires_at" in item and item["expires_at"] <= clock.now()


def _cart(item: Item) -> Cart:
    lines = tuple(CartLine(**line) for line in item["lines"])
    return Cart(lines=lines, **{name: item[name] for name in _CART if name in item})
