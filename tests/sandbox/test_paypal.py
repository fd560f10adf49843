"""The sandbox as PayPal."""

import json

import httpx
import pytest

from local.sandbox import keys
from local.sandbox.paypal_signing import member

UNIT = {"reference_id": "a", "custom_id": "ORD_1_aa", "amount": {"currency_code": "USD", "value": "89.99"}}
ORDER = {
    "intent": "CAPTURE",
    "purchase_units": [UNIT],
    "payment_source": {"paypal": {"experience_context": {"return_url": "https://shop.test/paid"}}},
}


def created(paypal: httpx.Client, request_id: str = "") -> dict:
    headers = {"paypal-request-id": request_id} if request_id else {}
    return paypal.post("/v2/checkout/orders", json=ORDER, headers=headers).json()


def link(order: dict) -> str:
    return next(entry["href"] for entry in order["links"] if entry["rel"] == "payer-action")


def capture(paypal: httpx.Client, order: dict, request_id: str = "") -> httpx.Response:
    headers = {"paypal-request-id": request_id} if request_id else {}
    return paypal.post(f"/v2/checkout/orders/{order['id']}/capture", json={}, headers=headers)


def issue(answer: httpx.Response) -> str:
    return answer.json()["details"][0]["issue"]


def captured(paypal: httpx.Client) -> dict:
    order = created(paypal)
    httpx.post(link(order), data={"outcome": "success"})
    return capture(paypal, order).json()["purchase_units"][0]["payments"]["captures"][0]


def test_tokens(http: httpx.Client, paypal: httpx.Client) -> None:
    form = {"grant_type": "client_credentials"}
    wrong = http.post("/paypal/v1/oauth2/token", auth=(keys.PAYPAL_CLIENT_ID, "other"), data=form)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    stranger = http.get("/paypal/v2/checkout/orders/1", headers={"authorization": "Bearer other"})
    assert (stranger.status_code, stranger.json()["error"]) == (401, "invalid_token")


def test_an_order_is_approved_by_the_buyer_and_captured_by_the_merchant(paypal: httpx.Client, http) -> None:
    order = created(paypal)
    assert order["status"] == "PAYER_ACTION_REQUIRED"
    assert issue(capture(paypal, order)) == "ORDER_NOT_APPROVED"
    page = httpx.post(link(order), data={"outcome": "success"})
    assert page.headers["location"].startswith(f"https://shop.test/paid?token={order['id']}&PayerID=")
    assert paypal.get(f"/v2/checkout/orders/{order['id']}").json()["status"] == "APPROVED"
    assert http.get("/book").json()["captures"] == []
    done = capture(paypal, order)
    [made] = done.json()["purchase_units"][0]["payments"]["captures"]
    assert (done.status_code, done.json()["status"], made["status"]) == (201, "COMPLETED", "COMPLETED")
    assert made["seller_receivable_breakdown"]["paypal_fee"] == {"currency_code": "USD", "value": "3.63"}
    assert made["seller_receivable_breakdown"]["net_amount"] == {"currency_code": "USD", "value": "86.36"}
    assert issue(capture(paypal, order)) == "ORDER_ALREADY_CAPTURED"
    assert [entry["transaction"] for entry in http.get("/book").json()["captures"]] == [made["id"]]


def test_a_declined_instrument(paypal: httpx.Client, http: httpx.Client) -> None:
    order = created(paypal)
    httpx.post(link(order), data={"outcome": "failure"})
    answer = capture(paypal, order)
    assert (answer.status_code, answer.json()["name"]) == (422, "UNPROCESSABLE_ENTITY")
    assert issue(answer) == "INSTRUMENT_DECLINED"
    assert http.get("/book").json()["captures"] == []


