"""What is remembered to recommend by: which products somebody met last, and which products meet the same people.

Rules only. Nothing here grows: of a person the latest of each kind are kept, of a product its strongest partners.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations, product

# So many products are remembered of what somebody viewed, and of what they bought.
MAX_HISTORY = 20
# A product that is new to somebody is put together with so many of those that they met last.
COMPANY = 5
# Of one order so many products are learned from.
MAX_AT_ONCE = 10
# Partners of a product.
MAX_PARTNERS = 64
# What one person's meeting of two products weighs; it halves with every period that has passed since.
UNIT = 1 << 10
PERIOD_MS = 30 * 86_400_000
# So much weight is missing to certainty: what one or two people did says little.
DOUBT = 3 * UNIT


class Kind(StrEnum):
    """How products meet: by being viewed (or liked), or by being bought."""

    VIEWED = "VIEWED"
    BOUGHT = "BOUGHT"


@dataclass(frozen=True)
class Encounter:
    """Somebody met a product of a category (its slug) at a time (milliseconds)."""

    product_id: int
    category: str
    at: int

    @property
    def age(self) -> tuple[int, int]:
        """The order of a history, the same whatever order things are heard of in."""
        return self.at, self.product_id


# The latest first, no product twice.
History = tuple[Encounter, ...]
Pair = tuple[int, int]


def met(history: History, news: Iterable[Encounter]) -> tuple[History, list[Pair]]:
    """A history after somebody met some products together, and the pairs of products that nobody has heard of from
    them: the new ones with one another, and with their latest COMPANY.

    So a pair counts once for a person, and the history itself tells what was heard before: what is in it makes no pair,
    and what is older than a full one was in it, or comes too late. Hearing of something again changes nothing.
    """
    known = {one.product_id: one for one in history}
    oldest = history[-1].age if len(history) >= MAX_HISTORY else (0, 0)
    new: dict[int, Encounter] = {}
    for one in news:
        if earlier := known.get(one.product_id):
            known[one.product_id] = max(earlier, one, key=lambda each: each.age)
        elif one.age > oldest:
            new[one.product_id] = one
    company = [one.product_id for one in history if one.product_id not in new][:COMPANY]
    pairs = [*combinations(new, 2), *product(new, company)]
    latest = sorted((known | new).values(), key=lambda one: one.age, reverse=True)
    return tuple(latest[:MAX_HISTORY]), pairs


@dataclass(frozen=True)
class Recent:
    """What somebody met last; `version` counts its changes."""

    histories: Mapping[Kind, History] = field(default_factory=dict)
    version: int = 0

    def of(self, kind: Kind) -> History:
        return self.histories.get(kind, ())


@dataclass(frozen=True)
class Shopper:
    """What is known of somebody who shops: what they met last, and every product that they have bought."""

    recent: Recent = field(default_factory=Recent)
    bought: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Partners:
    """The products that met the same people as a product did, by weight, as of a period.

    At most MAX_PARTNERS: a newcomer takes the place of the lightest and inherits its weight, which is remembered as
    what is not certain of its own. Whatever meets the product in more than one of MAX_PARTNERS cases is kept so; with
    fewer partners every weight is exact.
    """

    weights: Mapping[int, int] = field(default_factory=dict)
    inherited: Mapping[int, int] = field(default_factory=dict)
    period: int = 0
    version: int = 0

    def joined(self, product_id: int, at: int) -> "Partners":
        """With one person more who met that product as well, at a time in milliseconds."""
        period = at // PERIOD_MS
        row = self._aged(max(period, self.period))
        unit = UNIT >> (row.period - period)
        if not unit:
            return row
        weights, inherited = dict(row.weights), dict(row.inherited)
        if product_id not in weights and len(weights) >= MAX_PARTNERS:
            lightest = min(weights, key=lambda one: (weights[one], one))
            inherited.pop(lightest, None)
            inherited[product_id] = weights[product_id] = weights.pop(lightest)
        weights[product_id] = weights.get(product_id, 0) + unit
        return replace(row, weights=weights, inherited=inherited)

    def shares(self, now: int) -> dict[int, float]:
        """How much speaks for each partner, from 0 to 1: its certain weight among those of all, less a doubt."""
        row = self._aged(max(now // PERIOD_MS, self.period))
        certain = {one: weight - row.inherited.get(one, 0) for one, weight in row.weights.items()}
        total = sum(certain.values()) + DOUBT
        return {one: weight / total for one, weight in certain.items() if weight > 0}

    def _aged(self, period: int) -> "Partners":
        halvings = period - self.period
        return replace(
            self, weights=_halved(self.weights, halvings), inherited=_halved(self.inherited, halvings), period=period
        )


def _halved(weights: Mapping[int, int], times: int) -> Mapping[int, int]:
    if not times:
        return weights
    return {one: left for one, weight in weights.items() if (left := weight >> times)}


@dataclass(frozen=True)
class Lesson:
    """Somebody met some products at one time."""

    user_id: int
    kind: Kind
    product_ids: Sequence[int]
    at: int


@dataclass(frozen=True)
class Purchase:
    """Somebody ordered a product, or, when `is_cancelled`, the seller's part of that order was taken back."""

    user_id: int
    product_id: int
    order_id: int
    is_cancelled: bool = False
