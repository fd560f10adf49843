"""Orders: one purchase of several sellers, each of whom moves his own part. Rules only.

An order's status is derived from its parts; nobody sets it. Payment status stands beside it (RULINGS G17).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from commerce.carts.model import Cart
from commerce.kit.errors import Refused

MOST_WRITES = 100  # DynamoDB's limit of one transaction.


class Status(StrEnum):
    """Canonical words of fulfilment; each contract has its own table of words for them."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    AWAITING_SHIPMENT = "awaiting_shipment"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """Canonical words of payment."""

    PENDING = "pending"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"


class Actor(StrEnum):
    """Who moves a part."""

    BUYER = "buyer"
    SELLER = "seller"
    STAFF = "staff"
    SYSTEM = "system"


_FORWARD = (Status.PENDING, Status.CONFIRMED, Status.AWAITING_SHIPMENT, Status.SHIPPED, Status.DELIVERED)
_RANK = {status: rank for rank, status in enumerate(_FORWARD)}

ALLOWED: Mapping[Actor, Mapping[Status, frozenset[Status]]] = {
    Actor.BUYER: {
        Status.PENDING: frozenset({Status.CANCELLED}),
        Status.CONFIRMED: frozenset({Status.CANCELLED}),
        Status.SHIPPED: frozenset({Status.DELIVERED}),
    },
    Actor.SELLER: {
        Status.PENDING: frozenset({Status.CONFIRMED, Status.CANCELLED}),
        Status.CONFIRMED: frozenset({Status.AWAITING_SHIPMENT, Status.SHIPPED, Status.CANCELLED}),
        Status.AWAITING_SHIPMENT: frozenset({Status.SHIPPED, Status.CANCELLED}),
    },
    # Staff moves anything but backwards; what was delivered is refunded, not cancelled.
    Actor.STAFF: {
        status: frozenset(_FORWARD[rank + 1 :]) | {Status.CANCELLED}
        for status, rank in _RANK.items()
        if status is not Status.DELIVERED
    },
    # A payment confirms, an unpaid order's expiry cancels.
    Actor.SYSTEM: {Status.PENDING: frozenset({Status.CONFIRMED, Status.CANCELLED})},
}


@dataclass(frozen=True)
class OrderLine:
    """A product as it was bought. `id` counts the order's lines from 1."""

    id: int
    product_id: int
    name: str
    slug: str
    price_minor: int
    quantity: int
    seller_id: int
    category_name: str
    image: str

    @property
    def total_minor(self) -> int:
        return self.price_minor * self.quantity


@dataclass(frozen=True)
class Terms:
    """The terms of a contract's orders: shipping in minor units, tax in percent of the items, the platform's commission
    in basis points of them, and for how long an unpaid order holds its stock (0: until somebody cancels it)."""

    shipping_minor: int = 0
    tax_percent: int = 0
    commission_bp: int = 0
    hold_minutes: int = 0

    def tax_minor(self, items_minor: int) -> int:
        """Tax on the items, rounded half up to the minor unit."""
        return (items_minor * self.tax_percent + 50) // 100


