"""Every AWS call of a payout, and of the news of an order, fails, goes unanswered or is made twice, at every position;
then the message comes again, and the seller is paid once."""

from collections.abc import Callable

import pytest
from botocore.exceptions import BotoCoreError

from commerce.kit.errors import CommerceError
from commerce.payouts.model import State
from commerce.payouts.service import payouts
from domain.payouts.conftest import Paying
from support.faults import Fault, fault_at

POSITIONS = 9
PIECE = 2_501 - 250


def broken(act: Callable[[], object], position: int, fault: Fault) -> None:
    with fault_at(position, fault):
        try:
            act()
        except (BotoCoreError, CommerceError):
            pass


@pytest.mark.parametrize("fault", Fault)
def test_wherever_a_payout_breaks_down_the_seller_is_paid_once(paying: Paying, fault: Fault) -> None:
    paying.choose_bank()
    for position in range(POSITIONS):
        paying.earned((0, 1))
        broken(lambda: payouts().process({"seller_id": 11, "currency": "USD"}), position, fault)
        for _ in range(3):
            paying.shop.shift(minutes=20)
            paying.tick()
        paying.pay()
        assert paying.amounts() == (0, 0, 0, (position + 1) * PIECE)
    made = list(payouts()._store.payouts(11))
    assert {one.state for one in made} == {State.PAID} and len(made) == len(paying.bank.book) == POSITIONS


@pytest.mark.parametrize("fault", Fault)
def test_wherever_news_breaks_down_the_balance_is_right(paying: Paying, fault: Fault) -> None:
    for position in range(5):
        order = paying.shop.paid((0, 1))
        broken(lambda order=order: paying.bring(order.id), position, fault)
        paying.bring(order.id)
        assert paying.amounts() == ((position + 1) * PIECE, 0, 0, 0)
