"""Use cases of carts. A change is one read (cart, product and receipt together) and one write."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from commerce.accounts.epochs import EpochRead
from commerce.carts.model import Cart, CartUnknown, Owner, StockCheck
from commerce.carts.store import CartChanged, CartStore
from commerce.catalog.model import Offer, Product
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.limits import Limiter
from commerce.kit.lookups import Found, Lookup, read_lookups
from commerce.kit.networks import network_of
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused, Write, transact


class Carts:
    """Carts of accounts and of anonymous sessions."""

    def __init__(self, store: CartStore, catalog: Catalog, limiter: Limiter) -> None:
        self._store = store
        self._catalog = catalog
        self._limiter = limiter

    def cart(self, owner: Owner) -> Cart:
        """The owner's cart at the prices of now, with which it is stored; an empty one when there is none."""
        return self._looked_at(owner)[0]

    def owner_meant(self, guest: Owner | None, caller: Principal | None) -> Owner:
        """Whose cart is meant by who may bring an anonymous session and a token: the session's where it has a cart or
        no token came, else the account's. Without either it is nobody's, which is empty."""
        if caller is None:
            return guest or Owner.nobody()
        if guest is not None and self._store.cart(guest).version:
            return guest
        return Owner.account(caller.user_id)

    def add_to_meant(
        self,
        guest: Owner | None,
        caller: Principal | None,
        new_guest: Owner,
        product_id: int,
        quantity: int,
        address: str,
        request: IdempotentRequest | None = None,
        *,
        epoch_read: EpochRead | None = None,
    ) -> tuple[Owner, Outcome[Cart]]:
        """Put pieces into the cart that is meant; answers whose that is: the session's where it has one, else the
        account's, else that of the session `new_guest`, since one that has no cart is never taken over. `address` is
        the caller's network address. Raises as `add` and `start_guest_cart` do.
        """
        if guest is not None:
            try:
                return guest, self.add(guest, product_id, quantity, request, must_exist=True, epoch_read=epoch_read)
            except CartUnknown:
                pass
        if caller is not None:
            account = Owner.account(caller.user_id)
            return account, self.add(account, product_id, quantity, request, epoch_read=epoch_read)
        return new_guest, Outcome(self.start_guest_cart(new_guest, product_id, quantity, address))

    def add(
        self,
        owner: Owner,
        product_id: int,
        quantity: int,
        request: IdempotentRequest | None = None,
        *,
        must_exist: bool = False,
        epoch_read: EpochRead | None = None,
    ) -> Outcome[Cart]:
        """The cart with that many more pieces.

        Raises NotFound, OutOfStock, CartFull, OtherCurrency, InvalidInput, KeyReused, Busy; CartUnknown when the cart
        `must_exist` and does not. With `epoch_read` the caller's token is checked by the same read: TokenRefused.
        """

        def adding(cart: Cart, product: Product, now: int) -> Cart:
            if must_exist and not cart.version:
                raise CartUnknown
            return cart.added(product, quantity, now)

        return self._change_with(owner, product_id, adding, request, epoch_read)

    def start_guest_cart(self, owner: Owner, product_id: int, quantity: int, address: str) -> Cart:
        """The first pieces in the cart of a new anonymous session. `address` is the caller's network address: nobody
        fills the table with carts that have no owner. Raises as `add` does, and RateLimited."""
        self._limiter.take("guest_cart", network_of(address))
        return self.add(owner, product_id, quantity).value

    def change_quantity(
        self,
        owner: Owner,
        product_id: int,
        quantity: int | None,
        request: IdempotentRequest | None = None,
        *,
        epoch_read: EpochRead | None = None,
    ) -> Outcome[Cart]:
        """The cart with exactly that many pieces of a product that it holds (one more when None). Raises as `add`."""

        def changing(cart: Cart, product: Product, now: int) -> Cart:
            wanted = cart.line(product.id).quantity + 1 if quantity is None else quantity
            return cart.quantity_set(product, wanted, now)

        return self._change_with(owner, product_id, changing, request, epoch_read)

    def remove(self, owner: Owner, product_id: int, *, epoch_read: EpochRead | None = None) -> Cart:
        """The cart without a product's line. Raises NotFound, Busy; with `epoch_read` TokenRefused, as `add` does."""
        return self._change(owner, lambda cart, now: cart.removed(product_id, now), epoch_read)

    def set_quantity(
        self,
        owner: Owner,
        product_id: int,
        quantity: int,
        request: IdempotentRequest | None = None,
        *,
        epoch_read: EpochRead | None = None,
    ) -> Outcome[Cart]:
        """As `change_quantity`; a quantity of 0 or less takes the line out of the cart."""
        if quantity > 0:
            return self.change_quantity(owner, product_id, quantity, request, epoch_read=epoch_read)
        return Outcome(self.remove(owner, product_id, epoch_read=epoch_read))

    def check_stock(self, owner: Owner) -> list[StockCheck]:
        """What could be bought now of each line of the owner's cart; nothing is reserved."""
        cart, offers = self._looked_at(owner)
        return [
            StockCheck(line, offer.for_sale if (offer := offers.get(line.product_id)) else 0) for line in cart.lines
        ]

    def clear(self, owner: Owner, *, epoch_read: EpochRead | None = None) -> Cart:
        """The cart without lines. Raises Busy; with `epoch_read` TokenRefused, as `add` does."""
        return self._change(owner, lambda cart, now: cart.emptied(now), epoch_read)

    def merge(self, guest: Owner | None, account: Owner) -> None:
        """A guest's cart becomes part of the account's, once, and is gone; without a guest or a cart a no-op. Raises
        Busy."""
        if guest is None:
            return
        both = self._store.cart_lookup(guest), self._store.cart_lookup(account)
        for _ in contended():
            found = read_lookups(both)
            theirs, mine = (found[lookup] for lookup in both)
            if not theirs.lines:
                return
            available = self._catalog.available([line.product_id for line in theirs.lines])
            merged = mine.merged(theirs, available, clock.now_ms())
            try:
                transact([self._store.save_write(account, merged), self._store.remove_write(guest, theirs)])
            except TransactionRefused:
                continue
            return
        raise Busy

    # What an order needs of its cart

    def for_order(self, owner: Owner, others: Sequence[Lookup[Any]]) -> tuple[Cart, Found]:
        """The cart as it certainly is, and what other lookups find, in one call.

        An empty cart is looked at once more together with the others: it may have been emptied by the very
        transaction that wrote one of them, and a batch read can see the half of it.
        """
        cart = self._store.cart_lookup(owner)
        found = read_lookups([cart, *others])
        if others and not found[cart].lines:
            found = read_lookups([cart, *others], together=True)
        return found[cart], found

    def checkout_write(self, owner: Owner, cart: Cart, order_id: int) -> Write:
        """The write that turns this version of the cart into an order, once."""
        return self._store.save_write(owner, cart.consumed(order_id, clock.now_ms()))

    def order_placed_from(self, owner: Owner, cart: Cart, refusal: TransactionRefused, position: int) -> int | None:
        """The order that this version of the cart became already, as the refusal of its `checkout_write` tells, which
        stood at `position` of the transaction."""
        return self._store.order_placed_from(owner, cart, refusal, position)

    def reprice(self, owner: Owner, cart: Cart, prices: dict[int, int]) -> None:
        """Show today's prices in the cart; when it changed meanwhile, its next look does that."""
        self._save_unless_changed(owner, cart.repriced(prices, clock.now_ms()))

    def _looked_at(self, owner: Owner) -> tuple[Cart, Mapping[int, Offer]]:
        """The owner's cart at the prices of now, and what is offered of its products.

        Reading the offers with the cart is right at every moment, where an event for each cart with the product in it
        would be late. What was seen is what is ordered, so a cart whose prices moved is stored with the new ones.
        """
        cart = self._store.cart(owner)
        offers = self._catalog.offers([line.product_id for line in cart.lines]) if cart.lines else {}
        seen = cart.at_prices_of(offers, clock.now_ms())
        if seen is not cart:
            self._save_unless_changed(owner, seen)
        return seen, offers

    def _save_unless_changed(self, owner: Owner, cart: Cart) -> None:
        with suppress(CartChanged):
            self._store.save(owner, cart)

    def _change_with(
        self,
        owner: Owner,
        product_id: int,
        change: Callable[[Cart, Product, int], Cart],
        request: IdempotentRequest | None,
        epoch_read: EpochRead | None,
    ) -> Outcome[Cart]:
        cart_lookup, product_lookup = self._store.cart_lookup(owner), self._catalog.product_lookup(product_id)
        receipt_lookup = self._store.receipt_lookup(owner, request) if request else None
        lookups: list[Lookup[Any]] = [cart_lookup, product_lookup]
        lookups += [receipt_lookup] if receipt_lookup else []
        lookups += [epoch_read.lookup] if epoch_read else []
        for _ in contended():
            found = read_lookups(lookups)
            if epoch_read:
                epoch_read.require(found)
            if receipt_lookup and (answered := found[receipt_lookup]):
                return Outcome(answered, replayed=True)
            product = found[product_lookup]
            if product is None or not product.is_active:
                raise NotFound("Product")
            changed = change(found[cart_lookup], product, clock.now_ms())
            try:
                self._store.save(owner, changed, request)
            except CartChanged:
                continue
            return Outcome(changed)
        raise Busy

    def _change(self, owner: Owner, change: Callable[[Cart, int], Cart], epoch_read: EpochRead | None = None) -> Cart:
        lookup = self._store.cart_lookup(owner)
        for _ in contended():
            if epoch_read:
                found = read_lookups([lookup, epoch_read.lookup])
                epoch_read.require(found)
                cart = found[lookup]
            else:
                cart = self._store.cart(owner, consistent=True)
            changed = change(cart, clock.now_ms())
            try:
                self._store.save(owner, changed)
            except CartChanged:
                continue
            return changed
        raise Busy


@cache
def carts() -> Carts:
    """The service over the tables that the environment names."""
    table = Table(settings.text("CARTS_TABLE"))
    return Carts(CartStore(table), catalog(), Limiter(table, settings.rate_limits()))
