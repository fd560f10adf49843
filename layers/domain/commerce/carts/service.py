"""Use cases of carts. A change is one read (cart, product and receipt together) and one write."""

from collections.abc import Callable
from functools import cache

from commerce.accounts.epochs import EpochRead
from commerce.carts.model import Cart, CartUnknown, Owner
from commerce.carts.store import CartChanged, CartStore, cart_from
from commerce.catalog.model import Product
from commerce.catalog.service import Catalog, catalog
from commerce.kit import clock, settings
from commerce.kit.attributes import Item
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.limits import Limiter
from commerce.kit.networks import network_of
from commerce.kit.tables import Table, TransactionRefused, Write, read, read_together, transact


class Carts:
    """Carts of accounts and of anonymous sessions."""

    def __init__(self, store: CartStore, catalog: Catalog, limiter: Limiter) -> None:
        self._store = store
        self._catalog = catalog
        self._limiter = limiter

    def cart(self, owner: Owner) -> Cart:
        """The owner's cart; an empty one when there is none."""
        return self._store.cart(owner)

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

    def clear(self, owner: Owner) -> Cart:
        """The cart without lines."""
        return self._change(owner, lambda cart, now: cart.emptied(now))

    def merge(self, guest: Owner, account: Owner) -> None:
        """A guest's cart becomes part of the account's, once, and is gone. Nothing when there is none. Raises Busy."""
        for _ in contended():
            guest_item, account_item = read([self._store.key_of(guest), self._store.key_of(account)], consistent=True)
            theirs, mine = self._store.assembled(guest, guest_item), self._store.assembled(account, account_item)
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

    def for_order(self, owner: Owner, others: list[tuple[Table, str, str]]) -> tuple[Cart, list[Item | None]]:
        """The cart as it certainly is, with the items of other keys, in one call.

        An empty cart is looked at once more together with the others: it may have been emptied by the very
        transaction that wrote one of them, and a batch read can see the half of it.
        """
        keys = [self._store.key_of(owner), *others]
        item, *found = read(keys, consistent=True)
        if others and not self._store.assembled(owner, item).lines:
            item, *found = read_together(keys)
        return self._store.assembled(owner, item), found

    def checkout_write(self, owner: Owner, cart: Cart, order_id: int) -> Write:
        """The write that turns this version of the cart into an order, once."""
        return self._store.save_write(owner, cart.consumed(order_id, clock.now_ms()))

    @staticmethod
    def order_placed_from(owner: Owner, found: Item | None, cart: Cart) -> int | None:
        """The order that this version of the cart became already, out of the item that refused `checkout_write`."""
        standing = CartStore.assembled(owner, found)
        return standing.placed_order if standing.placed_order and standing.placed_from == cart.version else None

    def reprice(self, owner: Owner, cart: Cart, prices: dict[int, int]) -> None:
        """Show today's prices in the cart; when it changed meanwhile, its next look does that."""
        try:
            self._store.save(owner, cart.repriced(prices, clock.now_ms()))
        except CartChanged:
            pass

    def _change_with(
        self,
        owner: Owner,
        product_id: int,
        change: Callable[[Cart, Product, int], Cart],
        request: IdempotentRequest | None,
        epoch_read: EpochRead | None,
    ) -> Outcome[Cart]:
        keys = [self._store.key_of(owner), *self._catalog.keys_of(product_id)]
        if request:
            keys.append(self._store.receipt_key(owner, request))
        if epoch_read:
            keys.append(epoch_read.key)
        for _ in contended():
            item, product_item, stock_item, *others = read(keys, consistent=True)
            if epoch_read:
                epoch_read.require(others[-1])
            if request and (answer := request.answer(others[0])):
                return Outcome(cart_from(answer), replayed=True)
            product = self._catalog.assembled(product_item, stock_item)
            if product is None or not product.is_active:
                raise NotFound("Product")
            changed = change(self._store.assembled(owner, item), product, clock.now_ms())
            try:
                self._store.save(owner, changed, request)
            except CartChanged:
                continue
            return Outcome(changed)
        raise Busy

    def _change(self, owner: Owner, change: Callable[[Cart, int], Cart], epoch_read: EpochRead | None = None) -> Cart:
        for _ in contended():
            if epoch_read:
                item, account = read([self._store.key_of(owner), epoch_read.key], consistent=True)
                epoch_read.require(account)
                cart = self._store.assembled(owner, item)
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
