"""Carts: one open cart per account and one per anonymous session, a line per product. Rules only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from commerce.catalog.model import Offer, Product
from commerce.kit import ids
from commerce.kit.errors import InvalidInput, NotFound, Refused

MAX_LINES = 50
MAX_PIECES = 1_000_000
SESSION_SECONDS = 14 * 86_400


@dataclass(frozen=True)
class Owner:
    """Whose cart: that of an account, or of an anonymous session by the digest of its cookie; nobody else's can even be
    asked for. A new cart gets the id `cart_id`."""

    cart_id: int
    user_id: int = 0
    session_digest: str = ""

    @classmethod
    def session(cls, digest: str) -> "Owner":
        """The cart of an anonymous session, by the digest of its cookie; it ends two weeks after its last change."""
        return cls(ids.new_id(), session_digest=digest)

    @classmethod
    def nobody(cls) -> "Owner":
        """Who brought neither cookie nor token: they have no cart, and none is ever stored for them."""
        return cls(0)

    @classmethod
    def account(cls, user_id: int) -> "Owner":
        """The cart of an account, of which one is open at a time; the first has the account's number."""
        return cls(user_id, user_id=user_id)


@dataclass(frozen=True)
class CartLine:
    """A product in a cart: as it was when last put there, at the price that it had when the cart was last looked at.
    The line's id is the product's: one line per product."""

    product_id: int
    name: str
    slug: str
    price_minor: int
    category_name: str
    seller_id: int
    image: str
    quantity: int
    added_at: int

    @property
    def total_minor(self) -> int:
        return self.price_minor * self.quantity


