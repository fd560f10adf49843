"""A small model of the shop's money and stock, written from the rules and not from the code: what has to be true of
every order after every step, whatever happened."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from commerce.orders.model import Order
from commerce.orders.payment import AttemptStatus, DisputeStatus, RefundStatus
from commerce.orders.status import PaymentStatus, Status

COMMISSION = Fraction(1, 10)
WAY = [Status.PENDING, Status.CONFIRMED, Status.AWAITING_SHIPMENT, Status.SHIPPED, Status.DELIVERED]


def shared(amount: int, weights: dict[int, int]) -> dict[int, int]:
    """An amount in proportion to weights, the odd units to the largest remainders, smallest key first."""
    whole = sum(weights.values())
    exact = {key: Fraction(amount * weight, whole) for key, weight in weights.items()}
    given = {key: floor(share) for key, share in exact.items()}
    odd = sorted(weights, key=lambda key: (given[key] - exact[key], key))[: amount - sum(given.values())]
    return {key: share + (key in odd) for key, share in given.items()}


@dataclass
class Sale:
    """What one buyer ordered, as the model knows it: (product, seller, price, pieces), tax percent, shipping."""

    buyer: int
    lines: list[tuple[int, int, int, int]]
    tax_percent: int
    shipping: int
    statuses: dict[int, Status] = field(default_factory=dict)

    @property
    def items(self) -> dict[int, int]:
        sums: dict[int, int] = {}
        for _, seller, price, pieces in sorted(self.lines, key=lambda line: line[1]):
            sums[seller] = sums.get(seller, 0) + price * pieces
        return sums

    @property
    def tax(self) -> dict[int, int]:
        whole = sum(self.items.values())
        return shared(floor(Fraction(whole * self.tax_percent, 100) + Fraction(1, 2)), self.items)

    @property
    def freight(self) -> dict[int, int]:
        return shared(self.shipping, self.items)

    def total(self, seller: int) -> int:
        return self.items[seller] + self.tax[seller] + self.freight[seller]

    def belongs(self, seller: int) -> dict[str, int]:
        """To whom the money of a part belongs."""
        cut = floor(self.items[seller] * COMMISSION + Fraction(1, 2))
        return {
            f"seller:{seller}": self.items[seller] - cut,
            "commission": cut,
            "tax": self.tax[seller],
            "shipping": self.freight[seller],
        }


def check_order(order: Order, sale: Sale, taken: dict[str, tuple[int, int]], gone: dict[str, int]) -> None:
    """What must hold of an order. `taken` is what providers took, by attempt: (amount, fee); `gone` what they gave back
    for it, by refund."""
    live = [part for part in order.parts.values() if part.status is not Status.CANCELLED]
    assert order.buyer_id == sale.buyer, "an order of somebody else"
    assert {(line.product_id, line.seller_id, line.price_minor, line.quantity) for line in order.lines} == set(
        sale.lines
    )
    for seller, part in order.parts.items():
        assert part.total_minor == sale.total(seller), "a part costs what it did not"
        assert 0 <= part.refunded_minor <= part.promised_minor <= part.captured_minor <= part.total_minor
        before = sale.statuses.get(seller, Status.PENDING)
        if before is Status.CANCELLED:
            assert part.status is Status.CANCELLED, "a cancelled part came back"
        elif part.status is not Status.CANCELLED:
            assert WAY.index(part.status) >= WAY.index(before), "a part went backwards"
        if part.status is Status.CANCELLED:
            assert part.promised_minor == part.captured_minor, "a cancelled part keeps money"
        elif order.is_paid:
            assert part.captured_minor == part.total_minor, "a paid order has a part that nobody paid"
        sale.statuses[seller] = part.status
    assert order.total_minor == sum(sale.total(part.seller_id) for part in live or order.parts.values())
    if order.payment_status is PaymentStatus.FAILED:
        assert not live, "a payment failed for ever while something is on its way"
    _check_promises(order, taken)
    _check_ledger(order, sale, taken, gone)


def _check_promises(order: Order, taken: dict[str, tuple[int, int]]) -> None:
    """All that the providers took and we know of belongs to a part, or is promised back."""
    closed = [one for one in order.attempts if one.status in (AttemptStatus.SUCCEEDED, AttemptStatus.SURPLUS)]
    arrived = sum(one.captured_minor for one in closed)
    for attempt in closed:
        if attempt.reference in taken:
            assert attempt.captured_minor == taken[attempt.reference][0], "not what the provider took"
    promised = sum(refund.amount_minor for refund in order.refunds)
    kept = sum(part.captured_minor - part.promised_minor for part in order.parts.values())
    assert arrived - promised == kept, "the buyer pays for what is cancelled, or is paid twice"
    assert sum(one.status is AttemptStatus.SUCCEEDED for one in order.attempts) == order.is_paid
    for refund in order.refunds:
        assert refund.is_surplus or refund.amount_minor == sum(refund.shares.values())


def _check_ledger(order: Order, sale: Sale, taken: dict[str, tuple[int, int]], gone: dict[str, int]) -> None:
    """Each account means what its name says."""
    sums: Counter[str] = Counter()
    for entry in order.journal:
        assert sum(entry.postings.values()) == 0
        sums.update(entry.postings)
    accounts: Counter[str] = Counter()
    for seller, part in order.parts.items():
        belongs = sale.belongs(seller)
        for account, amount in belongs.items():
            accounts[account] += amount if part.captured_minor else 0
        if part.captured_minor:
            returned = belongs[f"seller:{seller}"] + sums[f"seller:{seller}"]
            exact = Fraction(part.refunded_minor * belongs[f"seller:{seller}"], part.total_minor)
            assert abs(returned - exact) < 1, "a refund takes from a seller what is another's"
        else:
            assert sums[f"seller:{seller}"] == 0, "a seller is credited for what nobody paid"
    refunded = sum(part.refunded_minor for part in order.parts.values())
    owed = -sum(amount for account, amount in sums.items() if account in accounts)
    assert owed == sum(accounts.values()) - refunded, "what went back was taken from nobody"
    for account in ("commission", "tax", "shipping"):
        assert 0 <= -sums[account] <= accounts[account]
    done = [refund for refund in order.refunds if refund.status is RefundStatus.DONE]
    closed = [one for one in order.attempts if one.status in (AttemptStatus.SUCCEEDED, AttemptStatus.SURPLUS)]
    surplus = sum(one.captured_minor for one in closed) - sum(part.captured_minor for part in order.parts.values())
    assert -sums["surplus"] == surplus - sum(refund.amount_minor for refund in done if refund.is_surplus)
    by_provider = [one for one in closed if one.reference in taken]
    held = sum(taken[one.reference][0] - taken[one.reference][1] for one in by_provider)
    held += sum(one.captured_minor for one in closed if one.reference not in taken)
    held -= sum(gone.values()) + sum(
        refund.amount_minor for refund in done if _by_hand(refund.provider, refund.by_hand)
    )
    kept_back = {
        state: sum(one.amount_minor for one in order.disputes if one.status is state) for state in DisputeStatus
    }
    assert sums["disputed"] == kept_back[DisputeStatus.OPEN], "what is disputed is not what banks hold back"
    assert sums["disputes_lost"] == kept_back[DisputeStatus.LOST], "a lost dispute is no loss"
    cases = sum(one.fee_minor for one in order.disputes)
    held -= kept_back[DisputeStatus.OPEN] + kept_back[DisputeStatus.LOST] + cases
    assert sum(amount for account, amount in sums.items() if account.startswith("provider:")) == held, (
        "a provider holds what it does not"
    )
    assert sums["fees"] == cases + sum(taken[one.reference][1] for one in by_provider), "a fee is missing"
    assert sum(gone.values()) == sum(
        refund.amount_minor for refund in done if not _by_hand(refund.provider, refund.by_hand)
    ), "a refund was paid that is not done, or not paid that is"


def _by_hand(provider: str, by_hand: bool) -> bool:
    return by_hand or provider in ("bank", "offline")
