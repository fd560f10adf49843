"""Sellers who have earned something: a paid and delivered order whose time for clawbacks is over."""

import time_machine

from commerce.kit import clock
from commerce.kit.principal import Principal
from commerce.orders.model import Order
from commerce.orders.payment import Method, Provider
from commerce.orders.status import Status
from commerce.payments.providers.transfers import Destination, Kind
from commerce.payments.service import payments
from commerce.payouts.model import Payout
from commerce.payouts.service import payouts
from support.builders import Person, a_person, a_product, an_order
from support.fake_provider import FakeProvider
from support.fake_transfers import FakeTransfers

STAFF = Principal(1, is_staff=True)
DAY = 86_400


def sold(seller: Person, price_minor: int = 10_000, *, days_ago: float = 8, is_delivered: bool = True) -> Order:
    """An order of the seller's that was paid, and delivered, so long ago; nobody has heard of it yet."""
    provider = FakeProvider().install()
    with time_machine.travel(clock.now() - days_ago * DAY):
        buyer = a_person()
        order = an_order(buyer, (a_product(seller, price_minor=price_minor), 1))
        attempt = payments().initiation.start(
            buyer.principal,
            order.id,
            provider=Provider.PAYSTACK,
            method=Method.CARD,
            email="b@x.example",
            return_url="u",
        )
        provider.pay(attempt.reference)
        payments().settlement.settle(order.id, attempt.reference)
        for status in (Status.SHIPPED, Status.DELIVERED) if is_delivered else ():
            payments().move(STAFF, order.id, status)
    return order


def earned(seller: Person, price_minor: int = 10_000) -> Order:
    """The same, and available to the seller, who has said where their money goes."""
    order = sold(seller, price_minor)
    payouts().projection.bring(order.id)
    with_recipient(seller)
    return order


def with_recipient(seller: Person) -> FakeTransfers:
    """The seller has said where their money goes; the bank that they are paid by."""
    bank = FakeTransfers().install()
    account = Destination(Kind.BANK, "USD", "0690000034", "044")
    payouts().recipients.choose(seller.principal, Provider.PAYSTACK, account)
    return bank


def begun(seller: Person) -> Payout:
    """A payout to the seller that nobody has sent yet."""
    earned(seller)
    made = payouts().runs.begin(seller.id, "USD")
    assert made is not None
    return made.value