@dataclass(frozen=True)
class Cart:
    """An immutable cart; every change makes the next version of it. Version 0 is the cart that was never stored.

    `orders_placed` counts the orders made by its owner; `placed_order` is the last of them, made of version
    `placed_from`, which was another cart: what follows an order has another id. `merged_version` is the last version
    that a guest's cart went into.
    """

    id: int
    currency: str = ""
    lines: tuple[CartLine, ...] = ()
    version: int = 0
    orders_placed: int = 0
    placed_order: int = 0
    placed_from: int = 0
    merged_version: int = 0
    created_at: int = 0
    updated_at: int = 0

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def total_items(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def is_open(self) -> bool:
        """Whether somebody has begun it, if only by asking for it: since the last order, or since ever."""
        return self.version > (self.placed_from + 1 if self.placed_order else 0)

    def called(self, cart_id: int | None) -> "Cart":
        """The cart itself when that is its id, or when no id was named. Raises CartUnknown: an ordered cart is over,
        and nobody learns of somebody else's."""
        if cart_id not in (None, self.id):
            raise CartUnknown
        return self

    def line(self, product_id: int) -> CartLine:
        """The line of a product. Raises NotFound."""
        for line in self.lines:
            if line.product_id == product_id:
                return line
        raise NotFound("Cart item")

    def added(self, product: Product, quantity: int, now: int) -> "Cart":
        """The cart with that many more pieces of the product, at its price of now.

        Raises OutOfStock, CartFull, OtherCurrency, InvalidInput.
        """
        before = next((line for line in self.lines if line.product_id == product.id), None)
        return self._with_line(product, quantity + (before.quantity if before else 0), now)

    def quantity_set(self, product: Product, quantity: int, now: int) -> "Cart":
        """The cart with exactly that many pieces of a product that it holds. Raises NotFound, and as `added`."""
        self.line(product.id)
        return self._with_line(product, quantity, now)

    def opened(self, now: int) -> "Cart":
        """The cart as one that is open: itself when it is."""
        return self if self.is_open else self._next(self.lines, self.currency, now)

    def removed(self, product_id: int, now: int, quantity: int | None = None) -> "Cart":
        """The cart without a product's line, or with so many pieces less of it while some are left. Raises NotFound."""
        line = self.line(product_id)
        left = line.quantity - quantity if quantity is not None else 0
        remaining = {product_id: replace(line, quantity=left)} if left > 0 else {}
        kept = tuple(
            remaining.get(one.product_id, one)
            for one in self.lines
            if one.product_id != product_id or one.product_id in remaining
        )
        return self._next(kept, self.currency if kept else "", now)

    def merged(self, guest: "Cart", available: Mapping[int, int], now: int) -> "Cart":
        """The cart with a guest's lines: of a product in both the larger quantity counts, and never more than there is.

        What cannot be held (no piece left, another currency, a full cart) stays out.
        """
        held = {line.product_id: line for line in self.lines}
        currency = self.currency or guest.currency
        for line in guest.lines if guest.currency == currency else ():
            mine = held.get(line.product_id)
            quantity = min(max(line.quantity, mine.quantity if mine else 0), available.get(line.product_id, 0))
            if quantity and (mine or len(held) < MAX_LINES):
                held[line.product_id] = replace(line, quantity=quantity, added_at=mine.added_at if mine else now)
        merged = self._next(tuple(held.values()), currency if held else "", now)
        return replace(merged, merged_version=merged.version)

    def additions_since(self, before: "Cart") -> list[CartLine]:
        """Lines that came into the cart with this version of it: more pieces of what was there are none, and what a
        guest's cart brought was added there."""
        known = {line.product_id for line in before.lines}
        if self.merged_version == self.version:
            return []
        return [line for line in self.lines if line.product_id not in known]

    def emptied(self, now: int) -> "Cart":
        """The cart without lines."""
        return self._next((), "", now)

    def consumed(self, order_id: int, next_id: int, now: int) -> "Cart":
        """What follows the cart once it is ordered: another one, which nobody has begun, with the proof that this
        version became that order."""
        return replace(
            self._next((), "", now),
            id=next_id,
            created_at=0,
            updated_at=0,
            orders_placed=self.orders_placed + 1,
            placed_order=order_id,
            placed_from=self.version,
        )

    def repriced(self, prices: dict[int, int], now: int) -> "Cart":
        """The cart with the prices that products have now."""
        lines = tuple(replace(line, price_minor=prices.get(line.product_id, line.price_minor)) for line in self.lines)
        return self._next(lines, self.currency, now)

    def at_prices_of(self, offers: Mapping[int, Offer], now: int) -> "Cart":
        """The cart at the prices of some offers, the cart itself when they are its own. What is not for sale, or in
        another currency by now, keeps the price that it had: it cannot be ordered anyway."""
        prices = {
            line.product_id: offer.price_minor
            for line in self.lines
            if (offer := offers.get(line.product_id)) is not None
            and offer.is_sellable
            and offer.currency == self.currency
            and offer.price_minor != line.price_minor
        }
        return self.repriced(prices, now) if prices else self

    def _with_line(self, product: Product, quantity: int, now: int) -> "Cart":
        if not 1 <= quantity <= MAX_PIECES:
            raise InvalidInput.of("quantity", f"A whole number from 1 to {MAX_PIECES} is required.")
        if quantity > product.available:
            raise OutOfStock(product.name, product.available)
        if self.currency not in ("", product.currency):
            raise OtherCurrency(product.name, product.currency, self.currency)
        before = {line.product_id: line for line in self.lines}
        if product.id not in before and len(before) >= MAX_LINES:
            raise CartFull
        added_at = before[product.id].added_at if product.id in before else now
        line = CartLine(
            product_id=product.id,
            name=product.name,
            slug=product.slug,
            price_minor=product.price_minor,
            category_name=product.category_name,
            seller_id=product.seller_id,
            image=product.images[0] if product.images else "",
            quantity=quantity,
            added_at=added_at,
        )
        return self._next(tuple((before | {product.id: line}).values()), product.currency, now)

    def _next(self, lines: tuple[CartLine, ...], currency: str, now: int) -> "Cart":
        return replace(
            self,
            lines=lines,
            currency=currency,
            version=self.version + 1,
            created_at=self.created_at or now,
            updated_at=now,
        )


@dataclass(frozen=True)
class StockCheck:
    """A line of a cart and how many pieces of its product could be bought now: none of one that is not sold."""

    line: CartLine
    available: int

    @property
    def is_available(self) -> bool:
        return self.line.quantity <= self.available

    @property
    def problem(self) -> str:
        """Why it could not be bought, in a sentence; empty when it could."""
        if self.is_available:
            return ""
        return OutOfStock(self.line.name, self.available).message


class OutOfStock(Refused):
    """Fewer pieces than wanted: `available` are left."""

    code = "out_of_stock"

    def __init__(self, name: str, available: int) -> None:
        super().__init__(f"{name}: only {available} left in stock." if available else f"{name} is out of stock.")
        self.name = name
        self.available = available


class CartUnknown(NotFound):
    """A cart that had to exist does not, or is over."""

    def __init__(self) -> None:
        super().__init__("Cart")


class CartFull(Refused):
    code = "cart_full"

    def __init__(self) -> None:
        super().__init__(f"A cart holds at most {MAX_LINES} different products.")


class OtherCurrency(Refused):
    code = "other_currency"

    def __init__(self, name: str, currency: str, cart_currency: str) -> None:
        super().__init__(f"{name} is sold in {currency}, but the cart holds {cart_currency}.")
