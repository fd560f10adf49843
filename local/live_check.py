"""`make live-check PROVIDER=paystack`: one payment of a few cents at the real provider, and its refund.

Checks at the provider itself what a sandbox of our own cannot prove: the amount that arrives, the names of its
states, a second start with the same reference, the refund. Keys come from the environment under the names that the
secret has, in capitals (PAYSTACK_SECRET_KEY, STRIPE_SECRET_KEY, FLUTTERWAVE_SECRET_KEY, PAYPAL_CLIENT_ID and
PAYPAL_SECRET). They are test keys; LIVE=1 lets real ones through: that takes what AMOUNT says, and gives it back.

Also: CURRENCY, AMOUNT (in the currency, 1.00), URL (another address of the provider), PHONE and NETWORK (mobile money
of Ghana instead of the page). Prints what it finds line by line, at the end `pass` or what differs. Exits with 0 or 1.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local import paths

sys.path.insert(0, str(paths.ROOT / "layers" / "domain"))

from commerce.kit import clock, http, money
from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider, Refund, RefundStatus
from commerce.payments.providers import keys, modes
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import (
    InitiatedPayment,
    PaymentRequest,
    ProviderRefused,
    ProviderReport,
    ProviderTrouble,
    RefundReport,
    RefundState,
    ReportedState,
)

URLS = {
    Provider.PAYSTACK: "https://api.paystack.co",
    Provider.STRIPE: "https://api.stripe.com",
    Provider.FLUTTERWAVE: "https://api.flutterwave.com",
    Provider.PAYPAL: "https://api-m.sandbox.paypal.com",
}
LIVE_PAYPAL = "https://api-m.paypal.com"
CURRENCIES = {Provider.PAYSTACK: "GHS", Provider.FLUTTERWAVE: "GHS", Provider.STRIPE: "USD", Provider.PAYPAL: "USD"}
KEYS = {
    Provider.PAYSTACK: ("paystack_secret_key",),
    Provider.STRIPE: ("stripe_secret_key",),
    Provider.FLUTTERWAVE: ("flutterwave_secret_key",),
    Provider.PAYPAL: ("paypal_client_id", "paypal_secret"),
}
POLL_SECONDS, TIMEOUT_SECONDS = 5.0, 600.0
RETURN_URL = "https://example.com/"


@dataclass
class LiveCheck:
    """One payment and its refund. `pay` gets the address where the buyer pays, and returns when they have tried or at
    once; `pause` waits between two polls."""

    provider: Provider
    gateway: Gateway
    amount_minor: int
    currency: str
    pay: Callable[[InitiatedPayment], None]
    pause: Callable[[], None]
    email: str = "buyer@example.com"
    phone: str = ""
    network: str = ""
    polls: int = int(TIMEOUT_SECONDS / POLL_SECONDS)
    differences: list[str] = field(default_factory=list)

    def run(self) -> list[str]:
        """What differs from what the gateway expects; empty when all is as it should be."""
        reference = f"ORD_0_{secrets.token_hex(5)}"
        request = self._request(reference)
        initiated = self.gateway.initiate(request)
        self._print(f"started {reference}", f"the provider calls it {initiated.provider_reference}")
        self._start_twice(request, initiated)
        attempt = self._attempt(request, initiated)
        before = self.gateway.fetch_status(attempt)
        self._expect("before anybody pays it is pending", before.state, ReportedState.PENDING)
        self.pay(initiated)
        report = self._paid(attempt)
        if report.state is not ReportedState.SUCCEEDED:
            self.differences.append(f"the payment is {report.state} and was to succeed")
            return self.differences
        self._expect("the amount is what was asked for", report.amount_minor, self.amount_minor)
        self._expect("the currency is what was asked for", report.currency, self.currency)
        self._expect("test money or real money, as the key says", report.is_live, self._is_live())
        self._print(f"transaction {report.transaction}", f"fee {money.text(report.fee_minor, report.currency)}")
        self._refund(attempt, report)
        return self.differences

    def _request(self, reference: str) -> PaymentRequest:
        return PaymentRequest(
            reference,
            0,
            self.amount_minor,
            self.currency,
            self.email,
            Method.MOBILE_MONEY if self.phone else Method.CARD,
            RETURN_URL,
            self.phone,
            self.network,
            clock.now_ms() + 45 * 60_000,
        )

    def _start_twice(self, request: PaymentRequest, initiated: InitiatedPayment) -> None:
        """The same reference starts no second payment: the same answer, or a refusal."""
        if self.phone or self.provider is Provider.FLUTTERWAVE:
            # A charge is not tried twice; Flutterwave makes another page of the same reference, of which one is paid.
            return
        try:
            again = self.gateway.initiate(request)
        except ProviderRefused as refusal:
            self._print("the same start again is refused", refusal.words)
        else:
            self._expect("the same start again", again.provider_reference, initiated.provider_reference)

    def _attempt(self, request: PaymentRequest, initiated: InitiatedPayment) -> Attempt:
        return Attempt(
            request.reference,
            self.provider,
            request.method,
            self.amount_minor,
            self.currency,
            AttemptStatus.PENDING,
            clock.now_ms(),
            provider_reference=initiated.provider_reference,
        )

    def _paid(self, attempt: Attempt) -> ProviderReport:
        report = ProviderReport(ReportedState.PENDING)
        for _ in range(self.polls):
            try:
                report = self.gateway.fetch_status(attempt)
            except ProviderTrouble:
                self._print("no answer", "polling again")
            if report.state is not ReportedState.PENDING:
                break
            self.pause()
        return report

    def _refund(self, attempt: Attempt, report: ProviderReport) -> None:
        refund = Refund(
            id=f"REF_{attempt.reference}",
            reference=attempt.reference,
            provider=self.provider,
            transaction=report.transaction,
            amount_minor=report.amount_minor,
            currency=report.currency,
            status=RefundStatus.REQUESTED,
            reason="live check",
            created_at=clock.now_ms(),
        )
        made = RefundReport(RefundState.PENDING)
        try:
            made = self.gateway.refund(refund)
        except ProviderTrouble:
            self._print("the refund got no answer", "refund it by hand if it stays so")
        self._print(f"the refund is {made.state}", made.problem)
        for _ in range(min(6, self.polls)):
            if made.state is not RefundState.PENDING:
                break
            self.pause()
            made = self.gateway.fetch_refund(refund)
        if made.state is RefundState.REFUSED:
            self.differences.append(f"the refund is refused: {made.problem}")
        elif made.state is RefundState.PENDING:
            self._print("the refund is still pending", "it may take days; look at the provider's dashboard")

    def _is_live(self) -> bool:
        return modes.mode_of(self.provider) == "live"

    def _expect(self, what: str, found: object, wanted: object) -> None:
        self._print(what, str(found))
        if found != wanted:
            self.differences.append(f"{what}: found {found}, expected {wanted}")

    @staticmethod
    def _print(what: str, more: str = "") -> None:
        print(f"  {what}{f': {more}' if more else ''}", flush=True)


def main(name: str, environment: Mapping[str, str], pay: Callable[[InitiatedPayment], None] | None = None) -> int:
    """0 when everything was as expected; 1 when something differs, 2 when it cannot be tried."""
    try:
        provider = Provider(name)
        needed = KEYS[provider]
    except (ValueError, KeyError):
        print(f"PROVIDER is one of {', '.join(KEYS)}.")
        return 2
    secret = {key: environment.get(key.upper(), "") for key in needed}
    if missing := [key.upper() for key, value in secret.items() if not value]:
        print(f"Set {' and '.join(missing)}: a test key of {provider}.")
        return 2
    is_live_allowed = environment.get("LIVE") == "1"
    url = environment.get("URL") or (LIVE_PAYPAL if is_live_allowed and provider is Provider.PAYPAL else URLS[provider])
    os.environ["PAYPAL_URL"] = url
    keys.hand_over(secret)
    try:
        mode = modes.mode_of(provider)
        if mode == "live" and not is_live_allowed:
            print("This key moves real money. LIVE=1 lets it.")
            return 2
        currency = environment.get("CURRENCY") or CURRENCIES[provider]
        amount = money.parse(environment.get("AMOUNT") or "1", currency)
        print(f"{provider} at {url}, {mode} money, {money.text(amount, currency)} {currency}")
        check = LiveCheck(
            provider,
            _gateway(provider, url),
            amount,
            currency,
            pay or _show,
            lambda: time.sleep(POLL_SECONDS),
            phone=environment.get("PHONE", ""),
            network=environment.get("NETWORK", "mtn") if environment.get("PHONE") else "",
        )
        try:
            differences = check.run()
        except (ProviderTrouble, ProviderRefused, http.NoAnswer) as error:
            differences = [f"{type(error).__name__}: {error}"]
    finally:
        keys.hand_over({})
    print("\n".join(f"DIFFERS: {line}" for line in differences) or "pass")
    return 1 if differences else 0


def _gateway(provider: Provider, url: str) -> Any:
    from commerce.payments.providers.flutterwave_gateway import Flutterwave
    from commerce.payments.providers.paypal_gateway import PayPal
    from commerce.payments.providers.paystack_gateway import Paystack
    from commerce.payments.providers.stripe_gateway import Stripe

    made = {
        Provider.PAYSTACK: Paystack,
        Provider.FLUTTERWAVE: Flutterwave,
        Provider.PAYPAL: PayPal,
        Provider.STRIPE: Stripe,
    }
    return made[provider](url)


def _show(initiated: InitiatedPayment) -> None:
    print(f"  pay here: {initiated.authorization_url or initiated.instructions}", flush=True)
    if initiated.next_step:
        print("  it asks for a code, which this check cannot hand over; take the network mtn", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "", os.environ))
