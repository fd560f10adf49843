"""A small shop whose sellers are paid, in memory, on a clock that stands still."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest

from commerce.kit.principal import Principal
from commerce.orders.payment import Provider
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.providers.transfers import Destination, Kind
from commerce.payments.service import payments
from commerce.payouts.model import Balance, Payout
from commerce.payouts.service import payouts
from support.fake_transfers import FakeTransfers
from support.small_shop import STAFF, SmallShop, small_shop

SELLER = Principal(11, is_seller=True)
OTHER = Principal(12, is_seller=True)


@dataclass
class Paying:
    """The shop with its bank; `sent` is what was put into the queue."""

    shop: SmallShop
    bank: FakeTransfers
    sent: list[Any]

    def deliver(self, order_id: int) -> None:
        """Staff brings all of an order to its buyer, and the news of it arrives."""
        for status in (Status.SHIPPED, Status.DELIVERED):
            payments().move(STAFF, order_id, status)
        self.bring(order_id)

    def bring(self, order_id: int) -> None:
        """The news of an order arrives."""
        payouts().process({"detail-type": "OrderMoneyMoved", "detail": {"order_id": order_id}})

    def earned(self, *lines: tuple[int, int]) -> int:
        """A paid and delivered order whose time for clawbacks is over; its id."""
        order = self.shop.paid(*lines)
        self.deliver(order.id)
        self.shop.shift(days=7)
        self.tick()
        return order.id

    def tick(self) -> None:
        """The clock's minute, and all that it asks for."""
        payouts().tick()
        self.work()

    def work(self) -> None:
        """All that waits in the queue."""
        while self.sent:
            payouts().process(self.sent.pop(0))

    def choose_bank(self, seller: Principal = SELLER) -> None:
        """The seller says where their money goes."""
        account = Destination(Kind.BANK, "USD", "0690000034", "044")
        payouts().recipients.choose(seller, Provider.PAYSTACK, account)

    def balance(self, seller: Principal = SELLER) -> Balance:
        """The seller's balance."""
        found = payouts().balances(seller)
        return found[0] if found else Balance(seller.user_id, "USD")

    def amounts(self, seller: Principal = SELLER) -> tuple[int, int, int, int]:
        """(pending, available, in transit, paid) of the seller."""
        one = self.balance(seller)
        return one.pending_minor, one.available_minor, one.in_transit_minor, one.paid_minor

    def pay(self, seller: Principal = SELLER) -> Payout | None:
        """The seller's part of a run; the payout that it made."""
        payouts().process({"seller_id": seller.user_id, "currency": "USD"})
        found = payouts().transfers._store.newest_payouts(seller.user_id, 0, 1)
        return found[0] if found else None

    def assert_right(self) -> None:
        """Balances say what journals say, and nobody was sent more than the books say."""
        for seller in (SELLER, OTHER):
            assert payouts().check.problems_of_seller(seller.user_id) == []
        for order_id in self.shop.orders:
            assert payouts().check.problems_of(orders().by_id(order_id)) == []
        assert all(len(amounts) == 1 for amounts in self.bank.book.values()), "one transfer was sent twice"


@pytest.fixture
def paying() -> Iterator[Paying]:
    sent: list[Any] = []
    with small_shop() as shop:
        queue = payouts()._queue
        take: Callable[[Any], None] = sent.extend
        with patch.object(queue, "send", take), patch.object(queue, "waiting", lambda: 0):
            found = Paying(shop, FakeTransfers().install(), sent)
            yield found
            found.assert_right()
