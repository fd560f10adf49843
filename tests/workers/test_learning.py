"""What recommendations are made of is learned from what is counted: whatever is repeated, reordered or broken off, each
person teaches each pair of products once."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from unittest.mock import patch

import pytest

from commerce.catalog.model import NewProduct
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.kit import clock
from commerce.kit.principal import Principal
from commerce.metrics.activity import CLICK, VIEW, Visit
from commerce.metrics.service import metrics
from commerce.recommendations import learning as learning_module
from commerce.recommendations.learning import Learning, learning
from commerce.recommendations.model import MAX_HISTORY, UNIT, Encounter, Kind, Lesson, met
from support.counted import handler
from support.samples import queue_message
from support.seam import Call, around
from support.small_shop import SmallShop, small_shop


@pytest.fixture
def shop() -> Iterator[SmallShop]:
    with small_shop() as shop:
        yield shop


def more_products(shop: SmallShop, number: int) -> None:
    for one in range(number):
        category = "electronics" if one % 2 else "books"
        catalog().add_category(None, category.title())
        draft = NewProduct(name=f"More {one}", price_minor=100, stock=9, category_slug=category)
        shop.products.append(catalog().create(Principal(13, is_seller=True), draft).value.id)


def view(shop: SmallShop, user_id: int, position: int, kind: str = VIEW) -> dict[str, Any]:
    visit = Visit(kind, shop.products[position], clock.now_ms(), user_id=user_id)
    return queue_message(visit.message(), f"{user_id} {position} {clock.now_ms()} {kind}")


def tell(*records: dict[str, Any]) -> list[str]:
    answer = handler({"Records": list(records)}, None)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def partners(shop: SmallShop, kind: Kind) -> dict[tuple[int, int], int]:
    """How many people met each pair of products (by position, each pair both ways)."""
    position = {product_id: number for number, product_id in enumerate(shop.products)}
    found = learning()._store.partners([(one, kind) for one in shop.products])
    return {
        (position[one], position[other]): weight // UNIT
        for (one, _), row in found.items()
        for other, weight in row.weights.items()
    }


def both_ways(*pairs: tuple[int, int]) -> dict[tuple[int, int], int]:
    counted = Counter(pairs)
    return dict(counted) | {(other, one): number for (one, other), number in counted.items()}


def shopper(user_id: int) -> Any:
    return learning()._store.shopper(user_id)


def test_views_clicks_and_favourites_teach_what_is_viewed_together(shop: SmallShop) -> None:
    slug = catalog().products([shop.products[2]])[0].slug
    assert tell(view(shop, 21, 0), view(shop, 21, 1, CLICK), view(shop, 22, 0)) == []
    favorites().toggle(Principal(21), slug)
    favorites().toggle(Principal(21), slug)
    favorites().toggle(Principal(23), slug)
    shop.deliveries.deliver()
    # Nobody learns from who has no account, from a seller's own, or of what does not exist.
    stranger = queue_message(Visit(VIEW, shop.products[1], clock.now_ms(), visitor="v").message(), "s")
    gone = queue_message(Visit(VIEW, 5, clock.now_ms(), user_id=22).message(), "g")
    assert tell(stranger, gone, view(shop, 11, 0), view(shop, 11, 2), view(shop, 11, 1)) == []
    assert partners(shop, Kind.VIEWED) == both_ways((0, 1), (0, 2), (1, 2))
    latest = [one.product_id for one in shopper(21).recent.of(Kind.VIEWED)]
    assert sorted(latest) == sorted(shop.products)
    assert [one.category for one in shopper(11).recent.of(Kind.VIEWED)] == ["electronics"]
    assert partners(shop, Kind.BOUGHT) == {}


def test_orders_teach_when_they_are_paid_and_are_bought_when_they_are_placed(shop: SmallShop) -> None:
    shop.place((0, 1), (1, 2))
    shop.paid((0, 1), (2, 1), buyer=22)
    shop.paid((1, 1), buyer=22)
    shop.deliveries.deliver()
    assert partners(shop, Kind.BOUGHT) == both_ways((0, 2), (0, 1), (1, 2))
    assert shopper(21).recent.of(Kind.BOUGHT) == ()
    assert shopper(21).bought == {shop.products[0], shop.products[1]}
    # Of the first order a part is taken back; what was bought in another order as well stays bought.
    shop.place((1, 1))
    shop.cancel(shop.orders[0], 11)
    shop.deliveries.deliver()
    assert shopper(21).bought == {shop.products[1]}
    shop.cancel(shop.orders[0])
    shop.deliveries.deliver()
    assert shopper(21).bought == {shop.products[1]}
    # Heard of in any other order, and again, it is the same.
    sent = list(shop.deliveries.sent)
    shop.database.tables["Recommendations"].clear()
    for number in range(2):
        random.Random(number).shuffle(sent)
        shop.deliveries.send(sent[:5])
        shop.deliveries.send(sent)
    assert shopper(21).bought == {shop.products[1]}
    assert partners(shop, Kind.BOUGHT) == both_ways((0, 2), (0, 1), (1, 2))


def history(shop: SmallShop, draw: random.Random) -> tuple[list[dict[str, Any]], Counter[tuple[int, int]]]:
    """Views of some people, and how many of them viewed each pair: written from the rule and not from the code."""
    records, viewed = [], dict[int, set[int]]()
    for _ in range(25):
        user_id, position = draw.randrange(21, 25), draw.randrange(len(shop.products))
        shop.shift(minutes=draw.choice([0, 1, 70, 1_500]))
        records.append(view(shop, user_id, position))
        viewed.setdefault(user_id, set()).add(position)
    return records, Counter(pair for seen in viewed.values() for pair in combinations(sorted(seen), 2))


def naive(self: Learning, lessons: list[Lesson]) -> None:
    """Writes what each message says beside everybody else, whatever was heard before."""
    for lesson in lessons:
        recent = self._store.recents({lesson.user_id})[lesson.user_id]
        earlier = [one.product_id for one in recent.of(lesson.kind) if one.product_id not in lesson.product_ids]
        for place, other in [((lesson.product_ids[0], lesson.kind), other) for other in earlier]:
            row = self._store.partners([place])[place]
            learning_module.transact([self._store.partners_write(place, row.joined(other, lesson.at))])
        after, _ = met(recent.of(lesson.kind), [Encounter(one, "", lesson.at) for one in lesson.product_ids])
        changed = type(recent)({**recent.histories, lesson.kind: after}, recent.version)
        learning_module.transact([self._store.recent_write(lesson.user_id, changed)])


def retold(records: list[dict[str, Any]], draw: random.Random) -> None:
    """Every message twice, in any order, in batches of any size."""
    records = records * 2
    draw.shuffle(records)
    while records:
        size = draw.randint(1, 9)
        assert tell(*{one["messageId"]: one for one in records[:size]}.values()) == []
        records = records[size:]


@pytest.mark.parametrize("seed", range(6))
def test_a_plain_recomputation_comes_to_the_same(shop: SmallShop, seed: int) -> None:
    draw = random.Random(seed)
    more_products(shop, 2)
    records, expected = history(shop, draw)
    retold(records, draw)
    assert partners(shop, Kind.VIEWED) == both_ways(*expected.elements())


def test_control_without_a_memory_of_what_was_heard_pairs_count_twice(shop: SmallShop) -> None:
    draw = random.Random(0)
    more_products(shop, 2)
    records, expected = history(shop, draw)
    with patch.object(Learning, "_teach", naive):
        retold(records, draw)
    assert partners(shop, Kind.VIEWED) != both_ways(*expected.elements())


def meet_while_others_do(shop: SmallShop) -> None:
    """Before a learner's first write another one learns of the same products."""
    assert tell(view(shop, 21, 0), view(shop, 22, 0)) == []
    others = [view(shop, 22, 1)]

    def interrupted(call: Call) -> Any:
        if call.operation == "TransactWriteItems" and "Recommendations" in str(call.arguments) and others:
            assert tell(others.pop()) == []
        return call.make()

    with around(interrupted):
        assert tell(view(shop, 21, 1)) == []
    assert others == []


