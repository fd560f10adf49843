"""Our gateways against the running sandbox, whose webhooks arrive at a receiver."""

import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import httpx
import pytest

from commerce.kit import secrets, web
from commerce.payments import stripe_gateway
from commerce.payments.model import Attempt, AttemptStatus, Intent, Method, Provider, Refund, RefundStatus, Started
from commerce.payments.providers.flutterwave_gateway import Flutterwave
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.paypal_gateway import PayPal
from commerce.payments.providers.paystack_gateway import Paystack
from commerce.payments.providers.stripe_gateway import Stripe
from local.sandbox import keys
from local.sandbox.server import Running, serving
from support.receiver import Receiver, receiving

CLASSES: dict[str, Callable[[str], Gateway]] = {
    "paystack": Paystack,
    "stripe": Stripe,
    "flutterwave": Flutterwave,
    "paypal": PayPal,
}


class Till:
    """One provider's gateway with what a test does around it."""

    def __init__(self, name: str, sandbox: Running, receiver: Receiver) -> None:
        self.name = name
        self.provider = Provider(name)
        self.sandbox = sandbox
        self.receiver = receiver
        self.gateway = CLASSES[name](sandbox.api(name))

    def intent(self, reference: str = "ORD_7_a1b2c3d4e5", method: Method = Method.CARD, **more: Any) -> Intent:
        facts = {"amount_minor": 8_999, "currency": "USD", "return_url": "https://shop.test/paid.html"} | more
        return Intent(reference, 7, email="buyer@example.com", method=method, **facts)

    def attempt(self, intent: Intent, started: Started) -> Attempt:
        return Attempt(
            order_id=intent.order_id,
            buyer_id=1,
            reference=intent.reference,
            provider=self.provider,
            method=intent.method,
            amount_minor=intent.amount_minor,
            currency=intent.currency,
            status=AttemptStatus.PENDING,
            created_at=0,
            provider_reference=started.provider_reference,
        )

    def started(self, **more: Any) -> tuple[Attempt, Started]:
        intent = self.intent(**more)
        started = self.gateway.start(intent)
        return self.attempt(intent, started), started

    def decide(self, url: str, outcome: str = "success") -> httpx.Response:
        return httpx.post(url, data={"outcome": outcome})

    def paid(self, **more: Any) -> Attempt:
        attempt, started = self.started(**more)
        assert self.decide(started.authorization_url).status_code == 303
        return attempt

    def refund(self, transaction: str, amount: int, name: str = "REF_7_1", tries: int = 0) -> Refund:
        return Refund(
            id=name,
            order_id=7,
            reference="ORD_7_a1b2c3d4e5",
            provider=self.provider,
            transaction=transaction,
            amount_minor=amount,
            currency="USD",
            status=RefundStatus.REQUESTED,
            reason="returned",
            created_at=0,
            tries=tries,
        )

    def fails(self, kind: str, on: str, times: int = 1) -> None:
        self.sandbox.sandbox.configure(faults=[{"kind": kind, "on": f"{self.name} {on}", "times": times}])

    @property
    def captures(self) -> list[dict[str, Any]]:
        return self.sandbox.sandbox.book()["captures"]

    @property
    def refunds(self) -> list[dict[str, Any]]:
        return self.sandbox.sandbox.book()["refunds"]


@pytest.fixture(autouse=True)
def payment_keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The secret that the gateways read, as the local stack fills it; a test may change it."""
    held = keys.as_secret()
    monkeypatch.setitem(secrets._kept, "bazaar/payments", (time.monotonic() + 1e6, held))
    return held


@pytest.fixture(autouse=True)
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """HTTP clients of this test only, closed after it."""
    made: list[Any] = []

    def remembering(make: Callable[..., Any]) -> Callable[..., Any]:
        @cache
        def once(*arguments: str) -> Any:
            made.append(make(*arguments))
            return made[-1]

        return once

    monkeypatch.setattr(web, "_client", remembering(web._client.__wrapped__))
    monkeypatch.setattr(stripe_gateway, "_client", remembering(stripe_gateway._client.__wrapped__))
    yield
    for client in made:
        http = client if isinstance(client, httpx.Client) else client._requestor._client
        http.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def sandbox(receiver: Receiver) -> Iterator[Running]:
    with serving(receiver.url + "/{provider}/") as running:
        yield running


@pytest.fixture(params=list(CLASSES))
def till(request: pytest.FixtureRequest, sandbox: Running, receiver: Receiver) -> Till:
    return Till(request.param, sandbox, receiver)


@pytest.fixture
def till_of(sandbox: Running, receiver: Receiver) -> Callable[[str], Till]:
    return lambda name: Till(name, sandbox, receiver)
