"""Transfers to sellers against the running sandbox, each request and answer held against what providers publish."""

from collections.abc import Callable

import httpx
import pytest

from commerce.payments.providers.flutterwave_transfers_gateway import FlutterwaveTransfers
from commerce.payments.providers.model import MethodRefused, ProviderRefused, ProviderTrouble, Subject
from commerce.payments.providers.paystack_transfers_gateway import PaystackTransfers
from commerce.payments.providers.stripe_transfers_gateway import StripeTransfers
from commerce.payments.providers.transfers import (
    Destination,
    Kind,
    Resolved,
    Transfer,
    TransferGateway,
    TransferPostponed,
    TransferState,
)
from local.sandbox.server import Running

REFERENCE = "po_11_246539304960005"
CLASSES: dict[str, Callable[[str], TransferGateway]] = {
    "paystack": PaystackTransfers,
    "flutterwave": FlutterwaveTransfers,
    "stripe": StripeTransfers,
}
DESTINATIONS = {
    "paystack": Destination(Kind.BANK, "NGN", "0690000034", "044"),
    "flutterwave": Destination(Kind.BANK, "NGN", "0690000034", "044"),
    "stripe": Destination(Kind.CONNECTED_ACCOUNT, "USD", "acct_1PgafTB7WZ01zgkW"),
}


class Payer:
    """One provider's transfers, and its book."""

    def __init__(self, name: str, sandbox: Running) -> None:
        self.name = name
        self.sandbox = sandbox
        self.gateway = CLASSES[name](sandbox.api(name))

    @property
    def book(self) -> list[tuple[str, int, int]]:
        rows = self.sandbox.sandbox.book()["transfers"]
        return [(row["reference"], row["amount_minor"], row["returned"]) for row in rows]

    def transfer(self, reference: str = REFERENCE) -> Transfer:
        resolved = self.gateway.resolve(DESTINATIONS[self.name])
        return Transfer(reference, 123_450, DESTINATIONS[self.name].currency, resolved.token)

    def fails(self, kind: str, on: str) -> None:
        path = {"paystack": "/transfer", "flutterwave": "/v3/transfers", "stripe": "/v1/transfers"}[self.name]
        self.sandbox.sandbox.configure(faults=[{"kind": kind, "on": f"{self.name} {on} {path}", "times": 1}])


@pytest.fixture(params=list(CLASSES))
def payer(request: pytest.FixtureRequest, sandbox: Running) -> Payer:
    return Payer(request.param, sandbox)


@pytest.fixture
def payer_of(sandbox: Running) -> Callable[[str], Payer]:
    return lambda name: Payer(name, sandbox)


def test_a_transfer_is_made_once_and_found_by_our_reference(payer: Payer) -> None:
    wanted = payer.transfer()
    assert payer.gateway.fetch_transfer(wanted).state is TransferState.UNKNOWN
    payer.gateway.transfer(wanted)
    if payer.name == "stripe":
        payer.gateway.transfer(wanted)
    else:
        with pytest.raises(ProviderTrouble):
            payer.gateway.transfer(wanted)
    report = payer.gateway.fetch_transfer(wanted)
    assert (report.state, report.problem) == (TransferState.PAID, "")
    assert report.fee_minor == {"paystack": 1_000, "flutterwave": 2_688, "stripe": 0}[payer.name]
    assert payer.book == [(REFERENCE, 123_450, 0)]


def test_an_answer_that_is_lost_is_no_transfer_that_is_lost(payer: Payer) -> None:
    wanted, other = payer.transfer(), payer.transfer("po_11_246539304960006")
    payer.fails("500-after", "POST")
    with pytest.raises(ProviderTrouble):
        payer.gateway.transfer(wanted)
    assert payer.gateway.fetch_transfer(wanted).state is TransferState.PAID
    payer.fails("500-before", "POST")
    with pytest.raises(ProviderTrouble):
        payer.gateway.transfer(other)
    assert payer.gateway.fetch_transfer(other).state is TransferState.UNKNOWN
    assert len(payer.book) == 1


def test_what_the_bank_sends_back_is_returned_and_told(payer: Payer, receiver) -> None:
    wanted = payer.transfer()
    payer.gateway.transfer(wanted)
    assert httpx.post(f"{payer.sandbox.url}/returns", json={"provider": payer.name, "reference": REFERENCE}).is_success
    report = payer.gateway.fetch_transfer(wanted)
    assert report.state is TransferState.RETURNED and report.problem
    assert payer.book == [(REFERENCE, 123_450, 1)]
    for webhook in receiver.wait(2):
        notice = payer.gateway.__dict__[f"_{payer.name}"].verify_webhook(webhook.headers, webhook.body)
        assert (notice.subject, notice.subject_id, notice.reference) == (Subject.TRANSFER, REFERENCE, "")


@pytest.mark.parametrize("name", ["paystack", "flutterwave"])
def test_what_is_on_its_way_is_pending_and_may_fail(payer_of, name: str) -> None:
    payer = payer_of(name)
    payer.sandbox.sandbox.configure(transfer_outcome="pending")
    wanted = payer.transfer()
    assert payer.gateway.transfer(wanted).state is TransferState.PENDING
    assert payer.gateway.fetch_transfer(wanted).state is TransferState.PENDING
    payer.sandbox.sandbox.configure(transfer_outcome="failed")
    other = payer.transfer("po_11_246539304960006")
    payer.gateway.transfer(other)
    report = payer.gateway.fetch_transfer(other)
    assert report.state is TransferState.FAILED and "account is closed" in report.problem
    assert payer.book == []


def test_without_money_of_ours_it_is_only_postponed(payer_of) -> None:
    stripe, paystack = payer_of("stripe"), payer_of("paystack")
    stripe.sandbox.sandbox.configure(transfer_outcome="failed")
    with pytest.raises(TransferPostponed):
        stripe.gateway.transfer(stripe.transfer())
    wanted = paystack.transfer()
    paystack.sandbox.sandbox.configure(
        faults=[{"kind": "refuse", "on": "paystack POST /transfer", "times": 1, "code": "insufficient_balance"}]
    )
    with pytest.raises(TransferPostponed):
        paystack.gateway.transfer(wanted)
    assert paystack.book == []


def test_wallets_are_written_as_each_provider_writes_them(payer_of) -> None:
    wallet = Destination(Kind.MOBILE_MONEY, "GHS", "+233 55 123 4987", "mtn", "Kofi Boateng")
    for name in ("paystack", "flutterwave"):
        found = payer_of(name).gateway.resolve(wallet)
        assert isinstance(found, Resolved) and found.name == "Kofi Boateng"


@pytest.mark.parametrize("name", list(CLASSES))
def test_what_cannot_be_paid_to_is_refused_before_anything_is_sent(payer_of, name: str) -> None:
    payer = payer_of(name)
    wrong = [
        Destination(Kind.BANK, "XTS", "0690000034", "044"),
        Destination(Kind.MOBILE_MONEY, "GHS", "12", "mtn", "Kofi"),
        Destination(Kind.MOBILE_MONEY, "GHS", "0551234987", "nokia", "Kofi"),
        Destination(Kind.CONNECTED_ACCOUNT, "USD", "acct_incomplete1" if name == "stripe" else "acct_123456"),
        Destination(Kind.CONNECTED_ACCOUNT, "USD", "not an account"),
    ]
    for destination in wrong:
        with pytest.raises(MethodRefused):
            payer.gateway.resolve(destination)
    if name != "stripe":
        with pytest.raises(ProviderRefused):
            payer.gateway.resolve(Destination(Kind.BANK, "NGN", "12", "044"))
