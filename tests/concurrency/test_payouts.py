"""Twenty runs at the same moment pay a seller once; and runs without the balance's condition, which must pay many
times."""

import pytest

from commerce.kit import clock
from commerce.kit.tables import Table
from commerce.orders.payment import Provider
from commerce.payouts.model import Balance, Recipient
from commerce.payouts.service import payouts
from commerce.payouts.store import PayoutStore, _balance_item
from support.concurrency import at_once

pytestmark = pytest.mark.usefixtures("dynamodb")

SELLER, RUNS, EARNED = 11, 20, 9_000


def run() -> list[int]:
    """The amounts of the payouts that all the runs made."""
    table = Table("Payouts")
    table.write(table.put(_balance_item(Balance(SELLER, "USD", available_minor=EARNED, version=1))))
    recipient = Recipient(Provider.PAYSTACK, "bank", "USD", "RCP_1", "Ama Mensah")
    payouts()._store.save_recipient(SELLER, recipient, "USD", clock.now_ms())
    at_once(lambda _: payouts().runs.begin(SELLER, "USD"), range(RUNS))
    return [one.amount_minor for one in payouts()._store.payouts(SELLER)]


def test_twenty_runs_pay_a_seller_once() -> None:
    assert run() == [EARNED]
    [balance] = payouts()._store.balances(SELLER)
    assert (balance.available_minor, balance.in_transit_minor) == (0, EARNED)


def test_control_without_the_balance_s_version_they_pay_many_times(monkeypatch: pytest.MonkeyPatch) -> None:
    def unguarded(self, before, after, entry):
        return [self._table.put(_balance_item(after))]

    monkeypatch.setattr(PayoutStore, "_balance_writes", unguarded)
    assert len(run()) > 1