@dataclass(frozen=True)
class Delivery:
    """Where and how to deliver. `address` has the parts that the contract's form has; a single text is {"text": …}."""

    address: Mapping[str, str]
    phone: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Order:
    """A placed order. Money in minor units of `currency`, times in milliseconds, UTC.

    `number` counts the buyer's orders from 1; `channel` names the contract that it came through; `version` grows with
    every change; `parts` gives each seller's part its status. `commission_bp` is the platform's rate in basis points,
    frozen when the order was placed. `attempt` is the reference of the latest payment attempt; of what was captured,
    `refund_minor` is promised back and `refunded_minor` has gone back.
    """

    id: int
    number: int
    buyer_id: int
    channel: str
    currency: str
    lines: tuple[OrderLine, ...]
    parts: Mapping[int, Status]
    delivery: Delivery
    items_minor: int
    shipping_minor: int
    tax_minor: int
    placed_at: int
    updated_at: int
    payment_status: PaymentStatus = PaymentStatus.PENDING
    version: int = 1
    history: tuple[Mapping[str, Any], ...] = field(default=())
    commission_bp: int = 0
    attempt: str = ""
    captured_minor: int = 0
    refund_minor: int = 0
    refunded_minor: int = 0

    @property
    def total_minor(self) -> int:
        return self.items_minor + self.shipping_minor + self.tax_minor

    @property
    def is_paid(self) -> bool:
        return self.captured_minor > 0

    @property
    def status(self) -> Status:
        return derived_status(self.parts.values())

    def as_placed(self) -> "Order":
        """The order as it was in the first answer, for the repetition of the request that placed it."""
        return replace(
            self,
            parts=dict.fromkeys(self.parts, Status.PENDING),
            payment_status=PaymentStatus.PENDING,
            version=1,
            updated_at=self.placed_at,
            history=self.history[:1],
            attempt="",
            captured_minor=0,
            refund_minor=0,
            refunded_minor=0,
        )

    def attempting(self, reference: str, now: int) -> "Order":
        """The order with a new payment attempt."""
        return replace(self, attempt=reference, version=self.version + 1, updated_at=now)

    def paid(self, reference: str, now: int) -> "Order":
        """The order with its total captured; parts that waited for that are confirmed."""
        waiting = [seller for seller, status in self.parts.items() if status is Status.PENDING]
        moved = self.moved(Status.CONFIRMED, Actor.SYSTEM, waiting, now)
        return replace(
            moved,
            payment_status=PaymentStatus.PAID,
            attempt=reference,
            captured_minor=self.total_minor,
            version=self.version + 1,
            updated_at=now,
        )

    def expired(self, now: int) -> "Order":
        """The order that nobody paid in time: cancelled, its payment failed."""
        waiting = [seller for seller, status in self.parts.items() if status is Status.PENDING]
        moved = self.moved(Status.CANCELLED, Actor.SYSTEM, waiting, now)
        return replace(moved, payment_status=PaymentStatus.FAILED, version=self.version + 1, updated_at=now)

    def refunding(self, amount_minor: int, now: int) -> "Order":
        """The order with so much more promised back (or less, when a promise could not be kept)."""
        return replace(self, refund_minor=self.refund_minor + amount_minor, version=self.version + 1, updated_at=now)

    def refunded(self, amount_minor: int, now: int) -> "Order":
        """The order with so much more gone back."""
        total = self.refunded_minor + amount_minor
        status = PaymentStatus.REFUNDED if total == self.captured_minor else PaymentStatus.PARTIALLY_REFUNDED
        return replace(self, refunded_minor=total, payment_status=status, version=self.version + 1, updated_at=now)

    def moved(self, target: Status, actor: Actor, sellers: Iterable[int], now: int) -> "Order":
        """The order with those sellers' parts at `target`; parts that stand there already stay as they are.

        Returns self when nothing is to move. Raises TransitionRefused when one of them may not go there.
        """
        moving = [seller for seller in sellers if self.parts[seller] is not target]
        for seller in moving:
            allowed = ALLOWED[actor].get(self.parts[seller], frozenset())
            if target not in allowed:
                raise TransitionRefused(self.parts[seller], target, allowed)
        if not moving:
            return self
        step = {"status": str(target), "at": now, "by": str(actor), "parts": moving}
        return replace(
            self,
            parts={**self.parts, **dict.fromkeys(moving, target)},
            version=self.version + 1,
            updated_at=now,
            history=(*self.history, step),
        )


def derived_status(parts: Iterable[Status]) -> Status:
    """The order's status: as far as its slowest part that is not cancelled; cancelled when all parts are."""
    live = [status for status in parts if status is not Status.CANCELLED]
    return min(live, key=_RANK.__getitem__) if live else Status.CANCELLED


def place(cart: Cart, order_id: int, buyer_id: int, channel: str, delivery: Delivery, terms: Terms, now: int) -> Order:
    """The order that a cart becomes, at the prices that the cart shows. Raises CartEmpty, TooManySellers."""
    if not cart.lines:
        raise CartEmpty
    sellers = sorted({line.seller_id for line in cart.lines})
    if len(cart.lines) + len(sellers) + 4 > MOST_WRITES:
        raise TooManySellers
    return Order(
        id=order_id,
        number=cart.orders_placed + 1,
        buyer_id=buyer_id,
        channel=channel,
        currency=cart.currency,
        lines=tuple(
            OrderLine(
                id=number,
                product_id=line.product_id,
                name=line.name,
                slug=line.slug,
                price_minor=line.price_minor,
                quantity=line.quantity,
                seller_id=line.seller_id,
                category_name=line.category_name,
                image=line.image,
            )
            for number, line in enumerate(cart.lines, start=1)
        ),
        parts=dict.fromkeys(sellers, Status.PENDING),
        delivery=delivery,
        items_minor=cart.total_minor,
        shipping_minor=terms.shipping_minor,
        tax_minor=terms.tax_minor(cart.total_minor),
        placed_at=now,
        updated_at=now,
        commission_bp=terms.commission_bp,
        history=({"status": str(Status.PENDING), "at": now, "by": str(Actor.BUYER), "parts": sellers},),
    )


class CartEmpty(Refused):
    code = "cart_empty"

    def __init__(self) -> None:
        super().__init__("Cart is empty.")


class TooManySellers(Refused):
    code = "too_many_sellers"

    def __init__(self) -> None:
        super().__init__("This cart holds products of too many sellers for one order. Please order in two steps.")


class LinesRefused(Refused):
    """Lines that cannot be sold as the cart shows them; nothing was reserved. `problems` has a sentence for each."""

    code = "lines_refused"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class TransitionRefused(Refused):
    """A move that the state machine does not know for this actor."""

    code = "transition_refused"

    def __init__(self, current: Status, target: Status, allowed: Iterable[Status]) -> None:
        super().__init__(f"An order that is {current} cannot become {target}.")
        self.current = current
        self.target = target
        self.allowed = sorted(allowed)
