"""How recommendations are mixed. Rules only, and the same answer for the same knowledge.

| what speaks for a product | weighs |
|---|--:|
| bought by the people who bought what the shopper bought lately | 4 |
| bought by the people who bought what the shopper viewed lately | 3 |
| viewed by the people who viewed what the shopper viewed lately | 2 |
| it is like something that the shopper viewed lately | 1 |
| it is liked in a category in which the shopper was lately | 0.5 |
| it is liked in the shop | 0.1 |

Each is multiplied by how much it says, from 0 to 1, and what is longer ago by less; all that speaks for a product is
added up. Of a product instead of a shopper: bought with it 4, viewed with it 2, like it 1.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from commerce.search.model import ProductSummary
from commerce.search.tokenizer import split

BOUGHT_WITH_BOUGHT, BOUGHT_WITH_VIEWED, VIEWED_WITH_VIEWED, LIKE, CATEGORY, POPULAR = 4.0, 3.0, 2.0, 1.0, 0.5, 0.1
# How much less the next one says of what somebody met lately.
FADING = 0.8
_FAVORITE = 10  # So many views say as much as one favourite.
_MIN_WORD = 3
# So many are looked at: enough to leave out what may not be shown.
MAX_RANKED = 200
# Texts that have nothing to do with each other are about as near as this.
_FAR = 0.2


class Described(Protocol):
    """What products are compared by, in the index or in the table."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def category_slug(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...


def likeness(one: Described, other: Described, nearness: float = 0.0) -> float:
    """How alike two products are, from 0 to 1: half of it by the words of their names or by the `nearness` of what
    their texts mean, whichever is more; then by category, tags, brand and price."""
    alike = (
        0.5 * max(_overlap(_words(one.name), _words(other.name)), (nearness - _FAR) / (1 - _FAR), 0.0)
        + 0.2 * (one.category_slug == other.category_slug)
        + 0.15 * _overlap(set(one.tags), set(other.tags))
        + 0.1 * bool(one.brand and one.brand == other.brand)
    )
    prices = sorted((one.price_minor, other.price_minor))
    # A price alone makes nothing alike.
    is_priced = alike > 0 and one.currency == other.currency and prices[0] > 0
    return alike + 0.05 * (prices[0] / prices[1] if is_priced else 0.0)


def popularity(summary: ProductSummary) -> tuple[int, int, int]:
    """What popular products are ordered by; of those that nobody has looked at, the newest are first."""
    return summary.view_count + _FAVORITE * summary.favorite_count, summary.created_at, summary.id


def by_place(summaries: Iterable[ProductSummary]) -> dict[int, float]:
    """How much speaks for products by how popular they are among these: 1 for the first, and evenly less."""
    ordered = sorted(summaries, key=popularity, reverse=True)
    return {one.id: 1 - place / len(ordered) for place, one in enumerate(ordered)}


@dataclass(frozen=True)
class Shown:
    """Which products may be recommended to whom: what can be bought, and is neither theirs nor bought by them."""

    user_id: int
    bought: frozenset[int]
    besides: int = 0

    def __call__(self, summary: ProductSummary) -> bool:
        is_theirs = summary.seller_id == self.user_id or summary.id in self.bought
        return summary.stock > 0 and not is_theirs and summary.id != self.besides


class Mix:
    """Scores of products, while what speaks for them is added up."""

    def __init__(self) -> None:
        self._scores: dict[int, float] = {}
        self._known: dict[int, ProductSummary] = {}

    def know(self, summaries: Iterable[ProductSummary]) -> None:
        """What some products are, of which nothing may be said yet."""
        self._known |= {one.id: one for one in summaries}

    def add(self, strength: float, said: Mapping[int, float]) -> None:
        """Something speaks for some products, as much as it says for each."""
        for product_id, amount in said.items():
            self._scores[product_id] = self._scores.get(product_id, 0.0) + strength * amount

    def ranked(self, by_ids: Callable[[Sequence[int]], Iterable[ProductSummary]], is_shown: Shown) -> list[int]:
        """Those that may be shown, the best first; the more popular one of equals. `by_ids` says what products are that
        nobody has told of; of the many that hardly anything speaks for it is not asked."""
        hidden = {one.id for one in self._known.values() if not is_shown(one)} | is_shown.bought
        scores = {one: round(score, 9) for one, score in self._scores.items() if one not in hidden}
        first = sorted(scores, key=lambda one: (scores[one], one), reverse=True)[:MAX_RANKED]
        self.know(by_ids([one for one in first if one not in self._known]))
        shown = [self._known[one] for one in first if one in self._known and is_shown(self._known[one])]
        return [one.id for one in sorted(shown, key=lambda one: (scores[one.id], popularity(one)), reverse=True)]


def _words(name: str) -> set[str]:
    return {word for word in split(name) if len(word) >= _MIN_WORD}


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
