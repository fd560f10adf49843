"""The parts document's eight steps, from an anonymous cart to a verified payment, with every provider; and webhooks
that nobody should believe, signed, altered and misdirected."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from support.stack import Stack

ROOT = Path(__file__).parents[2]
PASSWORD = "securepass123"
TIMEOUT_SECONDS = 30
PROVIDERS = ("paystack", "stripe", "flutterwave", "paypal")


def register(stack: Stack) -> httpx.Client:
    form = {"email": f"{uuid4().hex}@example.com", "password": PASSWORD, "first_name": "John", "last_name": "Doe"}
    answer = stack.client("parts").post("/api/users/register/", json=form)
    assert answer.status_code == 201, answer.text
    return stack.client("parts", answer.json()["access_token"])


def order(buyer: httpx.Client, pieces: int = 1) -> dict[str, Any]:
    [piston] = [row for row in buyer.get("/api/categories/engine-parts/products/").json() if row["slug"] == "piston"]
    for _ in range(pieces):
        assert buyer.post(f"/api/carts/products/{piston['id']}/add/").json() == {"message": "Added to cart"}
    answer = buyer.post(
        "/api/orders/orders/create/", json={"shipping_address": "123 Main St", "phone": "+234123456789"}
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def awaited(question: Any, wanted: Any) -> Any:
    """The answer once it is the wanted one, or the last."""
    for _ in range(TIMEOUT_SECONDS * 5):
        found = question()
        if found == wanted:
            break
        time.sleep(0.2)
    return found


def press(url: str, outcome: str) -> httpx.Response:
    """What the pay page's buttons do."""
    page = httpx.get(url, timeout=30)
    assert page.status_code == 200
    assert all(word in page.text for word in ("Pay", "Decline"))
    return httpx.post(url, data={"outcome": outcome}, timeout=30)


