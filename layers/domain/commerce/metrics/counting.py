"""Counts what happened, each fact once: a batch becomes few transactions of receipts and of what is added.

A batch that comes again, in other company or in part, finds the receipts of what was counted, and counts the rest.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from commerce.catalog.model import Figures, Product
from commerce.catalog.service import Catalog, catalog
from commerce.events.model import OrderEvent
from commerce.kit import logs, settings
from commerce.kit.errors import Busy
from commerce.kit.tables import Table, TransactionRefused, Write, transact
from commerce.metrics.activity import (
    CartAddition,
    FavoriteChange,
    Visit,
    addition_fact,
    favorite_fact,
    visit_fact,
)
from commerce.metrics.model import Adding, Fact
from commerce.metrics.sales import facts_of_event
from commerce.metrics.store import SHARDS, MetricsStore

MAX_WRITES = 100  # DynamoDB's limit of one transaction.

Occurrence = Visit | FavoriteChange | CartAddition | OrderEvent


class Counting:
    """The one that writes counters."""

    def __init__(self, store: MetricsStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def count_messages(
        self, messages: Mapping[str, Sequence[Occurrence]], has_time: Callable[[], bool] = lambda: True
    ) -> set[str]:
        """Count what messages (or records) tell of, by their ids; the ids of those that have to come again."""
        failed: set[str] = set()
        facts: dict[str, list[Fact]] = {}
        products = self._products(one for told in messages.values() for one in told)
        for message_id, told in messages.items():
            try:
                facts[message_id] = [fact for one in told for fact in _facts(one, products)]
            except Exception as error:
                logs.failure("a message could not be counted", error, message_id=message_id)
                failed.add(message_id)
        uncounted = self.count([fact for some in facts.values() for fact in some], has_time)
        return failed | {name for name, some in facts.items() if any(fact.id in uncounted for fact in some)}

    def count(self, facts: Iterable[Fact], has_time: Callable[[], bool] = lambda: True) -> set[tuple[str, str]]:
        """Count the facts that have not been; the ids of those that could not be now."""
        pieces = {piece.id: (piece, fact.id) for fact in facts for piece in fact.pieces()}
        uncounted: set[tuple[str, str]] = set()
        for group in _groups(piece for piece, _ in pieces.values()):
            for piece in self._left_of(group, has_time):
                uncounted.add(pieces[piece.id][1])
        return uncounted

    def _left_of(self, group: list[Fact], has_time: Callable[[], bool]) -> list[Fact]:
        """What could not be counted of the facts of one transaction. One that can never be holds up no other."""
        if not has_time():
            return group
        try:
            self._count_together(group)
        except Exception as error:
            if isinstance(error, Busy) or len(group) == 1:
                logs.failure("facts could not be counted", error, subject=group[0].subject)
                return group
            return [one for fact in group for one in self._left_of([fact], has_time)]
        return []

    def _count_together(self, facts: list[Fact]) -> None:
        while facts:
            try:
                transact(self._writes(facts))
            except TransactionRefused as refusal:
                facts = [fact for number, fact in enumerate(facts) if number not in refusal.failures]
            else:
                return

    def _writes(self, facts: Sequence[Fact]) -> list[Write]:
        """The receipts first."""
        adding, figures = Adding(), dict[int, Figures]()
        for fact in facts:
            adding.add_all(fact.amounts)
            for product_id, more in fact.figures.items():
                figures[product_id] = figures[product_id].plus(more) if product_id in figures else more
        drawn = random.getrandbits(16)  # Where a sum is kept is no secret.
        return [
            *(self._store.receipt_write(fact) for fact in facts),
            *(self._store.add_write(counter, amounts, drawn % SHARDS) for counter, amounts in adding.total().items()),
            *(self._catalog.figures_write(product_id, drawn, more) for product_id, more in figures.items()),
        ]

    def _products(self, occurrences: Iterable[Occurrence]) -> dict[int, Product]:
        """The products that visits and favourites are of."""
        wanted = {one.product_id for one in occurrences if isinstance(one, Visit | FavoriteChange)}
        return {product.id: product for product in self._catalog.products(sorted(wanted))}


def _facts(told: Occurrence, products: Mapping[int, Product]) -> list[Fact]:
    match told:
        case OrderEvent():
            return facts_of_event(told)
        case CartAddition():
            return [addition_fact(told)]
    product = products.get(told.product_id)
    if product is None:
        return []
    if isinstance(told, FavoriteChange):
        return [favorite_fact(told, product.seller_id)]
    # What nobody can see has no visitors, and who looks after their own is none.
    is_counted = product.is_active and told.user_id != product.seller_id
    return [visit_fact(told, product.seller_id)] if is_counted else []


def _groups(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """The facts in groups, each of which fits into one transaction."""
    group: list[Fact] = []
    written: set[object] = set()
    for fact in facts:
        more = {*fact.amounts, *fact.figures}
        if group and len(group) + 1 + len(written | more) > MAX_WRITES:
            yield group
            group, written = [], set()
        group.append(fact)
        written |= more
    if group:
        yield group


@cache
def counting() -> Counting:
    """The counting over the tables that the environment names."""
    return Counting(MetricsStore(Table(settings.text("METRICS_TABLE"))), catalog())
