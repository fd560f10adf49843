"""Our gateways against the running sandbox, whose webhooks arrive at a receiver."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from commerce.kit import clock, http, secrets
from commerce.orders.payment import Attempt, AttemptStatus, Method, Provider, Refund, RefundStatus
from commerce.payments.providers import stripe_gateway
from commerce.payments.providers.flutterwave_gateway import Flutterwave
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import InitiatedPayment, PaymentRequest
from commerce.payments.providers.paypal_gateway import PayPal
from commerce.payments.providers.paystack_gateway import Paystack
from commerce.payments.providers.stripe_gateway import Stripe
from local.sandbox import keys
from local.sandbox.app import Sandbox
from local.sandbox.http import Operation, api_path, body_of
from local.sandbox.server import Running, serving
from local.sandbox.webhooks import Webhook, WebhookSender
from support import published as spec
from support.published import PROVIDERS, Judgement, check_exchange, check_webhook
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

    def request(self, reference: str = "ORD_7_a1b2c3d4e5", method: Method = Method.CARD, **more: Any) -> PaymentRequest:
        facts = {"amount_minor": 8_999, "currency": "USD", "return_url": "https://shop.test/paid.html"} | more
        return PaymentRequest(reference, 7, email="buyer@example.com", method=method, **facts)

    def attempt(self, request: PaymentRequest, initiated: InitiatedPayment, **more: Any) -> Attempt:
        facts = {"created_at": clock.now_ms(), "provider_reference": initiated.provider_reference} | more
        return Attempt(
            reference=request.reference,
            provider=self.provider,
            method=request.method,
            amount_minor=request.amount_minor,
            currency=request.currency,
            status=AttemptStatus.PENDING,
            **facts,
        )

    def initiated(self, **more: Any) -> tuple[Attempt, InitiatedPayment]:
        request = self.request(**more)
        initiated = self.gateway.initiate(request)
        return self.attempt(request, initiated), initiated

    def decide(self, url: str, outcome: str = "success") -> httpx.Response:
        return httpx.post(url, data={"outcome": outcome})

    def paid(self, **more: Any) -> Attempt:
        attempt, initiated = self.initiated(**more)
        assert self.decide(initiated.authorization_url).status_code == 303
        return attempt

    def refund(
        self, transaction: str, amount: int, name: str = "REF_7_1", tries: int = 0, currency: str = "USD"
    ) -> Refund:
        return Refund(
            id=name,
            reference="ORD_7_a1b2c3d4e5",
            provider=self.provider,
            transaction=transaction,
            amount_minor=amount,
            currency=currency,
            status=RefundStatus.REQUESTED,
            reason="returned",
            created_at=0,
            tries=tries,
        )

    def fails(self, kind: str, on: str, times: int = 1, **more: str) -> None:
        self.sandbox.sandbox.configure(faults=[{"kind": kind, "on": f"{self.name} {on}", "times": times, **more}])

    @property
    def captures(self) -> list[dict[str, Any]]:
        return self.sandbox.sandbox.book()["captures"]

    @property
    def refunds(self) -> list[dict[str, Any]]:
        return self.sandbox.sandbox.book()["refunds"]


@pytest.fixture(autouse=True)
def published(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> Iterator[dict[str, Judgement]]:
    """Every exchange and webhook of every test here is checked against what the provider publishes."""
    judgements = {name: Judgement() for name in PROVIDERS}
    call, send = Sandbox._call, WebhookSender.send

    def checked_call(sandbox: Sandbox, name: str, request: Request, operation: Operation) -> Response:
        response = call(sandbox, name, request, operation)
        is_altered = response.body.endswith(b'{"amount"') or response.status_code == 302
        if not is_altered:
            sent = spec.Request(request.method, api_path(request), request.url.query, request.headers, body_of(request))
            received = spec.Response(response.status_code, bytes(response.body), response.media_type or "")
            check_exchange(name, sent, received, judgements[name])
        return response

    def checked_send(sender: WebhookSender, webhook: Webhook) -> None:
        check_webhook(webhook.provider, webhook.body, judgements[webhook.provider])
        send(sender, webhook)

    monkeypatch.setattr(Sandbox, "_call", checked_call)
    monkeypatch.setattr(WebhookSender, "send", checked_send)
    yield judgements
    for name, judgement in judgements.items():
        record_property(f"published {name}", {**judgement.counts, "wrong": len(judgement.wrong)})
        assert not judgement.wrong, "\n".join(judgement.wrong)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much of each provider was checked against what it publishes."""
    totals: dict[str, Counter[str]] = {}
    for report in [entry for entries in terminalreporter.stats.values() for entry in entries]:
        for name, counts in getattr(report, "user_properties", ()):
            if name.startswith("published ") and report.when == "teardown":
                totals.setdefault(name.removeprefix("published "), Counter()).update(counts)
    if totals:
        terminalreporter.section("checked against what the providers publish")
    for name, counts in sorted(totals.items()):
        terminalreporter.line(f"{name:12} " + "  ".join(f"{count:5} {what}" for what, count in counts.items()))


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

    monkeypatch.setattr(http, "_client", remembering(http._client.__wrapped__))
    monkeypatch.setattr(stripe_gateway, "_client", remembering(stripe_gateway._client.__wrapped__))
    yield
    for client in made:
        session = client if isinstance(client, httpx.Client) else client._requestor._client
        session.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, clients: None) -> None:
    """Time-outs of a fraction of a second, for answers that never come."""
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(0.3))
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", 0.3)


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
