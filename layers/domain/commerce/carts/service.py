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
from commerce.kit import clock, ids, settings
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

    def cart(self, owner: Owner, cart_id: int | None = None) -> Cart:
        """The owner's cart at the prices of now, with which it is stored; an empty one when there is none. Raises
        CartUnknown when it has not the id, if one is given: in all that follows."""
        return self._looked_at(owner, cart_id)[0]

    def open(
        self, owner: Owner, request: IdempotentRequest | None = None, *, epoch_read: EpochRead | None = None
    ) -> tuple[Outcome[Cart], bool]:
        """The owner's open cart, and whether this request began it. Raises KeyReused, Busy; with `epoch_read`
        TokenRefused, as `add` does."""
        begun: list[bool] = []

        def opening(cart: Cart, found: Found, now: int) -> Cart:
            begun[:] = [not cart.is_open]
            return cart.opened(now)

        opened = self._change(owner, opening, request, epoch_read)
        # Of a repetition only the request that began the cart has left a receipt.
        return opened, opened.replayed or begun[0]

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
        cart_id: int | None = None,
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
            return cart.called(cart_id).added(product, quantity, now)

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

    def remove(
        self,
        owner: Owner,
        product_id: int,
        quantity: int | None = None,
        request: IdempotentRequest | None = None,
        *,
        cart_id: int | None = None,
        epoch_read: EpochRead | None = None,
    ) -> Outcome[Cart]:
        """The cart without a product's line, or with so many pieces less. Raises NotFound, KeyReused, Busy; with
        `epoch_read` TokenRefused, as `add` does."""

        def removing(cart: Cart, found: Found, now: int) -> Cart:
            return cart.called(cart_id).removed(product_id, now, quantity)

        return self._change(owner, removing, request, epoch_read)

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
        return self.remove(owner, product_id, epoch_read=epoch_read)

    def check_stock(self, owner: Owner) -> list[StockCheck]:
        """What could be bought now of each line of the owner's cart; nothing is reserved."""
        cart, offers = self._looked_at(owner)
        return [
            StockCheck(line, offer.for_sale if (offer := offers.get(line.product_id)) else 0) for line in cart.lines
        ]

    def clear(self, owner: Owner, *, cart_id: int | None = None, epoch_read: EpochRead | None = None) -> Cart:
        """The cart without lines. Raises Busy; with `epoch_read` TokenRefused, as `add` does."""

        def clearing(cart: Cart, found: Found, now: int) -> Cart:
            return cart.called(cart_id).emptied(now)

        return self._change(owner, clearing, None, epoch_read).value

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
        return self._store.save_write(owner, cart.consumed(order_id, ids.new_id(), clock.now_ms()))

    def order_placed_from(self, owner: Owner, cart: Cart, refusal: TransactionRefused, position: int) -> int | None:
        """The order that this version of the cart became already, as the refusal of its `checkout_write` tells, which
        stood at `position` of the transaction."""
        return self._store.order_placed_from(owner, cart, refusal, position)

    def reprice(self, owner: Owner, cart: Cart, prices: dict[int, int]) -> None:
        """Show today's prices in the cart; when it changed meanwhile, its next look does that."""
        self._save_unless_changed(owner, cart.repriced(prices, clock.now_ms()))

    def _looked_at(self, owner: Owner, cart_id: int | None = None) -> tuple[Cart, Mapping[int, Offer]]:
        """The owner's cart at the prices of now, and what is offered of its products.

        Reading the offers with the cart is right at every moment, where an event for each cart with the product in it
        would be late. What was seen is what is ordered, so a cart whose prices moved is stored with the new ones.
        """
        cart = self._store.cart(owner).called(cart_id)
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
        product_lookup = self._catalog.product_lookup(product_id)

        def changing(cart: Cart, found: Found, now: int) -> Cart:
            product = found[product_lookup]
            if product is None or not product.is_active:
                raise NotFound("Product")
            return change(cart, product, now)

        return self._change(owner, changing, request, epoch_read, [product_lookup])

    def _change(
        self,
        owner: Owner,
        change: Callable[[Cart, Found, int], Cart],
        request: IdempotentRequest | None,
        epoch_read: EpochRead | None,
        others: Sequence[Lookup[Any]] = (),
    ) -> Outcome[Cart]:
        """The cart after `change`, which gets it with what the `others` found; a change that answers the cart itself
        stores nothing."""
        cart_lookup = self._store.cart_lookup(owner)
        receipt_lookup = self._store.receipt_lookup(owner, request) if request else None
        lookups: list[Lookup[Any]] = [cart_lookup, *others]
        lookups += [receipt_lookup] if receipt_lookup else []
        lookups += [epoch_read.lookup] if epoch_read else []
        for _ in contended():
            found = read_lookups(lookups)
            if epoch_read:
                epoch_read.require(found)
            if receipt_lookup and (answered := found[receipt_lookup]):
                return Outcome(answered, replayed=True)
            cart = found[cart_lookup]
            changed = change(cart, found, clock.now_ms())
            if changed is cart:
                return Outcome(cart)
            try:
                self._store.save(owner, changed, request)
            except CartChanged:
                continue
            return Outcome(changed)
        raise Busy


@cache
def carts() -> Carts:
    """The service over the tables that the environment names."""
    table = Table(settings.text("CARTS_TABLE"))
    return Carts(CartStore(table), catalog(), Limiter(table, settings.rate_limits()))