def test_the_documents_eight_steps(stack: Stack) -> None:
    browser = stack.client("parts")
    # 1. Register
    form = {"email": f"{uuid4().hex}@example.com", "password": PASSWORD, "first_name": "John", "last_name": "Doe"}
    registered = browser.post("/api/users/register/", json=form)
    assert (registered.status_code, sorted(registered.json())) == (
        201,
        ["access_token", "refresh_token", "user_serializer"],
    )
    token = {"Authorization": f"Bearer {registered.json()['access_token']}"}
    # 2. Browse categories
    categories = browser.get("/api/categories/")
    assert "engine-parts" in [category["slug"] for category in categories.json()]
    # 3. View products of one
    products = browser.get("/api/categories/engine-parts/products/")
    [piston] = [row for row in products.json() if row["slug"] == "piston"]
    assert (piston["price"], piston["category"]["slug"]) == ("2500.00", "engine-parts")
    again = browser.get("/api/categories/engine-parts/products/", headers={"If-None-Match": products.headers["ETag"]})
    assert again.status_code == 304
    # 4. Add to the anonymous cart; the browser keeps the cookie
    for _ in range(3):
        added = browser.post(f"/api/carts/products/{piston['id']}/add/")
        assert (added.status_code, added.json()) == (200, {"message": "Added to cart"})
    assert "sessionid" in browser.cookies
    # 5. View the cart
    cart = browser.get("/api/carts/products/").json()
    assert (cart["total_price"], cart["items"][0]["quantity"], cart["items"][0]["subtotal"]) == (
        "7500.00",
        3,
        "7500.00",
    )
    # 6. Create the order
    form = {"shipping_address": "123 Main St", "phone": "+234123456789"}
    created = browser.post("/api/orders/orders/create/", json=form, headers=token)
    assert created.status_code == 201, created.text
    placed = created.json()
    assert (placed["total_amount"], placed["status"], placed["is_paid"]) == ("7500.00", "pending", False)
    assert browser.get("/api/carts/products/").json() == {"message": "Cart is empty"}
    # 7. Initialize the payment, and pay on the provider's page
    started = browser.post(f"/api/payments/create/{placed['id']}/", headers=token)
    assert (started.status_code, sorted(started.json())) == (200, ["access_code", "authorization_url", "reference"])
    reference = started.json()["reference"]
    early = browser.get("/api/payments/verify/", params={"reference": reference}, headers=token)
    assert (early.status_code, early.json()["detail"]) == (400, "Payment verification failed.")
    back = press(started.json()["authorization_url"], "success")
    assert back.status_code == 303
    assert reference in back.headers["location"]
    # 8. Verify
    verified = browser.get("/api/payments/verify/", params={"reference": reference}, headers=token)
    assert (verified.status_code, verified.json()) == (200, {"detail": "Payment verified and order marked as paid."})
    detail = browser.get(f"/api/orders/orders/{placed['id']}/", headers=token).json()
    assert (detail["is_paid"], detail["status"]) == (True, "confirmed")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_webhook_alone_settles(stack: Stack, provider: str) -> None:
    buyer = register(stack)
    placed = order(buyer)
    started = buyer.post(f"/api/payments/create/{placed['id']}/", json={"provider": provider})
    assert started.status_code == 200, started.text
    assert press(started.json()["authorization_url"], "success").status_code == 303

    def is_paid() -> bool:
        return bool(buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"])

    assert awaited(is_paid, True)
    [capture] = [
        row
        for row in httpx.get(f"{stack.url}/sandbox/book").json()["captures"]
        if row["reference"] == started.json()["reference"]
    ]
    assert (capture["provider"], capture["amount_minor"], capture["currency"]) == (provider, 250_000, "USD")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_declined_payment_pays_nothing_and_another_may_follow(stack: Stack, provider: str) -> None:
    buyer = register(stack)
    placed = order(buyer)
    first = buyer.post(f"/api/payments/create/{placed['id']}/", json={"provider": provider}).json()
    assert press(first["authorization_url"], "failure").status_code == 303
    verified = buyer.get("/api/payments/verify/", params={"reference": first["reference"]})
    assert verified.status_code == 400
    assert not buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"]


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_mobile_money(stack: Stack, provider: str) -> None:
    buyer = register(stack)
    placed = order(buyer)
    choice = {"provider": provider, "method": "mobile_money", "network": "mtn", "phone": "+233501234567"}
    started = buyer.post(f"/api/payments/create/{placed['id']}/", json=choice)
    assert started.status_code == 200, started.text
    assert started.json()["instructions"]
    assert press(started.json()["authorization_url"], "success").status_code == 303
    assert awaited(lambda: buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"], True)


def test_mobile_money_whose_network_shows_a_voucher(stack: Stack) -> None:
    from local.sandbox.paystack_rules import VOUCHER

    buyer = register(stack)
    placed = order(buyer)
    choice = {"method": "mobile_money", "network": "telecel", "phone": "+233201234567"}
    started = buyer.post(f"/api/payments/create/{placed['id']}/", json=choice)
    assert (started.status_code, started.json()["next_step"]) == (200, "otp")
    said = {"reference": started.json()["reference"], "otp": VOUCHER}
    assert buyer.post("/api/payments/otp/", json=said).status_code == 200
    assert awaited(lambda: buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"], True)


def test_a_dispute_reaches_staff_and_goes_when_it_is_decided(stack: Stack) -> None:
    buyer = register(stack)
    placed = order(buyer)
    started = buyer.post(f"/api/payments/create/{placed['id']}/", json={"provider": "stripe"}).json()
    press(started["authorization_url"], "success")
    assert awaited(lambda: buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"], True)
    staff = stack.client("admin", stack.login("admin"))

    def needs_attention() -> bool:
        return placed["id"] in {row["id"] for row in staff.get("/api/attention/").json()["orders"]}

    for state, is_listed in (("open", True), ("won", False)):
        said = {"provider": "stripe", "reference": started["reference"], "state": state}
        assert httpx.post(f"{stack.url}/sandbox/disputes", json=said).status_code == 200
        assert awaited(needs_attention, is_listed) is is_listed


def test_a_bank_transfer_is_confirmed_by_staff(stack: Stack) -> None:
    buyer = register(stack)
    placed = order(buyer)
    started = buyer.post(f"/api/payments/create/{placed['id']}/", json={"method": "bank_transfer"})
    assert started.status_code == 200, started.text
    assert started.json()["instructions"]
    staff = stack.client("admin", stack.login("admin"))
    assert staff.patch(f"/api/orders/{placed['id']}/", json={"status": "confirmed"}).status_code == 200
    assert buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"]


def signed(
    stack: Stack, provider: str, body: bytes, *, at: int | None = None, key: str | None = None
) -> dict[str, str]:
    """The headers with which the provider would send these bytes."""
    secret = (key or stack.demo["webhook_secrets"][provider]).encode()
    if provider == "paystack":
        return {"x-paystack-signature": hmac.new(secret, body, hashlib.sha512).hexdigest()}
    if provider == "stripe":
        stamp = str(at or int(time.time()))
        digest = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"stripe-signature": f"t={stamp},v1={digest}"}
    if provider == "flutterwave":
        digest = hmac.new(secret, body, hashlib.sha256).digest()
        return {"flutterwave-signature": base64.b64encode(digest).decode()}
    answer = httpx.post(f"{stack.url}/sandbox/paypal/sign", content=body)
    return dict(answer.json()["headers"])


def event_of(provider: str, reference: str) -> bytes:
    """A success as the provider would report it."""
    number = int(time.time() * 1000) % 10**9
    data: dict[str, Any] = {
        "paystack": {
            "event": "charge.success",
            "data": {"id": number, "reference": reference, "amount": 250_000, "currency": "USD", "status": "success"},
        },
        "stripe": {
            "id": f"evt_{number}",
            "object": "event",
            "type": "payment_intent.succeeded",
            "livemode": False,
            "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {"reference": reference}}},
        },
        "flutterwave": {
            "event": "charge.completed",
            "data": {"id": number, "tx_ref": reference, "amount": 2500, "currency": "USD", "status": "successful"},
        },
        "paypal": {
            "id": f"WH-{number}",
            "event_type": "PAYMENT.CAPTURE.COMPLETED",
            "resource": {"id": "C-1", "custom_id": reference, "amount": {"value": "2500.00", "currency_code": "USD"}},
        },
    }[provider]
    return json.dumps(data).encode()


def forgeries(stack: Stack, provider: str, reference: str) -> list[tuple[str, str, bytes, dict[str, str]]]:
    """(what is wrong, path, body, headers) of webhooks that must be refused."""
    body = event_of(provider, reference)
    genuine = signed(stack, provider, body)
    path = f"/api/webhooks/payment/{provider}/"
    other = PROVIDERS[PROVIDERS.index(provider) - 1]
    name = next(iter(genuine))
    found = [
        ("unsigned", path, body, {}),
        ("unsigned, at the common path", "/api/webhooks/payment/", body, {}),
        ("altered body", path, body.replace(b"2500", b"1000") + b" ", genuine),
        ("two providers' signatures", path, body, genuine | signed(stack, other, body)),
        ("at another provider's path", f"/api/webhooks/payment/{other}/", body, genuine),
        ("empty signature", path, body, dict.fromkeys(genuine, "")),
        ("garbage signature", path, body, dict.fromkeys(genuine, "x" * 40)),
        ("another header's name", path, body, {f"x-{name}": genuine[name]}),
        ("signature of another body", path, body, signed(stack, provider, b"{}")),
        ("signed, but no JSON", path, b"not json", signed(stack, provider, b"not json")),
        ("signed, but a list", path, b"[]", signed(stack, provider, b"[]")),
    ]
    if provider == "paypal":
        evil = (
            "https://evil.example/cert",
            "http://api.paypal.com/cert",
            "https://paypal.com.evil.example/c",
            "file:///etc",
        )
        found += [("foreign certificate", path, body, genuine | {"paypal-cert-url": url}) for url in evil]
        found += [
            ("a part missing", path, body, {k: v for k, v in genuine.items() if k != dropped}) for dropped in genuine
        ]
    else:
        found += [
            ("signed with another key", path, body, signed(stack, provider, body, key="another-key")),
            ("signed with an empty key", path, body, {name: signed(stack, provider, body, key="\0")[name]}),
            ("signature cut short", path, body, {name: genuine[name][:-2]}),
            ("signature with more behind it", path, body, {name: genuine[name] + "00"}),
        ]
    if provider == "stripe":
        now = int(time.time())
        old, ahead = signed(stack, provider, body, at=now - 301), signed(stack, provider, body, at=now + 86_400)
        found += [
            ("five minutes old", path, body, old),
            ("a day ahead", path, body, ahead),
            ("v0 only", path, body, {name: genuine[name].replace("v1=", "v0=")}),
            ("no time", path, body, {name: genuine[name].partition(",")[2]}),
        ]
    if provider == "flutterwave":
        found += [
            ("wrong static hash", path, body, {"verif-hash": "wrong"}),
            ("empty hash", path, body, {"verif-hash": ""}),
        ]
    return found


def test_forged_altered_and_misdirected_webhooks_change_nothing_and_genuine_ones_pass(stack: Stack) -> None:
    hooks = stack.client("omnisell")
    refused = 0
    for provider in PROVIDERS:
        buyer = register(stack)
        placed = order(buyer)
        started = buyer.post(f"/api/payments/create/{placed['id']}/", json={"provider": provider}).json()
        for what, path, body, headers in forgeries(stack, provider, started["reference"]):
            sent = {"content-type": "application/json", **headers}
            answer = hooks.post(path, content=body, headers=sent)
            assert answer.status_code == 400, (provider, what, answer.status_code, answer.text)
            refused += 1
        # Genuine, but the provider knows of no such payment: taken, asked about, and nothing comes of it.
        lies = [
            event_of(provider, started["reference"]),
            event_of(provider, "ORD_1_abcdef0123"),
            event_of(provider, ""),
        ]
        for body in [*lies, lies[0]]:
            answer = hooks.post(
                "/api/webhooks/payment/",
                content=body,
                headers={"content-type": "application/json", **signed(stack, provider, body)},
            )
            assert (answer.status_code, answer.json()) == (200, {"received": True}), (provider, answer.text)
        time.sleep(1)
        assert not buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"]
        # The payment that follows, and its own webhook, are as good as ever.
        assert press(started["authorization_url"], "success").status_code == 303
        assert awaited(lambda: buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"], True)  # noqa: B023
    assert refused >= 60


def test_what_lies_in_the_dead_letters_is_put_back_and_settled(stack: Stack) -> None:
    buyer = register(stack)
    placed = order(buyer)
    httpx.post(f"{stack.url}/sandbox/settings", json={"drop": True})
    try:
        started = buyer.post(f"/api/payments/create/{placed['id']}/").json()
        assert press(started["authorization_url"], "success").status_code == 303
    finally:
        httpx.post(f"{stack.url}/sandbox/settings", json={"drop": False})
    found = stack.aws("cloudformation").describe_stack_resources(StackName="bazaar")["StackResources"]
    [parked] = [row["PhysicalResourceId"] for row in found if row["LogicalResourceId"] == "SettlementDeadLetters"]
    message = {"order_id": placed["id"], "reference": started["reference"]}
    stack.aws("sqs").send_message(QueueUrl=parked, MessageBody=json.dumps(message))
    redriven = run(stack, "local.redrive", "Settlement")
    assert redriven.stdout.endswith("messages went back to SettlementQueue.\n"), redriven.stdout + redriven.stderr
    assert awaited(lambda: buyer.get(f"/api/orders/orders/{placed['id']}/").json()["is_paid"], True)


def run(stack: Stack, module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """One of the operator's commands, on this stack."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PORT": stack.url.rpartition(":")[2]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_books_agree_with_the_providers_own(stack: Stack) -> None:
    checked = run(stack, "local.check_books")
    assert checked.returncode == 0, checked.stdout + checked.stderr
