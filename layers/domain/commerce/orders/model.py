"""Orders: one purchase of several sellers, each of whom moves their own part. Rules only.

An order is one aggregate. What was placed never changes; parts, payment and history change together, version by
version. Its status, its payment status and its sums are derived from its parts; nobody sets them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from commerce.carts.model import Cart
from commerce.kit.errors import NotFound, Refused
from commerce.orders.part import Part, apportion
from commerce.orders.payment import Attempt, Dispute, DisputeStatus, JournalEntry, Refund, RefundStatus
from commerce.orders.status import ALLOWED, Actor, PaymentStatus, Status, TransitionRefused, derived_status

# Every order is visited once this long after it was placed, by when most are paid. Until then nothing that is due later
# is put on the list of visits: for an order that is paid at once it would be two writes for nothing.
FIRST_VISIT_MS = 120_000


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
class Placed:
    """What was placed, and when (milliseconds): the part of an order that never changes."""

    at: int = 0
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True)
class OrderTerms:
    """The terms of a contract's orders: shipping in minor units, tax in percent of the items, and for how long an
    unpaid order holds its stock (0: until somebody cancels it)."""

    shipping_minor: int = 0
    tax_percent: int = 0
    hold_minutes: int = 0

    def tax_minor(self, items_minor: int) -> int:
        """Tax on the items, rounded half up to the minor unit."""
        return (items_minor * self.tax_percent + 50) // 100


@dataclass(frozen=True)
class ShippingDetails:
    """Where and how to deliver. `address` has the parts that the contract's form has; a single text is {"text": …}."""

    address: Mapping[str, str]
    phone: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Order:
    """A placed order. Money in minor units of `currency`, times in milliseconds, UTC.

    Fixed when it was placed: `number` counts the buyer's orders from 1; `channel` names the contract that it came
    through; `commission_bp` is the platform's rate in basis points.

    Changing: `parts` by seller; `paid_by` is the reference of the attempt that paid; `has_expired` when nobody did in
    time; until `hold_until` an unpaid order keeps its stock (0: until somebody cancels it), and until `hold_check_at`
    while a provider does not say whether it was paid; `visit_at` is when the reconciler looks after it again (0: on no
    list); `changed_delivery` is what the buyer said of the delivery since. `version` grows with every change.
    """

    id: int
    number: int
    buyer_id: int
    channel: str
    currency: str
    lines: tuple[OrderLine, ...]
    placed_delivery: ShippingDetails
    commission_bp: int
    placed_at: int
    parts: Mapping[int, Part]
    updated_at: int
    version: int = 1
    paid_by: str = ""
    has_expired: bool = False
    hold_until: int = 0
    hold_check_at: int = 0
    visit_at: int = 0
    history: tuple[Mapping[str, Any], ...] = field(default=())
    attempts: tuple[Attempt, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    notices: tuple[Mapping[str, Any], ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    changed_delivery: ShippingDetails | None = None

    # What is derived

    @property
    def delivery(self) -> ShippingDetails:
        """Where and how to deliver, as the buyer said last."""
        return self.changed_delivery or self.placed_delivery

    @property
    def status(self) -> Status:
        return derived_status(part.status for part in self.parts.values())

    @property
    def payment_status(self) -> PaymentStatus:
        if not self.paid_by:
            return PaymentStatus.FAILED if self.has_expired else PaymentStatus.PENDING
        if not self.refunded_minor:
            return PaymentStatus.PAID
        is_all = self.refunded_minor == self.captured_minor
        return PaymentStatus.REFUNDED if is_all else PaymentStatus.PARTIALLY_REFUNDED

    @property
    def is_paid(self) -> bool:
        return bool(self.paid_by)

    @property
    def needs_money(self) -> bool:
        """Whether a payment that arrives now pays it."""
        return not self.paid_by and not self.has_expired and bool(self.live_parts)

    @property
    def waits(self) -> bool:
        """Whether it waits for its payment with nothing else done about it: only such an order expires."""
        return self.needs_money and all(part.status is Status.PENDING for part in self.live_parts)

    @property
    def live_parts(self) -> list[Part]:
        return [part for part in self.parts.values() if part.is_live]

    @property
    def counted_parts(self) -> list[Part]:
        """The parts that the order's sums are of: those that are not cancelled; all of them when all are."""
        return self.live_parts or list(self.parts.values())

    def _sum(self, amount: Callable[[Part], int]) -> int:
        return sum(map(amount, self.counted_parts))

    @property
    def items_minor(self) -> int:
        return self._sum(lambda part: part.items_minor)

    @property
    def tax_minor(self) -> int:
        return self._sum(lambda part: part.tax_minor)

    @property
    def discount_minor(self) -> int:
        return self._sum(lambda part: part.discount_minor)

    @property
    def shipping_minor(self) -> int:
        return self._sum(lambda part: part.shipping_minor)

    @property
    def total_minor(self) -> int:
        return self._sum(lambda part: part.total_minor)

    @property
    def captured_minor(self) -> int:
        return sum(part.captured_minor for part in self.parts.values())

    @property
    def promised_minor(self) -> int:
        return sum(part.promised_minor for part in self.parts.values())

    @property
    def refunded_minor(self) -> int:
        return sum(part.refunded_minor for part in self.parts.values())

    @property
    def due_at(self) -> int:
        """When something about the order has to be done: the end of its hold, a question to a provider, a refund to be
        tried (0: nothing is waiting)."""
        times = [max(self.hold_until, self.hold_check_at)] if self.waits and self.hold_until else []
        times += [attempt.check_at for attempt in self.attempts if attempt.is_watched]
        times += [refund.try_at for refund in self.refunds if refund.status is RefundStatus.REQUESTED]
        return min(filter(None, times), default=0)

    @property
    def refunds_refused(self) -> list[Refund]:
        """Refunds that need a person."""
        return [refund for refund in self.refunds if refund.status is RefundStatus.ATTENTION]

    @property
    def disputes_open(self) -> list[Dispute]:
        """Disputes that a person has to answer at the provider."""
        return [dispute for dispute in self.disputes if dispute.status is DisputeStatus.OPEN]

    @property
    def attention_at(self) -> int:
        """Since when something of it needs a person, 0 when nothing does."""
        times = [refund.created_at for refund in self.refunds_refused]
        return min(times + [dispute.opened_at for dispute in self.disputes_open], default=0)

    @property
    def moved_at(self) -> int:
        """When money or stock last moved after the order was placed, 0 for never: the latest entry of its journal or
        cancellation of a part."""
        cancelled = [int(step["at"]) for step in self.history if step["status"] == Status.CANCELLED]
        return max([entry.at for entry in self.journal] + cancelled, default=0)

    def attempt(self, reference: str) -> Attempt:
        """An attempt by our name for it. Raises NotFound."""
        found = next((one for one in self.attempts if one.reference == reference), None)
        if found is None:
            raise NotFound("Payment")
        return found

    def refund(self, refund_id: str) -> Refund | None:
        """A refund by its id, or None."""
        return next((one for one in self.refunds if one.id == refund_id), None)

    def as_placed(self) -> "Order":
        """The order as it was in the first answer, for the repetition of the request that placed it."""
        return replace(
            self,
            parts={seller: part.as_placed() for seller, part in self.parts.items()},
            version=1,
            updated_at=self.placed_at,
            paid_by="",
            has_expired=False,
            history=self.history[:1],
            attempts=(),
            refunds=(),
            disputes=(),
            notices=(),
            journal=(),
            changed_delivery=None,
        )

    # The next version

    def changed(self, now: int, **facts: Any) -> "Order":
        """The order with these facts."""
        return replace(self, updated_at=now, **facts)

    def following(self, before: "Order") -> "Order":
        """The order as the next version of `before`, to be visited when something is due. A visit that comes early
        enough stays as it is: it costs nothing, and a new time of it two writes."""
        due = self.due_at
        first_visit = self.placed_at + FIRST_VISIT_MS
        if due and self.updated_at < first_visit <= due:
            due = 0
        elif due and self.updated_at < before.visit_at <= due:
            due = before.visit_at
        return replace(self, version=before.version + 1, visit_at=due)

    def with_attempt(self, attempt: Attempt, now: int, **facts: Any) -> "Order":
        """With an attempt, new or in place of the one of its reference."""
        return self.changed(now, attempts=_placed(self.attempts, attempt, "reference"), **facts)

    def with_refund(self, refund: Refund, now: int, **facts: Any) -> "Order":
        """With a refund, new or in place of the one of its id."""
        return self.changed(now, refunds=_placed(self.refunds, refund, "id"), **facts)

    def with_dispute(self, dispute: Dispute, entries: Iterable[JournalEntry], now: int) -> "Order":
        """With a dispute, new or in place of the one of its id, and what that moves."""
        disputes = _placed(self.disputes, dispute, "id")
        return self.changed(now, disputes=disputes, journal=(*self.journal, *entries))

    def paid(self, attempt: Attempt, entries: Iterable[JournalEntry], now: int) -> "Order":
        """With the totals of its live parts captured by the attempt; parts that waited for that are confirmed."""
        moved = self.moved(Status.CONFIRMED, Actor.SYSTEM, self._pending(), now)
        parts = {
            seller: replace(part, captured_minor=part.total_minor) if part.is_live else part
            for seller, part in moved.parts.items()
        }
        return self.changed(
            now,
            parts=parts,
            history=moved.history,
            paid_by=attempt.reference,
            hold_until=0,
            attempts=_placed(self.attempts, attempt, "reference"),
            journal=(*self.journal, *entries),
        )

    def expired(self, attempts: Iterable[Attempt], now: int) -> "Order":
        """Cancelled because nobody paid in time; `attempts` are its attempts as that leaves them."""
        moved = self.moved(Status.CANCELLED, Actor.SYSTEM, self._pending(), now)
        facts = {"parts": moved.parts, "history": moved.history, "attempts": tuple(attempts)}
        return self.changed(now, **facts, has_expired=True, hold_until=0)

    def promised(self, refund: Refund, now: int) -> "Order":
        """With the refund's shares promised back."""
        parts = {
            seller: replace(part, promised_minor=part.promised_minor + refund.shares.get(seller, 0))
            for seller, part in self.parts.items()
        }
        return self.with_refund(refund, now, parts=parts)

    def given_back(self, refund: Refund, entry: JournalEntry, now: int, *, sign: int = 1) -> "Order":
        """With the refund's shares gone back (or, with `sign` -1, come back to us)."""
        parts = {
            seller: replace(part, refunded_minor=part.refunded_minor + sign * refund.shares.get(seller, 0))
            for seller, part in self.parts.items()
        }
        return self.with_refund(refund, now, parts=parts, journal=(*self.journal, entry))

    def with_delivery(self, notes: str | None, address: Mapping[str, str] | None, now: int) -> "Order":
        """With the buyer's other notes, and another address; None leaves what was said.

        Returns self when that changes nothing. Raises AddressFixed once it is paid, or on its way, or cancelled.
        """
        before = self.delivery
        if address is not None and dict(address) != dict(before.address) and not self.waits:
            raise AddressFixed
        after = ShippingDetails(
            before.address if address is None else address, before.phone, before.notes if notes is None else notes
        )
        return self if after == before else self.changed(now, changed_delivery=after)

    def with_part(self, part: Part, now: int) -> "Order":
        """With that part in place of its seller's. Returns self when it is the same."""
        if part == self.parts[part.seller_id]:
            return self
        return self.changed(now, parts={**self.parts, part.seller_id: part})

    def moved(self, target: Status, actor: Actor, sellers: Iterable[int], now: int, reason: str = "") -> "Order":
        """With those sellers' parts at `target`; parts that stand there already stay as they are. `reason` is why a
        seller cancels.

        Returns self when nothing is to move. Raises TransitionRefused when one of them may not go there.
        """
        moving = [seller for seller in sellers if self.parts[seller].status is not target]
        for seller in moving:
            current = self.parts[seller].status
            allowed = ALLOWED[actor].get(current, frozenset())
            if target not in allowed:
                raise TransitionRefused(current, target, allowed)
        if not moving:
            return self
        step = {"status": str(target), "at": now, "by": str(actor), "parts": moving}
        parts = {**self.parts, **{seller: self.parts[seller].moved(target, now, reason) for seller in moving}}
        after = self.changed(now, parts=parts, history=(*self.history, step))
        return after if after.waits else replace(after, hold_until=0)

    def _pending(self) -> list[int]:
        return [seller for seller, part in self.parts.items() if part.status is Status.PENDING]


def _placed(rows: tuple[Any, ...], row: Any, key: str) -> tuple[Any, ...]:
    name = getattr(row, key)
    if all(getattr(one, key) != name for one in rows):
        return (*rows, row)
    return tuple(row if getattr(one, key) == name else one for one in rows)


def new_order(
    cart: Cart,
    order_id: int,
    buyer_id: int,
    channel: str,
    delivery: ShippingDetails,
    terms: OrderTerms,
    commission_bp: int,
    now: int,
) -> Order:
    """The order that a cart becomes, at the prices that the cart shows. Raises CartEmpty."""
    if not cart.lines:
        raise CartEmpty
    items: dict[int, int] = {}
    for line in sorted(cart.lines, key=lambda line: line.seller_id):
        items[line.seller_id] = items.get(line.seller_id, 0) + line.price_minor * line.quantity
    tax = apportion(terms.tax_minor(cart.total_minor), items)
    shipping = apportion(terms.shipping_minor, items)
    hold_until = now + terms.hold_minutes * 60_000 if terms.hold_minutes else 0
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
        placed_delivery=delivery,
        commission_bp=commission_bp,
        placed_at=now,
        parts={
            seller: Part(seller, amount, tax_minor=tax[seller], shipping_minor=shipping[seller])
            for seller, amount in items.items()
        },
        updated_at=now,
        hold_until=hold_until,
        history=(placed_step(now, items),),
    )


def placed_step(placed_at: int, sellers: Iterable[int]) -> Mapping[str, Any]:
    """The first step of every order's history."""
    return {"status": str(Status.PENDING), "at": placed_at, "by": str(Actor.BUYER), "parts": sorted(sellers)}


class CartEmpty(Refused):
    code = "cart_empty"

    def __init__(self) -> None:
        super().__init__("Cart is empty.")


class AddressFixed(Refused):
    code = "address_fixed"

    def __init__(self) -> None:
        super().__init__("The address can be changed only while the order waits for its payment.")


class LinesRefused(Refused):
    """Lines that cannot be sold as the cart shows them; nothing was reserved. `problems` has a sentence for each."""

    code = "lines_refused"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
