"""The counting worker: whatever is repeated, reordered, broken off or unreadable, each fact is counted once."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalog.changes import ProductChange
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.kit import clock
from commerce.kit.days import date_of
from commerce.kit.principal import Principal
from commerce.metrics.activity import CLICK, VIEW, Visit
from commerce.metrics.model import Adding, Counter, Numbers
from commerce.metrics.service import metrics
from support.counted import handler, name_of
from support.faults import Fault, fault_at
from support.samples import queue_message, sample
from support.seam import Call, around
from support.small_shop import SmallShop, small_shop


@pytest.fixture
def shop() -> Iterator[SmallShop]:
    with small_shop() as shop:
        yield shop


class HasTime:
    """A context of Lambda with time enough."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def visit(shop: SmallShop, position: int = 0, kind: str = VIEW, user_id: int = 0, visitor: str = "v") -> Visit:
    said = {} if user_id else {"visitor": visitor}
    return Visit(kind, shop.products[position], clock.now_ms(), user_id, **said)


def messages(*visits: Visit) -> list[dict[str, Any]]:
    return [queue_message(one.message(), f"m{number}") for number, one in enumerate(visits)]


def count(records: list[dict[str, Any]]) -> list[str]:
    answer = handler({"Records": records}, HasTime())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def of_seller(seller_id: int = 11) -> Numbers:
    return metrics().of_seller(Principal(seller_id, is_seller=True)).total


def test_views_and_clicks_count_once_for_a_visitor_and_hour(shop: SmallShop) -> None:
    told = [
        visit(shop, visitor="a"),
        visit(shop, visitor="a"),
        visit(shop, visitor="b"),
        visit(shop, user_id=21),
        visit(shop, user_id=21, kind=CLICK),
        visit(shop, position=2, visitor="a"),
    ]
    assert count(messages(*told)) == []
    shop.shift(minutes=20)  # The hour goes on.
    assert count(messages(visit(shop, visitor="a"))) == []
    shop.shift(minutes=60)
    assert count(messages(visit(shop, visitor="a"))) == []
    numbers = of_seller()
    assert (numbers.views, numbers.clicks) == (5, 1)
    figures = catalog().whole_products([shop.products[0]])[0].figures
    assert (figures.views, figures.clicks) == (4, 1), "lists and details show the same"
    receipts = [item for (pk, _), item in shop.database.tables["Metrics"].items() if pk.startswith("FACT#visit")]
    assert len(receipts) == 6
    assert all("expires_at" in item for item in receipts)


def test_own_hidden_and_unknown_products_have_no_visitors(shop: SmallShop) -> None:
    seller = Principal(12, is_seller=True)
    catalog().change(seller, shop.products[1], ProductChange(is_active=False))
    unknown = Visit(VIEW, 5, clock.now_ms(), visitor="v")
    assert count(messages(visit(shop, user_id=11), visit(shop, position=1), unknown)) == []
    assert (of_seller(11).views, of_seller(12).views) == (0, 0)
    assert len(shop.database.tables["Metrics"]) == 0


def test_favourites_and_carts_are_told_by_their_tables(shop: SmallShop) -> None:
    slug = catalog().products([shop.products[0]])[0].slug
    for _ in range(3):
        favorites().toggle(Principal(21), slug)
    favorites().toggle(Principal(22), slug)
    shop.place((0, 1), (2, 1))
    shop.place((0, 2), buyer=22)
    shop.deliveries.deliver()
    shop.deliveries.send(shop.deliveries.sent)
    numbers = of_seller()
    assert (numbers.favorites, numbers.cart_additions, numbers.orders, numbers.units) == (2, 3, 2, 4)


def test_more_pieces_and_a_merged_guest_s_cart_are_no_further_additions(shop: SmallShop) -> None:
    from commerce.carts.model import Owner
    from commerce.carts.service import carts

    guest = Owner.session("digest")
    for _ in range(2):
        carts().add(guest, shop.products[0], 1)
    carts().add(Owner.account(21), shop.products[2], 1)
    carts().merge(guest, Owner.account(21))
    assert len(carts().cart(Owner.account(21)).lines) == 2
    shop.deliveries.deliver()
    assert of_seller().cart_additions == 2
    # Taken out and put in again it is one more.
    carts().remove(Owner.account(21), shop.products[0])
    carts().add(Owner.account(21), shop.products[0], 1)
    shop.deliveries.deliver()
    assert of_seller().cart_additions == 3


def history(shop: SmallShop) -> list[dict[str, Any]]:
    """Everything that the worker is told of a small history."""
    shop.paid((0, 2), (1, 1))
    shop.cancel(shop.orders[0], 12)
    shop.refund(shop.orders[0], 500)
    favorites().toggle(Principal(21), catalog().products([shop.products[0]])[0].slug)
    shop.deliveries.collect()
    visits = messages(*(visit(shop, visitor=str(number % 5)) for number in range(12)))
    return [*shop.deliveries.sent, *visits]


def counters(shop: SmallShop) -> dict[Any, dict[str, int]]:
    """Everything that is counted and not nothing, over the shards."""
    today = date_of(clock.now_ms())
    store, adding = metrics()._store, Adding()
    for day, currency, account, amounts in store.of_shop(today, today):
        adding.add(Counter(day, currency=currency, account=account), **amounts)
    for seller in (11, 12):
        for day, amounts in store.of_seller(seller, today, today).items():
            adding.add(Counter(day, seller), **amounts)
    for product in shop.products:
        for day, amounts in store.of_product_days(product, today, today).items():
            adding.add(Counter(day, 0, product), **amounts)
    return adding.total()


