"""What people's doings add to the counters: views and clicks, favourites, additions to carts. Rules only."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from commerce.catalog.model import Figures
from commerce.kit.days import day_of
from commerce.metrics.model import Adding, Fact, of_product, of_seller

VIEW, CLICK = "view", "click"
HOUR_MS = 3_600_000
_COUNTED_AS = {VIEW: "views", CLICK: "clicks"}
# Longer than a message can wait: four days in its queue and fourteen among the dead letters.
VISIT_SECONDS = 30 * 86_400
# Longer than a batch of a stream's records can wait for an operator: ninety days.
RECORD_SECONDS = 120 * 86_400


@dataclass(frozen=True)
class Visit:
    """A view or a click of a product by somebody: a user, or by a digest whoever has no account."""

    kind: str
    product_id: int
    at: int
    user_id: int = 0
    visitor: str = ""

    def message(self) -> dict[str, Any]:
        """As it is sent."""
        return asdict(self)


@dataclass(frozen=True)
class FavoriteChange:
    """A product became the favourite of a user, or is none any more, as the stream's record `record_id` tells."""

    record_id: str
    user_id: int
    product_id: int
    at: int
    is_favorite: bool


@dataclass(frozen=True)
class CartAddition:
    """A product came into a cart in which it was not, as the stream's record `record_id` tells."""

    record_id: str
    product_id: int
    seller_id: int
    at: int


def visit_from(message: dict[str, Any]) -> Visit:
    """A message as a visit. Raises ValueError for another one's, TypeError for what is missing."""
    visit = Visit(**message)
    if visit.kind not in _COUNTED_AS:
        raise ValueError(f"no visit: {visit.kind}")
    return visit


def visitor_digest(product_id: int, at: int, *marks: str) -> str:
    """Whom a visitor without an account is told by: nothing that leads back to their address, and another for each
    product and hour, so that no two visits can be put together."""
    said = "\n".join((str(product_id), str(at // HOUR_MS), *marks))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def visit_fact(visit: Visit, seller_id: int) -> Fact:
    """The visit of a visitor's hour."""
    who = f"user {visit.user_id}" if visit.user_id else visit.visitor
    said = f"{visit.kind} {visit.product_id} {visit.at // HOUR_MS} {who}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    name = _COUNTED_AS[visit.kind]
    return Fact(
        f"visit {digest}",
        visit.kind,
        _amounts(seller_id, visit.product_id, visit.at, name, 1),
        {visit.product_id: Figures(**{name: 1})},
        VISIT_SECONDS,
    )


def favorite_fact(change: FavoriteChange, seller_id: int) -> Fact:
    """A favourite more, or one less."""
    by = 1 if change.is_favorite else -1
    amounts = _amounts(seller_id, change.product_id, change.at, "favorites", by)
    return Fact(f"record {change.record_id}", f"favorite {change.product_id}", amounts, keep_seconds=RECORD_SECONDS)


def addition_fact(addition: CartAddition) -> Fact:
    """A product came into a cart."""
    amounts = _amounts(addition.seller_id, addition.product_id, addition.at, "cart_additions", 1)
    return Fact(f"record {addition.record_id}", f"cart {addition.product_id}", amounts, keep_seconds=RECORD_SECONDS)


def _amounts(seller_id: int, product_id: int, at: int, name: str, by: int) -> Any:
    adding, day = Adding(), day_of(at)
    for counter in (*of_seller(seller_id, day), *of_product(seller_id, product_id, day)):
        adding.add(counter, **{name: by})
    return adding.total()
