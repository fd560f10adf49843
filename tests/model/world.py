"""The world of the rule machine: its shop, its clock, what always holds in it, and how every order comes to an end."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import time_machine
from botocore.exceptions import BotoCoreError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.catalog.model import NewProduct
from commerce.catalog.service import catalog
from commerce.kit import ids
from commerce.kit.errors import Busy, CommerceError
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.principal import Principal
from commerce.orders import store
from commerce.orders.model import Order, OrderTerms, ShippingDetails
from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider, Refund, RefundStatus
from commerce.orders.service import orders
from commerce.payments.providers.model import InitiatedPayment, OutcomeUnknown, PaymentRequest
from commerce.payments.service import payments
from model.reference import Sale, check_order
from support.builders import a_category
from support.fake_provider import FakeProvider
from support.memory_dynamodb import in_memory
from support.reconciling import visit_due

START = 1_795_275_000  # 2026-11-21
SUPPLIED = 12
SELLERS, BUYERS = (11, 12, 13), (21, 22)
STAFF = Principal(1, is_staff=True)
TROUBLE = (CommerceError, BotoCoreError)
Which = st.integers(0, 10_000)


@dataclass
class UnreliableProvider(FakeProvider):
    """A provider whose answers to a start get lost, and whose webhooks may be faster than its answers."""

    loses_start: bool = False
    is_fast: bool = False

    def initiate(self, request: PaymentRequest) -> InitiatedPayment:
        initiated = super().initiate(request)
        if self.is_fast:
            self.is_fast = False
            with suppress(Busy):
                payments().settlement.settle(request.order_id, request.reference)
        if self.loses_start:
            self.loses_start = False
            raise OutcomeUnknown(str(self.provider))
        return initiated


@dataclass
class Known:
    """What the machine remembers of an order beside the model."""

    sale: Sale
    hold_minutes: int
    has_expired: bool = False


class World(RuleBasedStateMachine):
    """Rules are what may happen. A rule whose step is refused or breaks down changes nothing that the model knows."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = in_memory()
        self.database = self.memory.__enter__()
        # One key for each list: shards are for throughput, and a query of each costs time here.
        self.shards, store.DAY_SHARDS, store.VISIT_SHARDS = (store.DAY_SHARDS, store.VISIT_SHARDS), 1, 1
        self.traveller = time_machine.travel(START, tick=False)
        self.clock = self.traveller.start()
        self.providers = {
            name: UnreliableProvider(name).install()
            for name in (Provider.PAYSTACK, Provider.STRIPE, Provider.FLUTTERWAVE)
        }
        self.known: dict[int, Known] = {}
        self.prices: dict[int, tuple[int, int]] = {}
        self.supplied: dict[int, int] = {}
        self.keys = 0
        self.draw = random.Random(0)
        self.made = 0
        self._real_new_id, ids.new_id = ids.new_id, self._new_id

    def _new_id(self) -> int:
        """Ids by the clock and a count, so that the same steps make the same ones."""
        self.made += 1
        return ids.first_of(self.now_ms) + self.made

    def _colliding_id(self) -> int:
        """Every second id has been given out already."""
        if self.known and self.draw.random() < 0.5:
            return self.draw.choice(sorted(self.known))
        return self._new_id()

    def teardown(self) -> None:
        try:
            if self.prices:
                self.come_to_an_end()
        finally:
            ids.new_id = self._real_new_id
            self.traveller.stop()
            store.DAY_SHARDS, store.VISIT_SHARDS = self.shards
            self.memory.__exit__(None, None, None)

    @initialize()
    def open(self) -> None:
        category = a_category().slug
        for seller, price in zip((*SELLERS, SELLERS[0]), (10_000, 333, 2_501, 7), strict=True):
            draft = NewProduct(name=f"Thing {price}", price_minor=price, stock=SUPPLIED, category_slug=category)
            made = catalog().create(Principal(seller, is_seller=True), draft).value
            self.prices[made.id], self.supplied[made.id] = (seller, price), SUPPLIED
        ids.new_id = self._colliding_id
        # Two orders to begin with, of which one is paid: else most runs end before the interesting things.
        for buyer in BUYERS:
            for product in sorted(self.prices)[:2]:
                carts().add(Owner.account(buyer), product, 1)
            self.place(buyer, OrderTerms(500, 10, 24 * 60))
        if attempt := self.start(1, Provider.PAYSTACK):
            self.providers[Provider.PAYSTACK].pay(attempt.reference)
            payments().settlement.settle(self.an_order(1).id, attempt.reference)

    def an_order(self, which: int) -> Order:
        return orders().by_id(sorted(self.known)[which % len(self.known)])

    def an_attempt(self, which: int, providers: tuple[Provider, ...] = ()) -> tuple[Order, Attempt] | None:
        found = [
            (order, attempt)
            for order in map(orders().by_id, sorted(self.known))
            for attempt in order.attempts
            if attempt.provider in (providers or tuple(self.providers))
        ]
        return found[which % len(found)] if found else None

    def tried(self, act: Callable[[], Any]) -> Any:
        """What the act answers, None when it was refused or broke down."""
        try:
            return act()
        except TROUBLE:
            return None

    def buyer(self, order: Order) -> Principal:
        return Principal(order.buyer_id)

    def place(self, buyer: int, terms: OrderTerms, request: IdempotentRequest | None = None) -> Order | None:
        cart = carts().cart(Owner.account(buyer))
        address = ShippingDetails({"text": "1 Main St"}, "+1234567890")
        placed = self.tried(lambda: orders().place(Principal(buyer), "parts", address, terms, request))
        if placed is None:
            return None
        order: Order = placed.value
        assert order.id not in self.known, "two orders have one id"
        lines = [(line.product_id, line.seller_id, line.price_minor, line.quantity) for line in cart.lines]
        self.known[order.id] = Known(Sale(buyer, lines, terms.tax_percent, terms.shipping_minor), terms.hold_minutes)
        return order

    def start(self, which: int, provider: Provider, method: Method = Method.CARD) -> Attempt | None:
        order = self.an_order(which)
        started = self.tried(
            lambda: payments().initiation.start(
                self.buyer(order),
                order.id,
                provider=provider,
                method=method,
                email="b@example.com",
                return_url="u",
                phone="0551234987",
                network="mtn",
            )
        )
        return started if isinstance(started, Attempt) else None

    @property
    def now_ms(self) -> int:
        from commerce.kit import clock

        return clock.now_ms()

    def a_refund(self, which: int, status: RefundStatus) -> tuple[Order, Refund] | None:
        rows = [(o, refund) for o in map(orders().by_id, sorted(self.known)) for refund in o.refunds]
        found = [(order, refund) for order, refund in rows if refund.status is status]
        return found[which % len(found)] if found else None

    # What always holds

    @invariant()
    def every_order_is_right(self) -> None:
        for order_id, known in self.known.items():
            order = orders().by_id(order_id)
            references = {attempt.reference for attempt in order.attempts}
            taken = {
                reference: (report.amount_minor, report.fee_minor)
                for provider in self.providers.values()
                for reference, report in provider.captures.items()
                if reference in references
            }
            names = {refund.id for refund in order.refunds}
            gone = {
                name: amount
                for provider in self.providers.values()
                for name, amount in provider.refunds.items()
                if name in names or name.rpartition("_")[0] in names
            }
            check_order(order, known.sale, taken, self._settled(order, gone))
            if order.has_expired and not known.has_expired:
                paid = [one for one in order.attempts if taken.get(one.reference, (0, 0))[0] >= one.amount_minor]
                assert not paid, "expired although it was paid"
                known.has_expired = True
            for refund in order.refunds:
                minutes = (self.now_ms - refund.created_at) // 60_000
                assert refund.tries <= 3 + minutes.bit_length() + minutes // 1440, "a provider is asked without end"

    def _settled(self, order: Order, gone: dict[str, int]) -> dict[str, int]:
        """What the provider gave back and we know of: it may have been done while our answer was lost."""
        done = {refund.as_asked_for().id for refund in order.refunds if refund.status is RefundStatus.DONE}
        return {name: amount for name, amount in gone.items() if name in done}

    @invariant()
    def stock_is_conserved(self) -> None:
        held = dict.fromkeys(self.prices, 0)
        for order_id, known in self.known.items():
            parts = orders().by_id(order_id).parts
            for product, seller, _, pieces in known.sale.lines:
                held[product] += pieces if parts[seller].is_live else 0
        sold = catalog().sold(list(self.prices))
        for product in catalog().products(list(self.prices)):
            assert product.available == self.supplied[product.id] - held[product.id] >= 0, "stock is lost or made"
            assert sold[product.id] == held[product.id]

    # In the end

    def in_the_end_of_a_day(self) -> None:
        """What else comes to an end."""

    def come_to_an_end(self) -> None:
        """Staff and the reconciler bring every order to an end, whatever happened to it."""
        for provider in self.providers.values():
            provider.troubles = provider.refusals = provider.slow_refunds = 0
            provider.asked = 0
        for _ in range(6):
            self.clock.shift(26 * 3600)
            self.in_the_end_of_a_day()
            for _ in range(3):
                visit_due(500)
            for order in orders().needing_attention(None, 100):
                for refund in order.refunds_refused:
                    payments().refunds.retry(STAFF, order.id, refund.id, by_hand=False)
        self.every_order_is_right()
        self.stock_is_conserved()
        for order_id in self.known:
            order = orders().by_id(order_id)
            assert order.promised_minor == order.refunded_minor, "a promise is never kept"
            assert not order.refunds_refused
            assert not (order.waits and 0 < order.hold_until <= self.now_ms), "stock is held for ever"
            for provider in self.providers.values():
                for reference in provider.captures.keys() & {attempt.reference for attempt in order.attempts}:
                    status = order.attempt(reference).status
                    assert status in (AttemptStatus.SUCCEEDED, AttemptStatus.SURPLUS), "money that nobody noticed"
