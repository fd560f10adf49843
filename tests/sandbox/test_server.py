"""The sandbox as a server: faults on the wire, restarts, failures, and where it may run."""

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import summary
from local.sandbox import faults, keys, paystack_rules
from local.sandbox.app import Sandbox
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
    monkeypatch.setattr(faults, "SLOW_SECONDS", 0.01)
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
        try:
            url = process.stdout.readline().strip()
            assert httpx.get(f"{url}/book").json() == {"captures": [], "refunds": [], "transfers": []}
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize("stage", ["prod", "staging", ""])
def test_it_runs_on_a_developers_machine_only(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    monkeypatch.setenv("STAGE", stage)
    with pytest.raises(RuntimeError, match="developer's machine"):
        Sandbox(None, "")  # type: ignore[arg-type]


def test_requests_too_large_are_refused(http: httpx.Client) -> None:
    assert http.post("/paystack/charge", content=b"x" * 1_000_001).status_code == 413


def test_pages_are_where_the_browser_reaches_them() -> None:
    sandbox = Sandbox(Store(), "http://localhost:8000/sandbox")
    transport = httpx.ASGITransport(sandbox.app)

    async def begin() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
            return await client.post("/sandbox/paystack/transaction/initialize", json=PAYMENT, headers=HEADERS)

    response = asyncio.run(begin())
    assert response.json()["data"]["authorization_url"].startswith("http://localhost:8000/sandbox/pay/")
    sandbox.close()


def test_a_head_request_has_no_body(http: httpx.Client) -> None:
    response = http.head("/pay/none")
    assert (response.status_code, response.content) == (404, b"")


def test_a_path_that_takes_other_methods_says_so(http: httpx.Client) -> None:
    response = http.get("/disputes")
    assert (response.status_code, response.json()) == (405, {"error": "Method Not Allowed"})


def test_a_request_that_fails_changes_nothing(http, paystack, sandbox, receiver, monkeypatch) -> None:
    """An error of the sandbox itself, after it has stored and announced a payment."""
    url = begun(paystack).json()["data"]["authorization_url"]
    provider = sandbox.sandbox._providers["paystack"]
    pay = provider.pay

    def failing(page: dict[str, Any], is_success: bool) -> str:
        pay(page, is_success)
        raise ZeroDivisionError

    monkeypatch.setattr(provider, "pay", failing)
    response = httpx.post(url, data={"outcome": "success"})
    assert (response.status_code, response.json()["error"]) == (500, "The sandbox itself failed; see its log.")
    assert http.get("/book").json()["captures"] == []
    assert (http.get("/deliveries").json(), receiver.received) == ({"pending": 0, "deliveries": []}, [])


def test_a_call_that_hangs_does_not_hold_up_the_end() -> None:
    with serving() as running, httpx.Client(base_url=running.api("paystack"), headers=HEADERS) as paystack:
        with pytest.raises(httpx.ReadTimeout):
            paystack.get("/refund", headers={"x-sandbox-fault": "hang"}, timeout=0.1)
        client = socket.create_connection(("127.0.0.1", httpx.URL(running.url).port or 0))
        lines = ("GET /sandbox/paystack/refund HTTP/1.1", "host: x", "x-sandbox-fault: hang", "", "")
        client.sendall("\r\n".join(lines).encode())
    with client:
        client.settimeout(5)
        while client.recv(4096):
            """What is left of the answer, until the connection is closed."""


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
