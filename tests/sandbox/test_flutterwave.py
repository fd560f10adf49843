"""The sandbox as Flutterwave."""

import base64
import hashlib
import hmac
import json

import httpx
import pytest

from local.sandbox import keys

PAYMENT = {
    "tx_ref": "ORD_1_aa",
    "amount": "89.99",
    "currency": "USD",
    "redirect_url": "https://shop.test/paid",
    "customer": {"email": "buyer@example.com"},
}


def link(flutterwave: httpx.Client, **more: object) -> str:
    return flutterwave.post("/v3/payments", json=PAYMENT | more).json()["data"]["link"]


def verify(flutterwave: httpx.Client, reference: str = "ORD_1_aa") -> httpx.Response:
    return flutterwave.get("/v3/transactions/verify_by_reference", params={"tx_ref": reference})


@pytest.mark.parametrize(("outcome", "status"), [("success", "successful"), ("failure", "failed")])
def test_the_hosted_page(flutterwave: httpx.Client, outcome: str, status: str) -> None:
    url = link(flutterwave)
    unknown = verify(flutterwave)
    assert (unknown.status_code, unknown.json()["message"]) == (400, "No transaction was found for this id")
    page = httpx.post(url, data={"outcome": outcome})
    data = verify(flutterwave).json()["data"]
    assert (data["status"], data["amount"], data["currency"]) == (status, 89.99, "USD")
    assert (data["tx_ref"], data["charged_amount"], data["app_fee"]) == ("ORD_1_aa", 89.99, 1.26)
    where = f"https://shop.test/paid?status={status}&tx_ref=ORD_1_aa&transaction_id={data['id']}"
    assert page.headers["location"] == where


def test_one_reference_may_be_tried_again_and_the_success_counts(flutterwave: httpx.Client) -> None:
    for outcome in ("failure", "success", "failure"):
        httpx.post(link(flutterwave), data={"outcome": outcome})
    assert verify(flutterwave).json()["data"]["status"] == "successful"


def test_mobile_money(flutterwave: httpx.Client) -> None:
    charge = {key: PAYMENT[key] for key in ("tx_ref", "amount")} | {"currency": "GHS", "email": "b@example.com"}
    wallet = {"phone_number": "0551234987", "network": "MTN"}
    path = "/v3/charges?type=mobile_money_ghana"
    assert flutterwave.post(path, json=charge).status_code == 400
    answer = flutterwave.post(path, json=charge | wallet).json()
    assert (answer["message"], answer["meta"]["authorization"]["mode"]) == ("Charge initiated", "redirect")
    assert verify(flutterwave).json()["data"]["status"] == "pending"
    httpx.post(answer["meta"]["authorization"]["redirect"], data={"outcome": "success"})
    data = verify(flutterwave).json()["data"]
    assert (data["status"], data["payment_type"]) == ("successful", "mobilemoneygh")


@pytest.mark.parametrize(
    "change", [{"amount": "0"}, {"amount": "1.234"}, {"amount": None}, {"tx_ref": ""}, {"customer": 1}]
)
def test_what_it_refuses(flutterwave: httpx.Client, change: dict) -> None:
    answer = flutterwave.post("/v3/payments", json=PAYMENT | change)
    assert (answer.status_code, answer.json()["status"]) == (400, "error")


def test_refunds(flutterwave: httpx.Client, http: httpx.Client) -> None:
    httpx.post(link(flutterwave), data={"outcome": "success"})
    number = verify(flutterwave).json()["data"]["id"]
    path = f"/v3/transactions/{number}/refund"
    part = flutterwave.post(path, json={"amount": "20.00", "comments": "REF_1"}).json()
    assert part["message"] == "Transaction refund initiated"
    assert (part["data"]["status"], part["data"]["amount_refunded"], part["data"]["tx_id"]) == ("completed", 20, number)
    assert flutterwave.post(path, json={"amount": "70.00"}).status_code == 400
    assert flutterwave.post(path, json={}).json()["data"]["amount_refunded"] == 69.99
    assert flutterwave.post(path, json={}).status_code == 400
    assert flutterwave.post("/v3/transactions/1/refund", json={}).status_code == 400
    rows = flutterwave.get("/v3/refunds", params={"id": number}).json()["data"]
    assert [(row["transaction_id"], row["comment"]) for row in rows] == [(number, ""), (number, "REF_1")]
    assert [entry["amount_minor"] for entry in http.get("/book").json()["refunds"]] == [2_000, 6_999]


