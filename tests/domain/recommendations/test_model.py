"""What is remembered of people and products: each pair once for a person, and nothing grows."""

import random
from collections import Counter
from itertools import combinations

from commerce.recommendations.model import (
    COMPANY,
    MAX_HISTORY,
    MAX_PARTNERS,
    PERIOD_MS,
    UNIT,
    Encounter,
    History,
    Partners,
    met,
)


def meet(history: History, *product_ids: int, at: int) -> tuple[History, set[frozenset[int]]]:
    after, pairs = met(history, [Encounter(one, "books", at) for one in product_ids])
    assert len(pairs) == len({frozenset(pair) for pair in pairs}), "no pair twice"
    return after, {frozenset(pair) for pair in pairs}


def pairs_of(*product_ids: int) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in combinations(product_ids, 2)}


def test_a_new_product_meets_the_others_once() -> None:
    history, pairs = meet((), 1, at=10)
    assert (pairs, [one.product_id for one in history]) == (set(), [1])
    history, pairs = meet(history, 2, 3, at=20)
    assert pairs == pairs_of(1, 2, 3)
    # Met again it is the latest, and nothing new.
    history, pairs = meet(history, 1, at=30)
    assert (pairs, [one.product_id for one in history]) == (set(), [1, 3, 2])
    # Heard late it does not go back in time.
    again, pairs = meet(history, 1, at=10)
    assert (pairs, again) == (set(), history)
    history, pairs = meet(history, 3, 4, at=40)
    assert pairs == {frozenset((4, one)) for one in (1, 2, 3)}


def test_a_history_is_bounded_and_tells_what_was_heard_before() -> None:
    heard: History = ()
    for number in range(1, 3 * MAX_HISTORY):
        heard, pairs = meet(heard, number, at=number)
        assert len(pairs) == min(number - 1, COMPANY)
        assert len(heard) <= MAX_HISTORY
    for number in range(1, 3 * MAX_HISTORY):
        assert meet(heard, number, at=number) == (heard, set()), "told again"
    # Without a bound in time the same would be learned again and again.
    forgetful = tuple(one for one in heard if one.product_id != 3 * MAX_HISTORY - 1)
    assert meet(forgetful, 1, at=3 * MAX_HISTORY)[1]


def test_partners_are_exact_while_they_are_few_in_any_order() -> None:
    draw = random.Random(5)
    told = [(draw.randrange(MAX_PARTNERS), draw.randrange(3) * PERIOD_MS) for _ in range(300)]
    rows = []
    for _ in range(2):
        row = Partners()
        for product_id, at in told:
            row = row.joined(product_id, at)
        rows.append((row.weights, row.inherited, row.period))
        draw.shuffle(told)
    expected: Counter[int] = Counter()
    for product_id, at in told:
        expected[product_id] += UNIT >> (2 - at // PERIOD_MS)
    assert rows[0] == rows[1] == (dict(expected), {}, 2)


def test_partners_are_bounded_and_keep_those_that_come_often() -> None:
    told = [1000 + number for number in range(2000)] + [1] * 60 + [2] * 40
    random.Random(5).shuffle(told)
    row = Partners()
    for product_id in told:
        row = row.joined(product_id, 0)
        assert len(row.weights) <= MAX_PARTNERS
        assert set(row.inherited) <= set(row.weights)
    assert sum(row.weights.values()) == len(told) * UNIT
    shares = row.shares(0)
    assert sorted(shares, key=lambda one: -shares[one])[:2] == [1, 2]
    # Who came once is no more than that, whatever they inherited.
    certain = {one: weight - row.inherited.get(one, 0) for one, weight in row.weights.items()}
    assert all(weight <= told.count(one) * UNIT for one, weight in certain.items())


def test_what_is_longer_ago_says_less_and_goes() -> None:
    old = Partners().joined(1, 0).joined(1, 0).joined(2, 0)
    row = old.joined(3, PERIOD_MS)
    assert row.weights == {1: UNIT, 2: UNIT // 2, 3: UNIT}
    assert old.shares(0)[1] > old.shares(PERIOD_MS)[1] > old.shares(5 * PERIOD_MS)[1]
    assert old.shares(20 * PERIOD_MS) == {}
    assert row.joined(4, 30 * PERIOD_MS).weights == {4: UNIT}
    assert row.joined(4, 30 * PERIOD_MS).joined(5, 0).weights == {4: UNIT}
    assert Partners().shares(0) == {}
    # One person's word is less than many people's.
    many = Partners()
    for _ in range(20):
        many = many.joined(1, 0)
    assert many.shares(0)[1] > 0.8 > 0.3 > Partners().joined(1, 0).shares(0)[1]
