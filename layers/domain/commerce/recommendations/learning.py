"""Learns from what happens which products people meet together: a batch becomes few transactions.

What somebody met last and the partners that this gives to products are written together, by their versions, and what
somebody met last tells what was learned before: so whatever comes again, in any order, teaches once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from commerce.catalog.model import Product
from commerce.catalog.service import Catalog, catalog
from commerce.events.model import ORDER_MONEY_MOVED, ORDER_PART_MOVED, ORDER_PLACED, OrderEvent
from commerce.kit import logs, settings
from commerce.kit.contention import contended
from commerce.kit.errors import Busy
from commerce.kit.tables import Table, TransactionRefused, transact
from commerce.metrics.activity import FavoriteChange, Visit
from commerce.orders.status import Status
from commerce.recommendations.model import MAX_AT_ONCE, Encounter, Kind, Lesson, Partners, Purchase, Recent, met
from commerce.recommendations.store import Place, RecommendationStore

MAX_WRITES = 100  # DynamoDB's limit of one transaction.
_LESSONS = 50  # Of as many people one read has all.


class Learning:
    """The one that writes what recommendations are made of."""

    def __init__(self, store: RecommendationStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def learn_messages(
        self, messages: Mapping[str, Sequence[object]], has_time: Callable[[], bool] = lambda: True
    ) -> set[str]:
        """Learn from what messages (or records) tell of, by their ids; the ids of those that have to come again."""
        lessons = [(name, one) for name, told in messages.items() for each in told for one in lessons_of(each)]
        purchases = [(name, one) for name, told in messages.items() for each in told for one in purchases_of(each)]
        failed: set[str] = set()
        for learn, known, size in ((self._note, purchases, MAX_WRITES), (self._teach, lessons, _LESSONS)):
            for start in range(0, len(known), size):
                group = known[start : start + size]
                failed |= set() if _learned(learn, [one for _, one in group], has_time) else {name for name, _ in group}
        return failed

    def _note(self, purchases: Sequence[Purchase]) -> None:
        transact(self._store.purchase_writes(purchases))

    def _teach(self, lessons: Sequence[Lesson]) -> None:
        wanted = {product_id for lesson in lessons for product_id in lesson.product_ids}
        products = {product.id: product for product in self._catalog.products(sorted(wanted))}
        while lessons:
            lessons = lessons[self._teach_together(lessons, products) :]

    def _teach_together(self, lessons: Sequence[Lesson], products: Mapping[int, Product]) -> int:
        """Learn as many of the lessons as one transaction holds; how many that were. Raises Busy."""
        for _ in contended():
            draft = _Draft(self._store.recents({lesson.user_id for lesson in lessons}), products)
            taken = draft.take(lessons)
            changed = draft.changed()
            partners = draft.partners(self._store.partners(draft.places))
            writes = [self._store.recent_write(user_id, recent) for user_id, recent in changed.items()]
            writes += [self._store.partners_write(place, row) for place, row in partners.items()]
            try:
                if writes:
                    transact(writes)
            except TransactionRefused:
                continue
            return taken
        raise Busy


class _Draft:
    """What lessons change, while it is worked out."""

    def __init__(self, recents: Mapping[int, Recent], products: Mapping[int, Product]) -> None:
        self._before = recents
        self._now = dict(recents)
        self._products = products
        self._pairs: list[tuple[Place, Place, int]] = []
        self.places: set[Place] = set()

    def take(self, lessons: Sequence[Lesson]) -> int:
        """Take up lessons as long as there is room for what they write; how many."""
        people: set[int] = set()
        for number, lesson in enumerate(lessons):
            recent = self._now[lesson.user_id]
            history, pairs = met(recent.of(lesson.kind), self._encounters(lesson))
            places = self.places | {(one, lesson.kind) for pair in pairs for one in pair}
            people.add(lesson.user_id)
            if number and len(people) + len(places) > MAX_WRITES:
                return number
            self.places = places
            self._pairs += [((one, lesson.kind), (other, lesson.kind), lesson.at) for one, other in pairs]
            self._now[lesson.user_id] = Recent({**recent.histories, lesson.kind: history}, recent.version)
        return len(lessons)

    def changed(self) -> dict[int, Recent]:
        """What people met last, of those who met something."""
        return {
            user_id: recent
            for user_id, recent in self._now.items()
            if any(recent.of(kind) != self._before[user_id].of(kind) for kind in Kind)
        }

    def partners(self, rows: Mapping[Place, Partners]) -> dict[Place, Partners]:
        """The partners of products with those that the lessons add."""
        joined = dict(rows)
        for one, other, at in self._pairs:
            joined[one] = joined[one].joined(other[0], at)
            joined[other] = joined[other].joined(one[0], at)
        return joined

    def _encounters(self, lesson: Lesson) -> list[Encounter]:
        """Nobody recommends their own products by looking at them, or by buying them."""
        found = [self._products[one] for one in lesson.product_ids if one in self._products]
        return [Encounter(one.id, one.category_slug, lesson.at) for one in found if one.seller_id != lesson.user_id]


def _learned(learn: Callable[[Any], None], group: Sequence[object], has_time: Callable[[], bool]) -> bool:
    if not has_time():
        return False
    try:
        learn(group)
    except Exception as error:
        logs.failure("nothing could be learned of a batch", error)
        return False
    return True


def lessons_of(told: object) -> list[Lesson]:
    """What something that happened teaches of products that meet. Somebody without an account teaches nothing; an
    order does once it is paid, so that nobody lifts a product by orders that they let go."""
    match told:
        case Visit() if told.user_id:
            return [Lesson(told.user_id, Kind.VIEWED, (told.product_id,), told.at)]
        case FavoriteChange() if told.user_id and told.is_favorite:
            return [Lesson(told.user_id, Kind.VIEWED, (told.product_id,), told.at)]
        case OrderEvent() if told.name == ORDER_MONEY_MOVED:
            payload: Mapping[str, Any] = told.payload
            captured = [entry["at"] for entry in payload["entries"] if entry["kind"] == "capture"]
            product_ids = tuple(sorted(_products_of(payload))[:MAX_AT_ONCE])
            return [Lesson(payload["buyer_id"], Kind.BOUGHT, product_ids, at) for at in captured]
    return []


def purchases_of(told: object) -> Iterable[Purchase]:
    """What something that happened says of what people have bought. An order counts as soon as it is placed."""
    if not isinstance(told, OrderEvent):
        return ()
    payload: Mapping[str, Any] = told.payload
    is_cancelled = told.name == ORDER_PART_MOVED and payload["new_status"] == Status.CANCELLED
    if not is_cancelled and told.name != ORDER_PLACED:
        return ()
    return [Purchase(payload["buyer_id"], one, payload["order_id"], is_cancelled) for one in _products_of(payload)]


def _products_of(payload: Mapping[str, Any]) -> set[int]:
    # Events of an older form have no lines.
    return {line["product_id"] for line in payload.get("lines", ())}


@cache
def learning() -> Learning:
    """The learning over the tables that the environment names."""
    return Learning(RecommendationStore(Table(settings.text("RECOMMENDATIONS_TABLE"))), catalog())
