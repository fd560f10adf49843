"""The sandbox as Paystack."""

import hashlib
import hmac
import json

import httpx
import pytest

from local.sandbox import keys

PAYMENT = {
    "email": "buyer@example.com",
    "amount": 20_000,
    "currency": "GHS",
    "reference": "ORD_1_aa",
    "callback_url": "https://shop.test/paid?from=1",
    "metadata": {"order_id": 1},
}


def begun(paystack: httpx.Client, **more: object) -> dict:
    return paystack.post("/transaction/initialize", json=PAYMENT | more).json()["data"]


def verified(paystack: httpx.Client, reference: str = "ORD_1_aa") -> dict:
    return paystack.get(f"/transaction/verify/{reference}").json()["data"]


def paid(paystack: httpx.Client, **more: object) -> dict:
    data = begun(paystack, **more)
    httpx.post(data["authorization_url"], data={"outcome": "success"})
    return verified(paystack, data["reference"])


def test_initialize_and_verify(paystack: httpx.Client) -> None:
    answer = paystack.post("/transaction/initialize", json=PAYMENT)
    data = answer.json()["data"]
    assert answer.status_code == 200
    assert answer.json() == {
        "status": True,
        "message": "Authorization URL created",
        "data": {
            "authorization_url": data["authorization_url"],
            "access_code": data["access_code"],
            "reference": "ORD_1_aa",
        },
    }
    before = verified(paystack)
    assert (before["status"], before["gateway_response"]) == ("abandoned", "The transaction was not completed")
    assert (before["paid_at"], before["fees"], before["amount"]) == (None, None, 20_000)
    page = httpx.post(data["authorization_url"], data={"outcome": "success"})
    assert page.status_code == 303
    assert page.headers["location"] == "https://shop.test/paid?from=1&trxref=ORD_1_aa&reference=ORD_1_aa"
    after = verified(paystack)
    assert (after["status"], after["domain"], after["channel"], after["fees"]) == ("success", "test", "card", 390)
    assert after["metadata"] == {"order_id": 1}


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"email": ""}, 400, "Invalid Email Address Passed"),
        ({"amount": 0}, 400, "Invalid Amount Sent"),
        ({"amount": "ten"}, 400, "Invalid Amount Sent"),
        ({"amount": -5}, 400, "Invalid Amount Sent"),
        ({"currency": "EUR"}, 403, "Currency not supported by merchant"),
    ],
)
def test_what_it_refuses(paystack: httpx.Client, change: dict, status: int, message: str) -> None:
    answer = paystack.post("/transaction/initialize", json=PAYMENT | change)
    assert answer.status_code == status
    assert (answer.json()["status"], answer.json()["message"]) == (False, message)


def test_a_reference_is_taken_once(paystack: httpx.Client) -> None:
    begun(paystack)
    charge = {name: PAYMENT[name] for name in ("email", "amount", "currency", "reference")}
    wallet = {"mobile_money": {"phone": "0551234987", "provider": "mtn"}}
    for path, body in (("/transaction/initialize", PAYMENT), ("/charge", charge | wallet)):
        answer = paystack.post(path, json=body)
        assert answer.status_code == 400
        assert answer.json()["message"] == "Duplicate Transaction Reference"
        assert answer.json()["code"] == "duplicate_reference"


