"""The rule machine: buyers, sellers, staff, providers, the clock and crashes, in any order, over the real services.

After each step the model of `reference.py` must hold of every order, the shop's own books must be right, and stock must
be conserved; in the end every order must still reach one.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import time_machine
from botocore.exceptions import BotoCoreError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from commerce.books.service import books
from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.catalog.model import Draft, StockChange
from commerce.catalog.service import catalog
from commerce.kit import ids
from commerce.kit.errors import Busy, CommerceError
from commerce.kit.receipts import Attempt as IdempotentRequest
from commerce.orders import store
from commerce.orders.model import Order, OrderTerms, ShippingDetails
from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider, Refund, RefundStatus
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.providers.model import InitiatedPayment, OutcomeUnknown, PaymentRequest
from commerce.payments.service import payments
from commerce.sessions.model import Principal
from model.reference import Sale, check_order
from support.builders import a_category
from support.faults import Fault
from support.memory_dynamodb import in_memory
from support.psp import FakeProvider
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


class Shop(RuleBasedStateMachine):
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
            draft = Draft(name=f"Thing {price}", price_minor=price, stock=SUPPLIED, category_slug=category)
            made, _ = catalog().create(Principal(seller, is_seller=True), draft)
            self.prices[made.id], self.supplied[made.id] = (seller, price), SUPPLIED
        ids.new_id = self._colliding_id
        # Two orders to begin with, of which one is paid: else most runs end before the interesting things.
        self.put_things_of_two_sellers_into_the_cart_and_check_out(BUYERS[0])
        self.put_things_of_two_sellers_into_the_cart_and_check_out(BUYERS[1])
        self.pay_at_once(1)

    # Who and what

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

    # Buyers

    @rule(buyer=st.sampled_from(BUYERS), which=Which, pieces=st.integers(1, 3))
    def put_into_the_cart(self, buyer: int, which: int, pieces: int) -> None:
        product = sorted(self.prices)[which % len(self.prices)]
        self.tried(lambda: carts().add(Owner.account(buyer), product, pieces))

    @rule(buyer=st.sampled_from(BUYERS), which=Which)
    def take_out_of_the_cart(self, buyer: int, which: int) -> None:
        product = sorted(self.prices)[which % len(self.prices)]
        self.tried(lambda: carts().remove(Owner.account(buyer), product))

    def place(self, buyer: int, terms: OrderTerms, request: IdempotentRequest | None = None) -> Order | None:
        cart = carts().cart(Owner.account(buyer))
        address = ShippingDetails({"text": "1 Main St"}, "+1234567890")
        placed = self.tried(lambda: orders().place(Principal(buyer), "parts", address, terms, request))
        if placed is None:
            return None
        order: Order = placed[0]
        assert order.id not in self.known, "two orders have one id"
        lines = [(line.product_id, line.seller_id, line.price_minor, line.quantity) for line in cart.lines]
        self.known[order.id] = Known(Sale(buyer, lines, terms.tax_percent, terms.shipping_minor), terms.hold_minutes)
        return order

    @rule(
        buyer=st.sampled_from(BUYERS),
        tax=st.sampled_from([0, 10]),
        shipping=st.sampled_from([0, 500, 101]),
        hold=st.sampled_from([0, 24 * 60]),
    )
    def check_out(self, buyer: int, tax: int, shipping: int, hold: int) -> None:
        self.place(buyer, OrderTerms(shipping, tax, hold))

    @rule(buyer=st.sampled_from(BUYERS))
    def check_out_with_a_key_twice(self, buyer: int) -> None:
        self.keys += 1
        request = IdempotentRequest("POST /orders/", f"key-{self.keys}", "fingerprint")
        order = self.place(buyer, OrderTerms(100, 10, 24 * 60), request)
        if order is not None:
            address = ShippingDetails({"text": "1 Main St"}, "+1234567890")
            again, is_replay = orders().place(Principal(buyer), "parts", address, OrderTerms(100, 10, 60), request)
            assert (again.id, is_replay) == (order.id, True)

    @rule(buyer=st.sampled_from(BUYERS))
    def put_things_of_two_sellers_into_the_cart_and_check_out(self, buyer: int) -> None:
        for product in sorted(self.prices)[:2]:
            self.tried(lambda product=product: carts().add(Owner.account(buyer), product, 1))
        self.place(buyer, OrderTerms(500, 10, 24 * 60))

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

    @precondition(lambda self: self.known)
    @rule(which=Which, provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE, Provider.FLUTTERWAVE]))
    def start_to_pay_by_card(self, which: int, provider: Provider) -> None:
        self.start(which, provider)

    @precondition(lambda self: self.known)
    @rule(which=Which, provider=st.sampled_from([Provider.PAYSTACK, Provider.FLUTTERWAVE]))
    def start_to_pay_by_mobile_money(self, which: int, provider: Provider) -> None:
        self.start(which, provider, Method.MOBILE_MONEY)

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def start_a_bank_transfer(self, which: int) -> None:
        if self.start(which, Provider.BANK, Method.BANK_TRANSFER):
            hold_until = self.an_order(which).hold_until
            assert hold_until - self.now_ms >= 6 * 86_400_000, "a transfer takes days"

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def start_at_a_provider_that_fails(self, which: int) -> None:
        before = self.an_order(which)
        self.providers[Provider.PAYSTACK].troubles = 1
        self.start(which, Provider.PAYSTACK)
        self.providers[Provider.PAYSTACK].troubles = 0
        assert self.an_order(which).hold_until == before.hold_until, "a start that failed holds the stock"

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def start_and_never_hear_the_answer(self, which: int) -> None:
        self.providers[Provider.PAYSTACK].loses_start = True
        attempt = self.start(which, Provider.PAYSTACK)
        self.providers[Provider.PAYSTACK].loses_start = False
        assert attempt is None or attempt.status is AttemptStatus.PENDING

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_webhook_comes_before_the_answer_to_the_start(self, which: int) -> None:
        provider = self.providers[Provider.STRIPE]
        provider.is_fast, provider.unopened_fails = True, True
        attempt = self.start(which, Provider.STRIPE)
        provider.is_fast, provider.unopened_fails = False, False
        assert attempt is None or attempt.status is AttemptStatus.PENDING, "a webhook failed what was being started"

    @rule(which=Which, more=st.sampled_from([0, 0, 0, 0, 500, -1]))
    def pay_on_the_page(self, which: int, more: int) -> None:
        if found := self.an_attempt(which):
            _, attempt = found
            provider = self.providers[attempt.provider]
            if attempt.reference in provider.intents and attempt.reference not in provider.captures:
                provider.pay(attempt.reference, max(attempt.amount_minor + more, 1))

    @rule(which=Which)
    def be_declined(self, which: int) -> None:
        if found := self.an_attempt(which):
            self.providers[found[1].provider].decline(found[1].reference)

    @rule(which=Which)
    def be_declined_and_told_so(self, which: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            self.providers[attempt.provider].decline(attempt.reference)
            self.tried(lambda: payments().settlement.settle(order.id, attempt.reference))

    @rule(which=Which)
    def verify(self, which: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            self.tried(lambda: payments().settlement.verify(self.buyer(order), attempt.reference))

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def pay_at_once(self, which: int) -> None:
        if attempt := self.start(which, Provider.PAYSTACK):
            self.providers[Provider.PAYSTACK].pay(attempt.reference)
            payments().settlement.settle(self.an_order(which).id, attempt.reference)

    # Providers

    @rule(which=Which, number=st.integers(1, 3))
    def webhooks_arrive(self, which: int, number: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            notice = {"provider": "p", "event_id": f"e-{attempt.reference}", "kind": "k", "reference": "r"}
            for _ in range(number):
                self.tried(lambda: payments().settlement.settle(order.id, attempt.reference, notice))

    @rule(which=Which)
    def a_webhook_arrives_while_the_provider_is_down(self, which: int) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            self.providers[attempt.provider].troubles = 1
            self.tried(lambda: payments().settlement.settle(order.id, attempt.reference))
            self.providers[attempt.provider].troubles = 0

    @rule(which=Which, position=st.integers(0, 2), fault=st.sampled_from(Fault))
    def the_settlement_worker_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        if found := self.an_attempt(which):
            order, attempt = found
            with self.database.fault_at(position, fault):
                self.tried(lambda: payments().settlement.settle(order.id, attempt.reference))

    @rule(provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE]))
    def the_next_refund_is_refused(self, provider: Provider) -> None:
        self.providers[provider].refusals = 1

    @rule(provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE]))
    def the_next_refund_takes_time(self, provider: Provider) -> None:
        self.providers[provider].slow_refunds = 2

    @rule(provider=st.sampled_from([Provider.PAYSTACK, Provider.STRIPE]))
    def refunds_take_days(self, provider: Provider) -> None:
        self.providers[provider].slow_refunds = 1_000

    @rule(minutes=st.sampled_from([5, 20]))
    def minutes_pass_one_by_one(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.shift(60)
            visit_due()

    # Staff

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def confirm_money_that_was_seen(self, which: int) -> None:
        order = self.an_order(which)
        confirmed = self.tried(lambda: payments().settlement.confirm(STAFF, order.id))
        if order.needs_money:
            assert confirmed is not None, "staff has the money, and the order does not take it"
            assert orders().by_id(order.id).is_paid

    @precondition(lambda self: self.known)
    @rule(which=Which, status=st.sampled_from(Status))
    def move_an_order(self, which: int, status: Status) -> None:
        self.tried(lambda: payments().move(STAFF, self.an_order(which).id, status))

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which, status=st.sampled_from([Status.SHIPPED, Status.CANCELLED, Status.CANCELLED]))
    def move_a_part(self, which: int, seller: int, status: Status) -> None:
        order = self.an_order(which)
        sellers = sorted(order.parts)
        self.tried(lambda: payments().move(STAFF, order.id, status, [sellers[seller % len(sellers)]]))

    @precondition(lambda self: self.known)
    @rule(which=Which, position=st.integers(0, 1), fault=st.sampled_from(Fault))
    def a_cancellation_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        with self.database.fault_at(position, fault):
            self.tried(lambda: payments().move(STAFF, self.an_order(which).id, Status.CANCELLED))

    @precondition(lambda self: self.known)
    @rule(which=Which, amount=st.one_of(st.none(), st.integers(1, 12_000)))
    def refund_an_order(self, which: int, amount: int | None) -> None:
        self.tried(lambda: payments().refunds.refund(STAFF, self.an_order(which).id, amount, "broken"))

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which, amount=st.one_of(st.none(), st.integers(1, 12_000)))
    def refund_a_part(self, which: int, seller: int, amount: int | None) -> None:
        order = self.an_order(which)
        sellers = sorted(order.parts)
        chosen = (sellers[seller % len(sellers)],)
        self.tried(lambda: payments().refunds.refund(STAFF, order.id, amount, "broken", chosen))

    @precondition(lambda self: self.known)
    @rule(which=Which, seller=Which)
    def refund_a_part_and_cancel_it(self, which: int, seller: int) -> None:
        self.refund_a_part(which, seller, None)
        self.move_a_part(which, seller, Status.CANCELLED)

    @precondition(lambda self: self.known)
    @rule(which=Which, amount=st.integers(1, 3_000))
    def refund_with_a_key_twice(self, which: int, amount: int) -> None:
        order = self.an_order(which)
        self.keys += 1
        request = IdempotentRequest("POST /refunds/", f"key-{self.keys}", "fingerprint")
        act = lambda: payments().refunds.refund(STAFF, order.id, amount, "broken", (), request)  # noqa: E731
        first, again = self.tried(act), self.tried(act)
        assert (first and first.id) == (again and again.id)

    def a_refund(self, which: int, status: RefundStatus) -> tuple[Order, Refund] | None:
        rows = [(o, refund) for o in map(orders().by_id, sorted(self.known)) for refund in o.refunds]
        found = [(order, refund) for order, refund in rows if refund.status is status]
        return found[which % len(found)] if found else None

    @rule(which=Which, by_hand=st.booleans())
    def take_care_of_a_refused_refund(self, which: int, by_hand: bool) -> None:
        if found := self.a_refund(which, RefundStatus.ATTENTION):
            order, refund = found
            assert order.id in {one.id for one in orders().attention(100)}, "nobody sees a refused refund"
            self.tried(lambda: payments().refunds.retry(STAFF, order.id, refund.id, by_hand=by_hand))

    @rule(which=Which, position=st.integers(0, 3), fault=st.sampled_from(Fault))
    def carrying_out_a_refund_breaks_down(self, which: int, position: int, fault: Fault) -> None:
        if found := self.a_refund(which, RefundStatus.REQUESTED):
            order, refund = found
            with self.database.fault_at(position, fault):
                self.tried(lambda: payments().refunds.execute(order.id, refund.id))

    @rule(which=Which, pieces=st.integers(1, 5))
    def supply_more(self, which: int, pieces: int) -> None:
        product = sorted(self.prices)[which % len(self.prices)]
        catalog()._store.change(product, {}, StockChange(by=pieces))
        self.supplied[product] += pieces

    # Time

    @property
    def now_ms(self) -> int:
        from commerce.kit import clock

        return clock.now_ms()

    @rule(minutes=st.sampled_from([1, 3, 31, 31, 25 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.clock.shift(minutes * 60)

    @rule()
    def the_reconciler_runs(self) -> None:
        visit_due()

    @rule()
    def half_an_hour_passes_and_the_reconciler_runs(self) -> None:
        self.clock.shift(31 * 60)
        visit_due()

    @rule(position=st.integers(0, 8), fault=st.sampled_from(Fault))
    def the_reconciler_breaks_down(self, position: int, fault: Fault) -> None:
        with self.database.fault_at(position, fault):
            self.tried(visit_due)

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_stale_reminder_is_served(self, which: int) -> None:
        order = self.an_order(which)
        is_early = order.hold_until > self.now_ms or not order.hold_until
        self.tried(lambda: payments().visit(order.id))
        if is_early:
            assert not orders().by_id(order.id).has_expired or order.has_expired, "expired before its time"

    @precondition(lambda self: self.known)
    @rule(which=Which)
    def a_stale_reminder_is_served_to_who_just_started_to_pay(self, which: int) -> None:
        order = self.an_order(which)
        if order.needs_money and order.hold_until and self.start(which, Provider.PAYSTACK):
            self.tried(lambda: payments().settlement.expire(order.id))
            assert orders().by_id(order.id).needs_money, "expired under a buyer who pays"

    @rule(minutes=st.sampled_from([0, 60, 300]))
    def the_books_are_checked(self, minutes: int) -> None:
        self.clock.shift(minutes * 60)
        problems = [one for one in books().check_news() if "needs a person" not in one]
        assert problems == []

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

    def come_to_an_end(self) -> None:
        """Staff and the reconciler bring every order to an end, whatever happened to it."""
        for provider in self.providers.values():
            provider.troubles = provider.refusals = provider.slow_refunds = 0
            provider.asked = 0
        for _ in range(6):
            self.clock.shift(26 * 3600)
            for _ in range(3):
                visit_due(500)
            for order in orders().attention(100):
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