def test_a_request_id_makes_one_thing(paypal: httpx.Client, http: httpx.Client) -> None:
    order = created(paypal, "create-1")
    assert created(paypal, "create-1") == order
    assert created(paypal, "create-2")["id"] != order["id"]
    httpx.post(link(order), data={"outcome": "success"})
    first, second = capture(paypal, order, "capture-1"), capture(paypal, order, "capture-1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    [made] = first.json()["purchase_units"][0]["payments"]["captures"]
    path, part = f"/v2/payments/captures/{made['id']}/refund", {"amount": {"currency_code": "USD", "value": "1.00"}}
    names = {paypal.post(path, json=part, headers={"paypal-request-id": "refund-1"}).json()["id"] for _ in range(3)}
    assert len(names) == 1
    book = http.get("/book").json()
    assert (len(book["captures"]), len(book["refunds"])) == (1, 1)


@pytest.mark.parametrize(
    ("unit", "status"),
    [
        ({"amount": {"currency_code": "GHS", "value": "5.00"}}, 422),
        ({"amount": {"currency_code": "USD", "value": "5.001"}}, 400),
        ({"amount": {"currency_code": "USD", "value": "-5"}}, 400),
        ({}, 400),
    ],
)
def test_what_it_refuses(paypal: httpx.Client, unit: dict, status: int) -> None:
    assert paypal.post("/v2/checkout/orders", json=ORDER | {"purchase_units": [unit]}).status_code == status


def test_refunds(paypal: httpx.Client) -> None:
    made = captured(paypal)
    path = f"/v2/payments/captures/{made['id']}/refund"
    part = paypal.post(path, json={"amount": {"currency_code": "USD", "value": "30.00"}, "custom_id": "c"})
    assert (part.status_code, part.json()["status"], part.json()["custom_id"]) == (201, "COMPLETED", "c")
    other = paypal.post(path, json={"amount": {"currency_code": "EUR", "value": "1.00"}})
    assert issue(other) == "REFUND_CAPTURE_CURRENCY_MISMATCH"
    too_much = paypal.post(path, json={"amount": {"currency_code": "USD", "value": "60.00"}})
    assert issue(too_much) == "REFUND_AMOUNT_EXCEEDED"
    assert paypal.post(path, json={}).json()["amount"]["value"] == "59.99"
    assert issue(paypal.post(path, json={})) == "CAPTURE_FULLY_REFUNDED"
    assert paypal.post("/v2/payments/captures/none/refund", json={}).status_code == 404


def test_webhooks_and_the_endpoint_that_verifies_them(paypal: httpx.Client, receiver) -> None:
    made = captured(paypal)
    paypal.post(f"/v2/payments/captures/{made['id']}/refund", json={})
    received = receiver.wait(3)
    kinds = {json.loads(request.body)["event_type"] for request in received}
    assert kinds == {"CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.REFUNDED"}
    for request in received:
        assert verification(paypal, request.headers, request.body) == "SUCCESS"
        assert verification(paypal, request.headers, request.body + b" ") == "SUCCESS"
        rewritten = json.dumps(json.loads(request.body)).encode()
        assert verification(paypal, request.headers, rewritten) == "FAILURE"
        assert verification(paypal, request.headers, request.body.replace(b"USD", b"EUR")) == "FAILURE"
        assert verification(paypal, request.headers, request.body, webhook_id="other") == "FAILURE"


def test_the_endpoint_that_signs(http: httpx.Client, paypal: httpx.Client) -> None:
    body = '{"event_type": "X",  "resource": {"custom_id": "ORD_1_aa", "b": "é\\u00e9"}}'.encode()
    headers = http.post("/paypal/sign", content=body).json()["headers"]
    assert verification(paypal, headers, body) == "SUCCESS"
    assert paypal.post("/v1/notifications/verify-webhook-signature", content=b"[1]").json() == {
        "verification_status": "FAILURE"
    }


def verification(paypal: httpx.Client, headers: dict, body: bytes, webhook_id: str = keys.PAYPAL_WEBHOOK_ID) -> str:
    names = ("auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time")
    fields = {name.replace("-", "_"): headers[f"paypal-{name}"] for name in names} | {"webhook_id": webhook_id}
    text = json.dumps(fields)[:-1].encode() + b', "webhook_event": ' + body + b"}"
    answer = paypal.post("/v1/notifications/verify-webhook-signature", content=text)
    return answer.json()["verification_status"]


def test_a_member_is_found_as_it_is_written() -> None:
    text = ' { "a" : [1, {"x": "}"}] ,"b":{ "x" : 1.50, "y":"\\u00e9" }, "c\\"": true } '
    assert member(text, "b") == '{ "x" : 1.50, "y":"\\u00e9" }'
    assert member(text, "a") == '[1, {"x": "}"}]'
    assert member(text, 'c"') == "true"
    with pytest.raises(KeyError):
        member(text, "d")
    with pytest.raises(KeyError):
        member("{}", "a")


def test_a_request_id_repeats_a_refusal(paypal: httpx.Client) -> None:
    order = created(paypal)
    httpx.post(link(order), data={"outcome": "success"})
    path = f"/v2/checkout/orders/{order['id']}/capture"
    first = paypal.post(f"{path}?refuse=PAYER_CANNOT_PAY", json={}, headers={"paypal-request-id": "capture-1"})
    assert (first.status_code, issue(first)) == (422, "PAYER_CANNOT_PAY")
    assert issue(capture(paypal, order, "capture-1")) == "PAYER_CANNOT_PAY"
    assert capture(paypal, order, "capture-2").status_code == 201


def test_an_order_that_nobody_captures_is_forgotten(paypal: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from local.sandbox import paypal as sandbox_paypal

    order, paid = created(paypal), captured(paypal)
    monkeypatch.setattr(sandbox_paypal, "FORGOTTEN_MS", -1)
    answer = paypal.get(f"/v2/checkout/orders/{order['id']}")
    assert (answer.status_code, issue(answer)) == (404, "INVALID_RESOURCE_ID")
    above = paypal.get(f"/v2/payments/captures/{paid['id']}").json()["supplementary_data"]["related_ids"]["order_id"]
    assert paypal.get(f"/v2/checkout/orders/{above}").json()["status"] == "COMPLETED"


def test_refunds_stand_in_their_order_and_an_invoice_is_refunded_once(paypal: httpx.Client) -> None:
    made = captured(paypal)
    path = f"/v2/payments/captures/{made['id']}/refund"
    body = {"amount": {"currency_code": "USD", "value": "1.00"}, "invoice_id": "REF_1"}
    name = paypal.post(path, json=body).json()["id"]
    assert issue(paypal.post(path, json=body)) == "DUPLICATE_INVOICE_ID"
    above = next(entry["href"] for entry in made["links"] if entry["rel"] == "up")
    [unit] = paypal.get(above).json()["purchase_units"]
    assert [row["id"] for row in unit["payments"]["refunds"]] == [name]
    assert paypal.get(f"/v2/payments/refunds/{name}").json()["status"] == "COMPLETED"
    assert paypal.get("/v2/payments/refunds/none").status_code == 404


@pytest.mark.parametrize(("currency", "value"), [("HUF", "500"), ("HUF", "500.00"), ("JPY", "5.5"), ("TWD", "1.25")])
def test_currencies_without_decimals(paypal: httpx.Client, currency: str, value: str) -> None:
    unit = UNIT | {"amount": {"currency_code": currency, "value": value}}
    answer = paypal.post("/v2/checkout/orders", json=ORDER | {"purchase_units": [unit]})
    assert answer.status_code == (400 if "." in value else 201)


def test_unknown_fields_are_refused(paypal: httpx.Client) -> None:
    for body in (ORDER | {"colour": "red"}, ORDER | {"purchase_units": [UNIT | {"colour": "red"}]}):
        assert paypal.post("/v2/checkout/orders", json=body).status_code == 400
