"""Events: past facts that one part of the core tells the others, named and versioned like any other contract.

An event id is derived from the fact itself, so a fact that is published twice carries the same id both times and its
consumers can be idempotent. A payload only ever gains fields; what would take one away or change its meaning is a new
version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NotRequired, Protocol, TypedDict, cast

VERSION = 1
ORDERS_SOURCE = "bazaar.orders"
ACCOUNTS_SOURCE = "bazaar.accounts"
ORDER_PLACED = "OrderPlaced"
ORDER_STATUS_CHANGED = "OrderStatusChanged"
ORDER_PART_MOVED = "OrderPartMoved"
ORDER_MONEY_MOVED = "OrderMoneyMoved"
TWO_FACTOR_CHANGED = "TwoFactorChanged"


class Event(Protocol):
    """One published fact of any kind: its name, where it comes from, and what it says. The id is the same for every
    publication of the same fact."""

    source: ClassVar[str]

    @property
    def name(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...
    @property
    def id(self) -> str: ...


class OrderFact(TypedDict):
    """What both order events say; `occurred_at` in milliseconds, `status` in the core's own words."""

    event_id: str
    version: int
    occurred_at: int
    order_id: int
    buyer_id: int
    seller_ids: list[int]
    channel: str
    status: str


class MovedLine(TypedDict):
    """A line of the part that moved, as it was bought."""

    line_id: int
    product_id: int
    quantity: int
    price_minor: int
    total_minor: int


class OrderedLine(MovedLine):
    """A line of an order, and who sells it."""

    seller_id: int


class OrderPlaced(OrderFact):
    """`channel` is the contract that the order came through; it occurred when the order was placed."""

    total_minor: int
    currency: str
    lines: NotRequired[list[OrderedLine]]


class OrderStatusChanged(OrderFact):
    """The order's own status changed. `status` repeats `new_status`, so that who only wants to know where an order
    stands reads one field."""

    old_status: str
    new_status: str


class PartAmounts(TypedDict):
    """A part's money after the move, in minor units."""

    items_minor: int
    discount_minor: int
    tax_minor: int
    shipping_minor: int
    total_minor: int
    captured_minor: int
    promised_minor: int
    refunded_minor: int


class OrderPartMoved(OrderStatusChanged):
    """A seller's part moved: `old_status` and `new_status` are the part's, `seller_ids` names its seller alone, and
    `status` is the order's. Where that is the part's new status, the order moved with it, of which OrderStatusChanged
    tells as well (`takes_order`). `placed_at` is when the order was placed, in milliseconds."""

    seller_id: int
    placed_at: NotRequired[int]
    currency: NotRequired[str]
    lines: NotRequired[list[MovedLine]]
    amounts: NotRequired[PartAmounts]


class LedgerEntry(TypedDict):
    """One balanced movement of money: what it adds to each account, in minor units of `currency`; `at` in milliseconds.
    `key` is unique within the order."""

    key: str
    kind: str
    currency: NotRequired[str]
    at: int
    postings: dict[str, int]


class OrderMoneyMoved(OrderFact):
    """Money of an order moved: the entries that its journal gained, in their order, and the lines of the order."""

    currency: str
    lines: NotRequired[list[OrderedLine]]
    entries: list[LedgerEntry]


OrderPayload = OrderPlaced | OrderStatusChanged | OrderPartMoved | OrderMoneyMoved


@dataclass(frozen=True)
class OrderEvent:
    """One fact about one order."""

    name: str
    payload: OrderPayload
    source: ClassVar[str] = ORDERS_SOURCE

    @property
    def id(self) -> str:
        """The same for every publication of the same fact."""
        return self.payload["event_id"]

    @property
    def takes_order(self) -> bool:
        """Whether it is the move of a part that took the whole order with it: who follows the order knows it already.

        An order stands where the slowest of its parts does, so a part that now stands there has moved it.
        """
        return self.name == ORDER_PART_MOVED and self.payload.get("new_status") == self.payload["status"]


class TwoFactorChanged(TypedDict):
    """The second factor of an account was switched on or off, its backup codes were made again, or one was used:
    `change` says which, `occurred_at` when, in milliseconds."""

    event_id: str
    version: int
    occurred_at: int
    user_id: int
    change: str


@dataclass(frozen=True)
class AccountEvent:
    """One fact about one account, which its owner is told."""

    name: str
    payload: TwoFactorChanged
    source: ClassVar[str] = ACCOUNTS_SOURCE

    @property
    def id(self) -> str:
        """The same for every publication of the same fact."""
        return self.payload["event_id"]


class UnknownEvent(Exception):
    """An event that this code cannot read: another name, another version, or fields missing."""


def read_order_event(name: str, payload: Mapping[str, Any]) -> OrderEvent:
    """The event behind a delivered name and payload. Raises UnknownEvent, so that what nobody understands is kept."""
    return OrderEvent(name, cast(OrderPayload, known_payload(name, payload, _FIELDS)))


def read_account_event(name: str, payload: Mapping[str, Any]) -> AccountEvent:
    """The same for an event of an account. Raises UnknownEvent."""
    return AccountEvent(name, cast(TwoFactorChanged, known_payload(name, payload, _ACCOUNT_FIELDS)))


def known_payload(name: str, payload: Mapping[str, Any], fields: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """The payload, if it has the version and the `fields` that events of that name have. Raises UnknownEvent."""
    if name not in fields or payload.get("version") != VERSION:
        raise UnknownEvent(f"{name} version {payload.get('version')}")
    if missing := fields[name] - payload.keys():
        raise UnknownEvent(f"{name} without {', '.join(sorted(missing))}")
    return dict(payload)


_FIELDS = {
    ORDER_PLACED: OrderPlaced.__required_keys__,
    ORDER_STATUS_CHANGED: OrderStatusChanged.__required_keys__,
    ORDER_PART_MOVED: OrderPartMoved.__required_keys__,
    ORDER_MONEY_MOVED: OrderMoneyMoved.__required_keys__,
}
_ACCOUNT_FIELDS = {TWO_FACTOR_CHANGED: TwoFactorChanged.__required_keys__}
