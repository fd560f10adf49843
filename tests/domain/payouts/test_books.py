"""The books find a balance that does not say what the ledger does, at a cost that follows what happened."""

from unittest.mock import patch

from commerce.books.service import books
from commerce.payouts.service import payouts
from domain.payouts.conftest import Paying


def checking() -> list[str]:
    """What the hourly check finds."""
    return books().check_news(payouts().check.problems_of)


def test_a_message_that_never_came_is_found_and_no_more_once_it_has(paying: Paying) -> None:
    order = paying.shop.paid((0, 1))
    assert checking() == [], "the message may be on its way"
    paying.shop.shift(minutes=75)
    [problem] = checking()
    assert f"Order {order.id} owes seller 11 2251 by its journal, 0 by their earnings" in problem
    paying.bring(order.id)
    assert checking() == []


def test_a_balance_that_somebody_changed_is_found(paying: Paying) -> None:
    order = paying.shop.paid((0, 1))
    paying.bring(order.id)
    paying.shop.change_item("Payouts", "SELLER#11", "BALANCE#USD", pending=9_999)
    paying.shop.shift(minutes=75)
    [problem] = checking()
    assert "the account book ends with 2251 USD, the balance says 9999" in problem
    assert len(payouts().check.problems_of_seller(11)) == 3
    paying.shop.change_item("Payouts", "SELLER#11", "BALANCE#USD", pending=2_251)


def test_what_a_check_reads_of_a_seller_does_not_grow_with_what_they_sold(paying: Paying) -> None:
    asked: list[int] = []
    for many in (1, 6):
        for _ in range(many):
            paying.bring(paying.shop.paid((0, 1)).id)
        order = paying.shop.paid((0, 1))
        paying.bring(order.id)
        with patch.object(paying.shop.database, "query", wraps=paying.shop.database.query) as query:
            assert payouts().check.problems_of(order) == []
        asked.append(query.call_count)
    assert asked[0] == asked[1] == 1
