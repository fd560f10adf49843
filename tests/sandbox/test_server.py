"""The sandbox as a server: faults on the wire, restarts, both fronts, and where it may run."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import summary
from local.sandbox import faults, keys, messages, paystack_rules
from local.sandbox.app import Sandbox
from local.sandbox.asgi import SandboxApp
from local.sandbox.server import serving
from local.sandbox.store import Store

ROOT = Path(__file__).parents[2]
HEADERS = {"authorization": f"Bearer {keys.PAYSTACK_SECRET_KEY}"}
PAYMENT = {"email": "b@example.com", "amount": 100, "currency": "GHS", "reference": "ORD_1_a"}


def begun(paystack: httpx.Client, **headers: str) -> httpx.Response:
    return paystack.post("/transaction/initialize", json=PAYMENT, headers=headers)


@pytest.mark.parametrize("kind", faults.KINDS)
@pytest.mark.parametrize("asked_by", ["header", "settings"])
def test_faults(paystack: httpx.Client, http: httpx.Client, kind: str, asked_by: str) -> None:
    headers = {"x-sandbox-fault": kind} if asked_by == "header" else {}
    if asked_by == "settings":
        http.post("/settings", json={"faults": [{"kind": kind, "on": "paystack POST /transaction"}]})
    paystack.timeout = httpx.Timeout(0.3)
    status = {"503-after": 503}.get(kind, 500)
    match kind:
        case "lost":
            with pytest.raises(httpx.RemoteProtocolError):
                begun(paystack, **headers)
        case "hang" | "slow":
            with pytest.raises(httpx.ReadTimeout):
                begun(paystack, **headers)
        case "malformed":
            answer = begun(paystack, **headers)
            assert answer.status_code == 200
            with pytest.raises(ValueError, match="Expecting"):
                answer.json()
        case "redirect":
            answer = begun(paystack, **headers)
            assert (answer.status_code, answer.headers["location"]) == (302, faults.ELSEWHERE)
        case _:
            assert begun(paystack, **headers).status_code == status
    is_done = kind in ("lost", "hang", "slow", "malformed", "500-after", "503-after")
    assert paystack.get("/transaction/verify/ORD_1_a").status_code == (200 if is_done else 400)
    assert begun(paystack).status_code == (400 if is_done else 200)


def test_an_unknown_fault_is_refused(paystack: httpx.Client) -> None:
    assert begun(paystack, **{"x-sandbox-fault": "flood"}).status_code == 400


def test_a_slow_answer_comes_in_the_end(paystack: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "SLOW_SECONDS", 0.01)
    assert begun(paystack, **{"x-sandbox-fault": "slow"}).status_code == 200


@pytest.mark.parametrize("asked_by", ["query", "settings"])
def test_it_refuses_with_every_documented_code_on_request(http, paystack, sandbox, asked_by: str) -> None:
    for name, provider in sandbox.sandbox._providers.items():
        assert provider.refusals, name
    for code in paystack_rules.REFUSALS:
        if asked_by == "settings":
            rule = {"kind": "refuse", "code": code, "on": "paystack GET"}
            assert http.post("/settings", json={"faults": [rule]}).status_code == 200
        query = {"refuse": code} if asked_by == "query" else {}
        answer = paystack.get("/transaction/verify/ORD_1_a", params=query)
        assert (answer.status_code, answer.json()["code"]) == (paystack_rules.REFUSALS[code][0], code)
    assert paystack.get("/transaction/verify/ORD_1_a", params={"refuse": "FLOOD"}).status_code == 400


@pytest.mark.parametrize("rule", [{"kind": "refuse"}, {"kind": "lost", "code": "x"}, {"kind": "flood"}, {"times": 0}])
def test_a_rule_that_makes_no_sense_is_refused(http: httpx.Client, rule: dict[str, Any]) -> None:
    assert http.post("/settings", json={"faults": [rule]}).status_code == 400


def test_disputes_are_made_on_request(http: httpx.Client, paystack: httpx.Client) -> None:
    wanted = {"provider": "paystack", "reference": "ORD_1_a", "state": "open"}
    assert http.post("/disputes", json=wanted).status_code == 400
    httpx.post(begun(paystack).json()["data"]["authorization_url"], data={"outcome": "success"})
    number = http.post("/disputes", json=wanted).json()["id"]
    assert paystack.get(f"/dispute/{number}").json()["data"]["status"] == "awaiting-merchant-feedback"
    assert http.post("/disputes", json=wanted | {"state": "lost"}).json() == {"id": number}
    assert paystack.get(f"/dispute/{number}").json()["data"]["resolution"] == "merchant-accepted"
    for wrong in ({"state": "maybe"}, {"provider": "nobody"}, {"more": 1}):
        assert http.post("/disputes", json=wanted | wrong).status_code == 400
    assert http.post("/disputes", json=wanted | {"provider": "flutterwave"}).status_code == 404
    assert http.post("/disputes", content=b"{").status_code == 400


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "new" / "book.sqlite3"
    with serving(path=file) as running, httpx.Client(base_url=running.api("paystack"), headers=HEADERS) as paystack:
        page = begun(paystack).json()["data"]
        port = httpx.URL(running.url).port
    with serving(port=port or 0, path=file) as running:
        httpx.post(page["authorization_url"], data={"outcome": "success"})
        book = running.sandbox.book()
        assert [entry["reference"] for entry in book["captures"]] == ["ORD_1_a"]
    with serving(path=file) as running, httpx.Client(base_url=running.api("paystack"), headers=HEADERS) as paystack:
        assert running.sandbox.book() == book
        assert paystack.get("/transaction/verify/ORD_1_a").json()["data"]["status"] == "success"
        other = paystack.post("/transaction/initialize", json=PAYMENT | {"reference": "ORD_2_b"})
        assert other.status_code == 200


def test_it_starts_alone_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "local.sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/book").json() == {"captures": [], "refunds": []}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize("stage", ["prod", "staging", ""])
def test_it_runs_on_a_developers_machine_only(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    monkeypatch.setenv("STAGE", stage)
    with pytest.raises(RuntimeError, match="developer's machine"):
        Sandbox(None, "")  # type: ignore[arg-type]


def test_requests_too_large_are_refused(http: httpx.Client) -> None:
    assert http.post("/paystack/charge", content=b"x" * 1_000_001).status_code == 413


def asgi(app: SandboxApp, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> list[dict[str, Any]]:
    """What the application sends for a request, whose client goes away when it waits."""
    incoming = [
        {"type": "http.request", "body": body[:3], "more_body": True},
        {"type": "http.request", "body": body[3:], "more_body": False},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_the_same_as_an_asgi_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "SLOW_SECONDS", 0.01)
    sandbox = Sandbox(Store(), "http://localhost:8000/sandbox")
    app = SandboxApp(sandbox)
    start, body = asgi(app, "/sandbox/book")
    assert (start["status"], body["body"]) == (200, b'{"captures":[],"refunds":[]}')
    path, payment = "/sandbox/paystack/transaction/initialize", httpx.Request("POST", "http://x", json=PAYMENT).content
    start, body = asgi(app, path, "POST", payment, **HEADERS)
    assert start["status"] == 200
    assert b'"authorization_url":"http://localhost:8000/sandbox/pay/' in body["body"]
    path = "/sandbox/paystack/transaction/verify/ORD_1_a"
    start, body = asgi(app, path, **HEADERS, x_sandbox_fault="lost")
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"]) + 1).encode()
    assert body["more_body"]
    assert asgi(app, path, **HEADERS, x_sandbox_fault="hang") == []
    start, _ = asgi(app, path, **HEADERS, x_sandbox_fault="slow")
    assert start["status"] == 200
    start, body = asgi(app, "/sandbox/pay/none", "HEAD")
    assert (start["status"], body["body"]) == (404, b"")
    sandbox.close()


def test_a_developer_is_told_what_signs_webhooks() -> None:
    told, secret = summary.as_json(), keys.as_secret()
    assert told["webhook_secrets"] == {
        "paystack": secret["paystack_secret_key"],
        "stripe": secret["stripe_webhook_secret"],
        "flutterwave": secret["flutterwave_hash"],
        "paypal": secret["paypal_webhook_id"],
    }
    assert told["webhook_signing"].keys() == told["webhook_secrets"].keys()
    assert "/sandbox/paypal/sign" in told["webhook_signing"]["paypal"]
