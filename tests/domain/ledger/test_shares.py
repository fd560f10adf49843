"""Entries of the ledger by hand: every one balanced, and refunds that take back exactly what captures gave."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from commerce.ledger import model as ledger
from commerce.orders.model import Order, ShippingDetails
from commerce.orders.part import Part
from commerce.orders.payment import (
    Attempt,
    AttemptStatus,
    Dispute,
    DisputeStatus,
    Method,
    Provider,
    Refund,
    RefundStatus,
)

NOW = 1_736_330_400_000
REFERENCE = "ORD_7_0123456789"


def an_order(*parts: Part, commission_bp: int = 1_000) -> Order:
    return Order(
        id=7,
        number=1,
        buyer_id=5,
        channel="shop",
        currency="USD",
        lines=(),
        placed_delivery=ShippingDetails({}),
        commission_bp=commission_bp,
        placed_at=NOW,
        parts={part.seller_id: part for part in parts},
        updated_at=NOW,
        paid_by=REFERENCE,
    )


def an_attempt(**facts: int) -> Attempt:
    return Attempt(REFERENCE, Provider.STRIPE, Method.CARD, 0, "USD", AttemptStatus.SUCCEEDED, NOW, **facts)


def a_refund(shares: dict[int, int], amount: int = 0, **facts: bool) -> Refund:
    total = amount or sum(shares.values())
    return Refund(
        "REF", REFERENCE, Provider.STRIPE, "T", total, "USD", RefundStatus.DONE, "broken", NOW, shares, **facts
    )


def test_a_capture_is_shared_out() -> None:
    """11: items 100.00 with 10 % tax and 5.00 shipping; 12: items 33.33. The provider keeps 4.30."""
    order = an_order(Part(11, 10_000, tax_minor=1_000, shipping_minor=500), Part(12, 3_333))
    entry = ledger.capture(order, an_attempt(fee_minor=430), NOW)
    assert entry.postings == {
        "seller:11": -9_000,
        "seller:12": -3_000,
        "commission": -(1_000 + 333),
        "tax": -1_000,
        "shipping": -500,
        "provider:stripe": 10_000 + 1_500 + 3_333 - 430,
        "fees": 430,
    }
    assert sum(entry.postings.values()) == 0


@pytest.mark.parametrize(("items", "rate", "commission"), [(5, 1_000, 1), (4, 1_000, 0), (99, 0, 0), (99, 10_000, 99)])
def test_commission_is_rounded_half_up(items: int, rate: int, commission: int) -> None:
    part = Part(11, items)
    assert ledger.commission_of(part, rate) == commission
    assert ledger.shares(part, rate)["seller:11"] == items - commission


def test_commission_is_of_what_is_paid_for_the_items_and_of_nothing_else() -> None:
    part = Part(11, 10_000, discount_minor=2_000, tax_minor=700, shipping_minor=300)
    owed = ledger.shares(part, 1_000)
    assert owed == {"seller:11": 7_200, "commission": 800, "tax": 700, "shipping": 300}
    assert sum(owed.values()) == part.total_minor


def test_what_is_shared_out_is_exact_and_only_grows() -> None:
    draw = random.Random(7)
    for _ in range(200):
        weights = {str(number): draw.choice([0, 1, 7, draw.randint(0, 10_000)]) for number in range(draw.randint(1, 6))}
        whole = sum(weights.values())
        amounts = sorted(draw.randint(0, whole) for _ in range(5))
        taken = [ledger.shared_out(amount, weights) for amount in (0, *amounts, whole)]
        for amount, one in zip((0, *amounts, whole), taken, strict=True):
            assert sum(one.values()) == amount
        for before, after in pairwise(taken):
            assert all(before[account] <= after[account] <= weights[account] for account in weights)
        assert taken[-1] == weights


def test_refunds_in_any_pieces_take_back_what_the_capture_gave() -> None:
    draw = random.Random(11)
    for _ in range(50):
        part = Part(11, draw.randint(1, 9_999), tax_minor=draw.randint(0, 999), shipping_minor=draw.randint(0, 999))
        part = replace(part, captured_minor=part.total_minor, promised_minor=part.total_minor)
        order = an_order(part, commission_bp=draw.choice([0, 333, 1_000, 10_000]))
        captured = ledger.capture(order, an_attempt(), NOW).postings
        sums = dict(captured)
        while left := part.total_minor - order.parts[11].refunded_minor:
            amount = draw.randint(1, left)
            entry = ledger.refund(order, a_refund({11: amount}), NOW)
            assert sum(entry.postings.values()) == 0
            for account, posted in entry.postings.items():
                sums[account] = sums.get(account, 0) + posted
            gone = order.parts[11].refunded_minor + amount
            order = replace(order, parts={11: replace(part, refunded_minor=gone)})
        assert not any(sums.values())


def test_a_refund_that_comes_back_is_the_same_with_the_other_sign() -> None:
    part = Part(11, 10_001, captured_minor=10_001, promised_minor=10_001)
    order = an_order(part)
    gone = ledger.refund(order, a_refund({11: 3_333}), NOW)
    after = replace(order, parts={11: replace(part, refunded_minor=3_333)})
    back = ledger.refund(after, a_refund({11: 3_333}), NOW + 1, sign=-1)
    assert {account: -amount for account, amount in gone.postings.items()} == back.postings
    assert (gone.kind, back.kind, gone.key != back.key) == ("refund", "refund_returned", True)


def test_what_a_person_gave_back_did_not_come_from_the_provider() -> None:
    order = an_order(Part(11, 1_000, captured_minor=1_000, promised_minor=1_000))
    entry = ledger.refund(order, a_refund({11: 1_000}, by_hand=True), NOW)
    assert entry.postings == {"provider:offline": -1_000, "seller:11": 900, "commission": 100}


def test_money_that_the_order_does_not_need_belongs_to_nobody_and_goes_back_whole() -> None:
    arrived = ledger.surplus(an_attempt(fee_minor=30), 1_000, NOW, with_fee=True)
    assert arrived.postings == {"surplus": -1_000, "provider:stripe": 970, "fees": 30}
    over = ledger.surplus(an_attempt(fee_minor=30), 1_000, NOW, with_fee=False)
    assert over.postings == {"surplus": -1_000, "provider:stripe": 1_000}
    back = ledger.refund(an_order(Part(11, 1)), a_refund({}, 1_000), NOW)
    assert back.postings == {"surplus": 1_000, "provider:stripe": -1_000}


def a_dispute(status: DisputeStatus, fee: int = 0) -> Dispute:
    return Dispute("D", REFERENCE, Provider.STRIPE, 1_000, "USD", status, NOW, fee_minor=fee)


@pytest.mark.parametrize(
    ("before", "after", "postings"),
    [
        (None, a_dispute(DisputeStatus.OPEN, 15), {"disputed": 1_000, "fees": 15, "provider:stripe": -1_015}),
        (a_dispute(DisputeStatus.OPEN), a_dispute(DisputeStatus.WON), {"disputed": -1_000, "provider:stripe": 1_000}),
        (a_dispute(DisputeStatus.OPEN), a_dispute(DisputeStatus.LOST), {"disputed": -1_000, "disputes_lost": 1_000}),
        (None, a_dispute(DisputeStatus.LOST), {"disputes_lost": 1_000, "provider:stripe": -1_000}),
        (None, a_dispute(DisputeStatus.WON), None),
    ],
)
def test_what_a_dispute_moves(before: Dispute | None, after: Dispute, postings: dict[str, int] | None) -> None:
    entries = ledger.disputed(before, after, NOW)
    assert [entry.postings for entry in entries] == ([postings] if postings else [])
