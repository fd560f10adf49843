"""What buyers do."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.principal import Principal
from commerce.orders.model import OrderTerms, ShippingDetails
from commerce.orders.payment import AttemptStatus, Method, Provider
from commerce.orders.service import orders
from commerce.payments.service import payments
from model.world import BUYERS, Which, World


class Buyers(World):
    """What buyers do."""

    @rule(buyer=st.sampled_from(BUYERS), which=Which, pieces=st.integers(1, 3))
    def put_into_the_cart(self, buyer: int, which: int, pieces: int) -> None:
        product = sorted(self.prices)[which % len(self.prices)]
        self.tried(lambda: carts().add(Owner.account(buyer), product, pieces))

    @rule(buyer=st.sampled_from(BUYERS), which=Which)
    def take_out_of_the_cart(self, buyer: int, which: int) -> None:
        product = sorted(self.prices)[which % len(self.prices)]
        self.tried(lambda: carts().remove(Owner.account(buyer), product))

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
            again = orders().place(Principal(buyer), "parts", address, OrderTerms(100, 10, 60), request)
            assert (again.value.id, again.replayed) == (order.id, True)

    @rule(buyer=st.sampled_from(BUYERS))
    def put_things_of_two_sellers_into_the_cart_and_check_out(self, buyer: int) -> None:
        for product in sorted(self.prices)[:2]:
            self.tried(lambda product=product: carts().add(Owner.account(buyer), product, 1))
        self.place(buyer, OrderTerms(500, 10, 24 * 60))

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
            if attempt.reference in provider.requests and attempt.reference not in provider.captures:
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

    @precondition(lambda self: self.known)
    @rule(which=Which, code=st.sampled_from(["123456", "123456", "000000"]))
    def pay_by_mobile_money_with_a_code(self, which: int, code: str) -> None:
        provider = self.providers[Provider.PAYSTACK]
        provider.otp = "123456"
        attempt = self.start(which, Provider.PAYSTACK, Method.MOBILE_MONEY)
        if attempt is not None and attempt.next_step == "otp":
            order = self.an_order(which)
            self.tried(lambda: payments().initiation.submit_otp(self.buyer(order), order.id, attempt.reference, code))
            assert (attempt.reference in provider.captures) is (code == provider.otp)
        provider.otp = ""
