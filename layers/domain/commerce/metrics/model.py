"""What is counted of products, of sellers and of the shop. Rules only.

A fact is something that happened, and what it adds to which counters. It is counted once, whatever is repeated.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from commerce.catalog.model import Figures

# Of one fact, in one transaction with its receipt: two such pieces fit into one.
MAX_COUNTERS = 45
# In place of an account: the shop as a whole.
ALL = "all"
# What money is counted by, in a seller's or product's counters; each with its currency: revenue_USD.
ORDERED, REVENUE, REFUNDS = "ordered", "revenue", "refunds"


@dataclass(frozen=True, order=True)
class Counter:
    """What is counted for: a seller (`seller_id`), a product of theirs (`product_id` as well), such a product in an
    order (`order_id` as well), or the shop's ledger (`currency`, and an `account` or ALL); on a `day`, or ever ("")."""

    day: str
    seller_id: int = 0
    product_id: int = 0
    currency: str = ""
    account: str = ""
    order_id: int = 0


Amounts = Mapping[str, int]


@dataclass(frozen=True)
class Fact:
    """Something that happened: `subject` and `name` tell it from everything else, each time that it is told. It adds
    `amounts` to counters and `figures` to products. That it was counted is known for `keep_seconds` (0: for ever)."""

    subject: str
    name: str
    amounts: Mapping[Counter, Amounts]
    figures: Mapping[int, Figures] = field(default_factory=dict)
    keep_seconds: int = 0

    @property
    def id(self) -> tuple[str, str]:
        return self.subject, self.name

    def pieces(self) -> Iterator["Fact"]:
        """The fact in pieces, each small enough for a transaction and counted once: the same ones each time."""
        if len(self.amounts) <= MAX_COUNTERS:
            yield self
            return
        counters = iter(sorted(self.amounts))
        number = 0
        while some := list(islice(counters, MAX_COUNTERS)):
            name = f"{self.name}.{number}" if number else self.name
            yield replace(self, name=name, amounts={one: self.amounts[one] for one in some})
            number += 1


class Adding:
    """Amounts by counter, while they are added up."""

    def __init__(self) -> None:
        self._amounts: dict[Counter, dict[str, int]] = defaultdict(dict)

    def add(self, counter: Counter, **amounts: int) -> None:
        """Add amounts to one counter."""
        counted = self._amounts[counter]
        for name, amount in amounts.items():
            counted[name] = counted.get(name, 0) + amount

    def add_all(self, amounts: Mapping[Counter, Amounts]) -> None:
        """Add what something else adds."""
        for counter, some in amounts.items():
            self.add(counter, **some)

    def total(self) -> dict[Counter, dict[str, int]]:
        """What is not nothing."""
        return {counter: counted for counter, some in self._amounts.items() if (counted := _without_zeros(some))}


def _without_zeros(amounts: Amounts) -> dict[str, int]:
    return {name: amount for name, amount in amounts.items() if amount}


def of_seller(seller_id: int, day: str) -> tuple[Counter, Counter]:
    """A seller's counters for something that counts on a day."""
    return Counter(day, seller_id), Counter("", seller_id)


def of_product(seller_id: int, product_id: int, day: str) -> tuple[Counter, Counter]:
    """A product's counters for something that counts on a day."""
    return Counter(day, seller_id, product_id), Counter("", seller_id, product_id)


@dataclass(frozen=True)
class Money:
    """Of sales in one currency, in minor units: what was ordered and not cancelled, at the price of the pieces; the
    seller's own share of what was captured; and what of that was taken back."""

    ordered_minor: int = 0
    revenue_minor: int = 0
    refunds_minor: int = 0


@dataclass(frozen=True)
class Numbers:
    """What was counted of a seller or a product: orders and units as far as they are not cancelled, favourites less
    those taken away, money by currency."""

    views: int = 0
    clicks: int = 0
    favorites: int = 0
    cart_additions: int = 0
    orders: int = 0
    units: int = 0
    money: Mapping[str, Money] = field(default_factory=dict)


def numbers_of(amounts: Amounts) -> Numbers:
    """Counted amounts as numbers."""
    plain = {name: amounts.get(name, 0) for name in _PLAIN}
    currencies = sorted({name.partition("_")[2] for name in amounts if name.partition("_")[0] in _BY_CURRENCY})
    money = {
        currency: Money(*(amounts.get(f"{name}_{currency}", 0) for name in _BY_CURRENCY)) for currency in currencies
    }
    return Numbers(**plain, money=money)


_PLAIN = ("views", "clicks", "favorites", "cart_additions", "orders", "units")
_BY_CURRENCY = (ORDERED, REVENUE, REFUNDS)


@dataclass(frozen=True)
class Series:
    """The numbers of a seller or a product: ever, and on each of some days by its date (UTC), the first one first."""

    total: Numbers
    days: Mapping[str, Numbers]
    currency: str


def currency_of(total: Numbers, default: str) -> str:
    """The currency in which a seller's money is shown first: the shop's own, unless they sell in others only."""
    return default if default in total.money or not total.money else next(iter(total.money))


@dataclass
class SalesFigures:
    """Sales of the shop or of one seller. The shop's revenue is all that was captured for orders, a seller's is their
    own share of it."""

    orders: int = 0
    pieces: int = 0
    revenue_minor: int = 0
    refunds_minor: int = 0

    def add(self, other: "SalesFigures") -> None:
        """Add what another one counts."""
        self.orders += other.orders
        self.pieces += other.pieces
        self.revenue_minor += other.revenue_minor
        self.refunds_minor += other.refunds_minor

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.pieces or self.revenue_minor or self.refunds_minor)


@dataclass
class DaySums:
    """What counts on one day: orders placed and ledger entries, the accounts' balances by currency, and the sales by
    currency and seller (`ALL`: the shop)."""

    orders: int = 0
    entries: int = 0
    balances: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    sales: dict[str, dict[str, SalesFigures]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(SalesFigures))
    )

    def add(self, currency: str, account: str, amounts: Amounts) -> None:
        """Add what was counted of the shop, or of one of its accounts."""
        self.orders += amounts.get("placed", 0)
        self.entries += amounts.get("entries", 0)
        if "balance" in amounts:
            balances = self.balances[currency]
            balances[account] = balances.get(account, 0) + amounts["balance"]
        if account == ALL or account.startswith(SELLER):
            figures = SalesFigures(*(amounts.get(name, 0) for name in ("orders", "units", REVENUE, REFUNDS)))
            self.sales[currency][account.removeprefix(SELLER)].add(figures)


SELLER = "seller:"
