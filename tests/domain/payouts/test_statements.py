"""Statements: opening, movements and closing add up to the unit, and a closed period stays as it was told."""

import csv
import io
from datetime import date, timedelta

import pytest

from commerce.kit.errors import Forbidden, InvalidInput
from commerce.payouts.service import payouts
from commerce.payouts.statements import Statement, StatementRow, as_csv
from domain.payouts.conftest import OTHER, SELLER, Paying
from support.small_shop import STAFF

OPENED = date(2026, 11, 21)


def test_movements_add_up_and_a_closed_period_stays_as_it_was(paying: Paying) -> None:
    order_id = paying.earned((0, 1), (1, 2))
    paying.choose_bank()
    paying.pay()
    first = payouts().statement(SELLER, "USD", OPENED, OPENED + timedelta(days=9))
    kinds = [row.kind for row in first.rows]
    assert kinds == ["sale", "commission", "payout"]
    assert (first.opening_minor, first.closing_minor) == (0, 0)
    paying.shop.shift(days=5)
    paying.shop.refund(order_id)
    paying.bring(order_id)
    assert payouts().statement(SELLER, "USD", OPENED, OPENED + timedelta(days=9)) == first
    later = payouts().statement(SELLER, "USD", OPENED + timedelta(days=10), OPENED + timedelta(days=20))
    assert [(row.kind, row.amount_minor) for row in later.rows] == [("refund", -2_501), ("commission_returned", 250)]
    assert later.opening_minor + sum(row.amount_minor for row in later.rows) == later.closing_minor == -2_251
    of_other = payouts().statement_of(STAFF, OTHER.user_id, "USD", OPENED, OPENED + timedelta(days=30))
    assert of_other.closing_minor == paying.balance(OTHER).payable_minor


def test_a_statement_as_a_table_closes_and_holds_no_formula(paying: Paying) -> None:
    paying.earned((0, 1))
    rows = list(csv.DictReader(io.StringIO(as_csv(payouts().statement(SELLER, "USD", OPENED, OPENED + timedelta(9))))))
    amounts = sum(float(row["amount"]) for row in rows if row["amount"])
    assert rows[0]["balance"] == "0.00" and round(amounts, 2) == float(rows[-1]["balance"]) == 22.51
    hostile = StatementRow(0, "=cmd()", "+1", -5, -5)
    text = as_csv(Statement(1, "JPY", OPENED, OPENED, 0, -5, (hostile,)))
    assert ",'=cmd(),'+1,-5,-5,JPY" in text


def test_periods_have_limits_and_sellers_see_their_own(paying: Paying) -> None:
    for first, last in ((OPENED, OPENED - timedelta(days=1)), (OPENED, OPENED + timedelta(days=93))):
        with pytest.raises(InvalidInput):
            payouts().statement(SELLER, "USD", first, last)
    with pytest.raises(Forbidden):
        payouts().statement_of(SELLER, 12, "USD", None, None)
    with pytest.raises(Forbidden):
        payouts().balances(STAFF)