def split(records: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Messages and records, as they come to a function apart."""
    return [some for kind in ("body", "dynamodb") if (some := [one for one in records if kind in one])]


def test_every_message_twice_in_other_batches_and_a_crash_anywhere_count_once(shop: SmallShop) -> None:
    told = history(shop)
    for batch in split(told):
        assert count(batch) == []
    expected = counters(shop)
    for fault in Fault:
        for position in (0, 1, 2, 4):
            with small_shop() as again:
                draw = random.Random(position)
                both = history(again) + [dict(one) for one in again.deliveries.sent]
                draw.shuffle(both)
                for start in range(0, len(both), 7):
                    for batch in split(both[start : start + 7]):
                        batch = list({name_of(one): one for one in batch}.values())
                        with fault_at(position, fault):
                            try:
                                failed = count(batch)
                            except BotoCoreError:
                                failed = [name_of(one) for one in batch]
                        assert count([one for one in batch if name_of(one) in failed]) == []
                assert counters(again) == expected, f"{fault} at {position}"


def test_control_reading_adding_and_writing_counts_twice(shop: SmallShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A consumer without receipts that reads a sum, adds, and writes it."""
    total: dict[Any, int] = {}

    def naive(self: Any, facts: Any, has_time: Any = None) -> set[Any]:
        for fact in facts:
            for counter, amounts in fact.amounts.items():
                for name, amount in amounts.items():
                    total[counter, name] = total.get((counter, name), 0) + amount
                    key = self._store.add_write(counter, {name: total[counter, name]}, 0)
                    shard = shop.database.tables["Metrics"]
                    pk = key.content["Key"]["pk"]["S"], key.content["Key"]["sk"]["S"]
                    shard[pk] = {**shard.get(pk, key.content["Key"]), name: {"N": str(total[counter, name])}}
        return set()

    told = messages(visit(shop, visitor="a"), visit(shop, visitor="b"))
    monkeypatch.setattr("commerce.metrics.counting.Counting.count", naive)
    count(told)
    assert of_seller().views == 2
    count(told)
    assert of_seller().views == 4, "wrong, as it has to be"


VISITS = st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([VIEW, CLICK]))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([VIEW, CLICK])), max_size=30), st.data()
)
def test_any_sequence_counts_what_a_set_of_it_has(told: list[tuple[int, int, str]], data: Any) -> None:
    with small_shop() as shop:
        said = messages(*(visit(shop, position, kind, visitor=str(who)) for position, who, kind in told))
        for _ in range(2):
            order = data.draw(st.permutations(said))
            for start in range(0, len(order), 6):
                assert count(list(order[start : start + 6])) == []
        for seller, positions in ((11, (0, 2)), (12, (1,))):
            for kind, name in ((VIEW, "views"), (CLICK, "clicks")):
                distinct = {one for one in told if one[0] in positions and one[2] == kind}
                assert getattr(of_seller(seller), name) == len(distinct)


def test_a_hundred_messages_are_few_transactions_of_at_most_a_hundred_writes(shop: SmallShop) -> None:
    sizes: list[int] = []

    def seen(call: Call) -> Any:
        if call.operation == "TransactWriteItems":
            sizes.append(len(call.arguments["TransactItems"]))
        return call.make()

    with around(seen):
        assert count(messages(*(visit(shop, visitor=str(number)) for number in range(100)))) == []
    assert len(sizes) == 2
    assert max(sizes) <= 100
    assert of_seller().views == 100
    figures = [key for key in shop.database.tables["Catalog"] if key[1].startswith("FIGURES#")]
    assert 1 <= len(figures) <= 2, "the indexer is woken for a transaction and not for a view"


def test_what_cannot_be_read_comes_again_alone(shop: SmallShop) -> None:
    good = messages(visit(shop))
    bad = [
        queue_message({"detail-type": "OrderPlaced", "detail": {"version": 1}}, "bad"),
        queue_message({"kind": "stare", "product_id": 1, "at": 1}, "worse"),
        {**good[0], "messageId": "worst", "body": "{"},
    ]
    old = json.loads(sample("sqs-order-placed")["Records"][0]["body"])
    bad.append(queue_message(old, "older form"))
    assert count([*bad[:2], *good, *bad[2:]]) == ["bad", "worse", "worst", "older form"]
    assert of_seller().views == 1


def test_throttled_facts_come_again_and_a_fact_that_never_succeeds_holds_up_no_other(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce.kit.contention.BUDGET_SECONDS", 0.0)
    throttled = [True]

    def troubled(call: Call) -> Any:
        writes = call.arguments.get("TransactItems", [])
        if throttled[0] and writes:
            reasons = [{"Code": "ThrottlingError"}, *({"Code": "None"} for _ in writes[1:])]
            raise call.client.exceptions.TransactionCanceledException(CancellationReasons=reasons)
        if len(writes) > 1 and any(one.get("Put", {}).get("Item", {}).get("sk") == {"S": CLICK} for one in writes):
            raise call.client.exceptions.TransactionCanceledException(CancellationReasons=[{"Code": "ValidationError"}])
        return call.make()

    told = messages(visit(shop), visit(shop, kind=CLICK), visit(shop, visitor="b"))
    with around(troubled):
        assert count(told) == ["m0", "m1", "m2"]
        throttled[0] = False
        assert count(told) == ["m1"]
    assert count(told) == []
    assert (of_seller().views, of_seller().clicks) == (2, 1)


def test_without_time_nothing_is_begun(shop: SmallShop) -> None:
    class NoTime:
        def get_remaining_time_in_millis(self) -> int:
            return 1_000

    answer = handler({"Records": messages(visit(shop))}, NoTime())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert of_seller().views == 0