def test_two_learners_of_one_product_lose_nothing(shop: SmallShop) -> None:
    meet_while_others_do(shop)
    assert partners(shop, Kind.VIEWED) == both_ways((0, 1), (0, 1))


def test_control_without_versions_they_lose(shop: SmallShop) -> None:
    from commerce.kit.tables import Table

    plain = Table.put
    with patch.object(Table, "put", lambda self, item, **_: plain(self, item)):
        meet_while_others_do(shop)
    assert partners(shop, Kind.VIEWED) == both_ways((0, 1))


def test_a_batch_is_few_transactions_and_nothing_grows(shop: SmallShop) -> None:
    calls: Counter[str] = Counter()

    def counted(call: Call) -> Any:
        calls[call.operation] += "Recommendations" in str(call.arguments)
        return call.make()

    # Forty people come from one product to another: its row is written once for all that fit.
    with around(counted):
        for position in (0, 1):
            assert tell(*(view(shop, user_id, position) for user_id in range(100, 140))) == []
    assert calls == {"BatchGetItem": 3, "TransactWriteItems": 2}
    assert partners(shop, Kind.VIEWED) == both_ways(*[(0, 1)] * 40)
    # Whoever looks at more than is remembered, and whatever meets more than are kept.
    more_products(shop, 80)
    for position in range(len(shop.products)):
        shop.shift(minutes=1)
        assert (
            tell(view(shop, 150, position), view(shop, 200 + position, position), view(shop, 200 + position, 0)) == []
        )
    assert len(shopper(150).recent.of(Kind.VIEWED)) == MAX_HISTORY
    items = shop.database.tables["Recommendations"]
    row = learning()._store.partners([(shop.products[0], Kind.VIEWED)])[shop.products[0], Kind.VIEWED]
    assert (len(row.weights), row.weights[shop.products[1]]) == (64, 42 * UNIT)
    assert max(len(str(item)) for item in items.values()) < 12_000


def test_what_cannot_be_learned_is_counted_once_and_comes_again(shop: SmallShop) -> None:
    records = [view(shop, 21, 0), view(shop, 21, 1)]

    def broken(call: Call) -> Any:
        if "Recommendations" in str(call.arguments):
            raise TimeoutError
        return call.make()

    with around(broken):
        assert tell(*records) == [one["messageId"] for one in records]
    for _ in range(2):
        assert metrics().of_seller(Principal(11, is_seller=True)).total.views == 1
        assert tell(*records) == []
    assert partners(shop, Kind.VIEWED) == both_ways((0, 1))
    # Without time nothing is begun.
    assert learning().learn_messages({"m": [Visit(VIEW, shop.products[2], 1, 21)]}, lambda: False) == {"m"}