@pytest.mark.parametrize("signature", ["verif-hash", "flutterwave-signature"])
def test_webhooks(flutterwave: httpx.Client, http: httpx.Client, receiver, signature: str) -> None:
    http.post("/settings", json={"signature": signature})
    httpx.post(link(flutterwave), data={"outcome": "success"})
    [request] = receiver.wait(1)
    event = json.loads(request.body)
    assert (event["event"], event["data"]["tx_ref"], event["data"]["status"]) == (
        "charge.completed",
        "ORD_1_aa",
        "successful",
    )
    digest = hmac.new(keys.FLUTTERWAVE_HASH.encode(), request.body, hashlib.sha256).digest()
    expected = {"verif-hash": keys.FLUTTERWAVE_HASH, "flutterwave-signature": base64.b64encode(digest).decode()}
    assert request.headers[signature] == expected[signature]
    assert not expected.keys() - {signature} & request.headers.keys()


@pytest.mark.parametrize(
    ("outcome", "status", "disbursed", "booked"),
    [("done", "completed-mpgs", "successful", 1), ("failed", "completed", "failed", 0)],
)
def test_a_refund_is_begun_and_then_paid_out_or_not(flutterwave, http, outcome, status, disbursed, booked) -> None:
    http.post("/settings", json={"refund_outcome": outcome})
    httpx.post(link(flutterwave), data={"outcome": "success"})
    number = verify(flutterwave).json()["data"]["id"]
    made = flutterwave.post(f"/v3/transactions/{number}/refund", json={"amount": "20.00"}).json()
    assert made["data"]["status"] == "completed"
    [row] = flutterwave.get("/v3/refunds", params={"id": number}).json()["data"]
    assert (row["status"], json.loads(row["meta"])["disburse_status"]) == (status, disbursed)
    assert len(http.get("/book").json()["refunds"]) == booked


def test_a_session_ends(flutterwave: httpx.Client, http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from local.sandbox import flutterwave as sandbox_flutterwave

    url = link(flutterwave, session_duration=30)
    now = sandbox_flutterwave.now_ms()
    monkeypatch.setattr(sandbox_flutterwave, "now_ms", lambda: now + 31 * 60_000)
    page = httpx.post(url, data={"outcome": "success"})
    assert "status=cancelled" in page.headers["location"]
    assert http.get("/book").json()["captures"] == []


@pytest.mark.parametrize(
    "change", [{"colour": "red"}, {"session_duration": 0}, {"session_duration": 1441}, {"currency": "JPY"}]
)
def test_unknown_fields_and_values_are_refused(flutterwave: httpx.Client, change: dict) -> None:
    assert flutterwave.post("/v3/payments", json=PAYMENT | change).status_code == 400


def test_a_time_out_is_done_and_says_nothing(flutterwave: httpx.Client) -> None:
    charge = {"tx_ref": "ORD_1_aa", "amount": "5", "currency": "GHS", "email": "b@example.com"}
    wallet = {"phone_number": "0551234987", "network": "AIRTELTIGO"}
    path, headers = "/v3/charges?type=mobile_money_ghana", {"x-sandbox-fault": "503-after"}
    answer = flutterwave.post(path, json=charge | wallet, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (503, "An error occurred. Please contact support")
    assert verify(flutterwave).json()["data"]["status"] == "pending"
    assert flutterwave.post(path, json=charge | wallet | {"network": "TIGO"}).status_code == 400
