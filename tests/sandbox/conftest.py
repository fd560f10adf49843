"""A sandbox of its own for each test, on a free port, whose webhooks arrive at a receiver."""

from collections.abc import Iterator

import httpx
import pytest

from local.sandbox import keys
from local.sandbox.server import Running, serving
from support.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def sandbox(receiver: Receiver) -> Iterator[Running]:
    with serving(receiver.url + "/{provider}/") as running:
        yield running


@pytest.fixture
def http(sandbox: Running) -> Iterator[httpx.Client]:
    """A client at /sandbox, without keys."""
    with httpx.Client(base_url=sandbox.url) as client:
        yield client


@pytest.fixture
def paystack(sandbox: Running) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {keys.PAYSTACK_SECRET_KEY}"}
    with httpx.Client(base_url=sandbox.api("paystack"), headers=headers) as client:
        yield client


@pytest.fixture
def flutterwave(sandbox: Running) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {keys.FLUTTERWAVE_SECRET_KEY}"}
    with httpx.Client(base_url=sandbox.api("flutterwave"), headers=headers) as client:
        yield client


@pytest.fixture
def paypal(sandbox: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.api("paypal")) as client:
        held = (keys.PAYPAL_CLIENT_ID, keys.PAYPAL_SECRET)
        answer = client.post("/v1/oauth2/token", auth=held, data={"grant_type": "client_credentials"})
        client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.fixture
def stripe(sandbox: Running) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {keys.STRIPE_SECRET_KEY}"}
    with httpx.Client(base_url=sandbox.api("stripe"), headers=headers) as client:
        yield client