def test_an_unknown_reference_and_a_wrong_key(paystack: httpx.Client) -> None:
    answer = paystack.get("/transaction/verify/ORD_9_zz")
    assert (answer.status_code, answer.json()["message"]) == (400, "Transaction reference not found.")
    answer = paystack.get("/transaction/verify/x", headers={"authorization": "Bearer sk_test_other"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Invalid key")
    assert paystack.post("/refund", content=b"{").status_code == 400
    assert paystack.get("/transfer").status_code == 404


def test_mobile_money_is_approved_on_the_phones_page(paystack: httpx.Client) -> None:
    wallet = {"phone": "0551234987", "provider": "mtn"}
    charge = {name: value for name, value in PAYMENT.items() if name != "callback_url"}
    answer = paystack.post("/charge", json=charge | {"mobile_money": wallet}).json()
    assert (answer["message"], answer["data"]["status"]) == ("Charge attempted", "pay_offline")
    assert verified(paystack)["status"] == "ongoing"
    page = httpx.get(answer["data"]["url"])
    assert "MTN mobile money of 0551234987" in page.text
    decided = httpx.post(answer["data"]["url"], data={"outcome": "success"}, follow_redirects=True)
    assert "The payment was made." in decided.text
    assert (verified(paystack)["status"], verified(paystack)["channel"]) == ("success", "mobile_money")


def test_refunds(paystack: httpx.Client, http: httpx.Client) -> None:
    begun(paystack, reference="ORD_2_bb")
    unpaid = paystack.post("/refund", json={"transaction": "ORD_2_bb"})
    assert unpaid.json()["message"] == "Transaction has not been paid for"
    transaction = paid(paystack)["id"]
    part = paystack.post("/refund", json={"transaction": transaction, "amount": 5_000, "merchant_note": "REF_1"})
    assert part.json()["message"] == "Refund has been queued for processing"
    assert (part.json()["data"]["status"], part.json()["data"]["amount"]) == ("pending", 5_000)
    too_much = paystack.post("/refund", json={"transaction": transaction, "amount": 15_001})
    assert too_much.status_code == 400
    rest = paystack.post("/refund", json={"transaction": "ORD_1_aa"})
    assert rest.json()["data"]["amount"] == 15_000
    nothing = paystack.post("/refund", json={"transaction": "ORD_1_aa", "amount": 1})
    assert nothing.json()["message"] == "Transaction has been fully reversed"
    assert verified(paystack)["status"] == "reversed"
    listed = paystack.get("/refund", params={"transaction": transaction}).json()["data"]
    assert [(row["amount"], row["merchant_note"]) for row in listed] == [(15_000, ""), (5_000, "REF_1")]
    assert paystack.get("/refund").json()["data"] == []
    assert [entry["amount_minor"] for entry in http.get("/book").json()["refunds"]] == [5_000, 15_000]


def test_webhooks(paystack: httpx.Client, receiver) -> None:
    paystack.post("/refund", json={"transaction": paid(paystack)["id"], "amount": 700})
    declined = begun(paystack, reference="ORD_3_cc")
    httpx.post(declined["authorization_url"], data={"outcome": "failure"})
    received = receiver.wait(3)
    assert verified(paystack, "ORD_3_cc")["status"] == "failed"
    events = {}
    for request in received:
        assert request.path == "/paystack/"
        digest = hmac.new(keys.PAYSTACK_SECRET_KEY.encode(), request.body, hashlib.sha512).hexdigest()
        assert request.headers["x-paystack-signature"] == digest
        event = json.loads(request.body)
        events[event["event"]] = event["data"]
    assert set(events) == {"charge.success", "refund.pending", "refund.processed"}
    assert events["charge.success"]["reference"] == "ORD_1_aa"
    assert events["refund.pending"]["refund_reference"] is None
    assert events["refund.processed"]["transaction_reference"] == "ORD_1_aa"
    assert events["refund.processed"]["amount"] == "700"


@pytest.mark.parametrize("path", ["/transaction/initialize", "/charge", "/refund", "/charge/submit_otp"])
def test_unknown_fields_are_refused(paystack: httpx.Client, path: str) -> None:
    answer = paystack.post(path, json={"colour": "red"})
    assert (answer.status_code, answer.json()["message"]) == (400, '"colour" is not allowed')


def test_francs_are_written_in_hundredths_and_are_whole(paystack: httpx.Client, http: httpx.Client) -> None:
    assert paystack.post("/transaction/initialize", json=PAYMENT | {"currency": "XOF", "amount": 50}).status_code == 400
    data = begun(paystack, currency="XOF", amount=500_000)
    assert "5000 XOF" in httpx.get(data["authorization_url"]).text
    httpx.post(data["authorization_url"], data={"outcome": "success"})
    assert [row["amount_minor"] for row in http.get("/book").json()["captures"]] == [5_000]


@pytest.mark.parametrize(
    ("outcome", "status", "booked"),
    [("done", "processed", 1), ("failed", "failed", 0), ("attention", "needs-attention", 0)],
)
def test_what_becomes_of_a_refund(paystack, http, outcome: str, status: str, booked: int) -> None:
    http.post("/settings", json={"refund_outcome": outcome})
    made = paystack.post("/refund", json={"transaction": paid(paystack)["id"], "amount": 700}).json()["data"]
    assert made["status"] == "pending"
    assert paystack.get(f"/refund/{made['id']}").json()["data"]["status"] == status
    assert len(http.get("/book").json()["refunds"]) == booked
