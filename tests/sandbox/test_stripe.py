"""The sandbox as Stripe, called by Stripe's own SDK, unmodified."""

import json
import time

import httpx
import pytest
import stripe as sdk

from local.sandbox import keys
from local.sandbox.stripe_forms import nested

METADATA = {"reference": "ORD_1_aa"}
INTENT = {"amount": 8_999, "currency": "usd", "metadata": METADATA}
PAGE = {
    "mode": "payment",
    "client_reference_id": "ORD_1_aa",
    "line_items": [
        {"quantity": 2, "price_data": {"currency": "usd", "unit_amount": 4_000, "product_data": {"name": "a & b=[c]"}}},
        {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 999, "product_data": {"name": "d"}}},
    ],
    "metadata": METADATA,
    "payment_intent_data": {"metadata": METADATA},
    "success_url": "https://shop.test/paid?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.test/cancelled",
}


@pytest.fixture
def client(sandbox):
    http = sdk.HTTPXClient(allow_sync_methods=True)
    yield sdk.StripeClient(
        keys.STRIPE_SECRET_KEY, base_addresses={"api": sandbox.api("stripe")}, http_client=http, max_network_retries=0
    )
    http.close()


def keyed(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


def test_an_intent_is_confirmed_with_a_card(client: sdk.StripeClient, http: httpx.Client) -> None:
    made = client.v1.payment_intents.create(INTENT)
    assert (made.status, made.livemode, made.latest_charge) == ("requires_payment_method", False, None)
    with pytest.raises(sdk.CardError) as declined:
        client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_chargeDeclined"})
    assert declined.value.code == "card_declined"
    seen = client.v1.payment_intents.retrieve(made.id)
    assert (seen.status, seen.last_payment_error.decline_code) == ("requires_payment_method", "generic_decline")
    assert http.get("/book").json()["captures"] == []
    done = client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    assert (done.status, done.amount_received, done.last_payment_error) == ("succeeded", 8_999, None)
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    [capture] = http.get("/book").json()["captures"]
    assert (capture["transaction"], capture["amount_minor"], capture["currency"]) == (made.id, 8_999, "USD")


def test_parts_are_shown_in_full_on_request(client: sdk.StripeClient) -> None:
    made = client.v1.payment_intents.create(INTENT)
    client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    plain = client.v1.payment_intents.retrieve(made.id)
    whole = client.v1.payment_intents.retrieve(made.id, {"expand": ["latest_charge.balance_transaction"]})
    assert plain.latest_charge == whole.latest_charge.id
    assert (whole.latest_charge.balance_transaction.fee, whole.latest_charge.balance_transaction.net) == (291, 8_708)
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.payment_intents.retrieve(made.id, {"expand": ["secrets"]})


def test_an_intent_is_cancelled_or_listed(client: sdk.StripeClient) -> None:
    made = client.v1.payment_intents.create(INTENT)
    assert client.v1.payment_intents.cancel(made.id).status == "canceled"
    assert [row.id for row in client.v1.payment_intents.list({"limit": 3}).data] == [made.id]
    with pytest.raises(sdk.InvalidRequestError) as unknown:
        client.v1.payment_intents.retrieve("pi_unknown")
    assert unknown.value.http_status == 404


@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_a_checkout_page(client: sdk.StripeClient, outcome: str) -> None:
    page = client.v1.checkout.sessions.create(PAGE)
    assert (page.amount_total, page.status, page.payment_status, page.payment_intent) == (8_999, "open", "unpaid", None)
    moved = httpx.post(page.url, data={"outcome": outcome})
    after = client.v1.checkout.sessions.retrieve(page.id, {"expand": ["payment_intent"]})
    if outcome == "success":
        assert moved.headers["location"] == f"https://shop.test/paid?session={page.id}"
        assert (after.status, after.payment_status, after.payment_intent.status) == ("complete", "paid", "succeeded")
        assert after.payment_intent.metadata.reference == "ORD_1_aa"
    else:
        assert moved.headers["location"] == "https://shop.test/cancelled"
        assert (after.status, after.payment_status) == ("open", "unpaid")
        assert after.payment_intent.last_payment_error.code == "card_declined"


def test_an_expired_page_takes_nothing(client: sdk.StripeClient, http: httpx.Client) -> None:
    page = client.v1.checkout.sessions.create(PAGE)
    assert client.v1.checkout.sessions.expire(page.id).status == "expired"
    httpx.post(page.url, data={"outcome": "success"})
    assert client.v1.checkout.sessions.retrieve(page.id).status == "expired"
    assert http.get("/book").json()["captures"] == []
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.checkout.sessions.expire(page.id)


def test_refunds(client: sdk.StripeClient, http: httpx.Client) -> None:
    made = client.v1.payment_intents.create(INTENT)
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": made.id})
    client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    part = client.v1.refunds.create({"payment_intent": made.id, "amount": 999, "metadata": {"refund_id": "REF_1"}})
    assert (part.status, part.amount, client.v1.refunds.retrieve(part.id).metadata.refund_id) == (
        "succeeded",
        999,
        "REF_1",
    )
    with pytest.raises(sdk.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": made.id, "amount": 8_001})
    rest = client.v1.refunds.create({"payment_intent": made.id})
    with pytest.raises(sdk.InvalidRequestError, match="already been refunded"):
        client.v1.refunds.create({"payment_intent": made.id})
    assert {row.id for row in client.v1.refunds.list({"payment_intent": made.id}).data} == {part.id, rest.id}
    assert [(entry["note"], entry["amount_minor"]) for entry in http.get("/book").json()["refunds"]] == [
        ("REF_1", 999),
        ("", 8_000),
    ]


def test_an_idempotency_key_gives_the_first_answer_again(client: sdk.StripeClient) -> None:
    first = client.v1.payment_intents.create(INTENT, keyed("k1"))
    again = client.v1.payment_intents.create(INTENT, keyed("k1"))
    assert again.id == first.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(sdk.IdempotencyError):
        client.v1.payment_intents.create(INTENT | {"amount": 1}, keyed("k1"))
    with pytest.raises(sdk.IdempotencyError):
        client.v1.checkout.sessions.create(PAGE, keyed("k1"))
    assert client.v1.payment_intents.create(INTENT, keyed("k2")).id != first.id


def test_an_idempotency_key_keeps_errors_of_its_execution_and_forgets_invalid_requests(client, http) -> None:
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.payment_intents.create(INTENT | {"amount": 0}, keyed("k1"))
    assert client.v1.payment_intents.create(INTENT, keyed("k1")).amount == 8_999
    for kind, captured in (("500-before", 0), ("500-after", 1)):
        made = client.v1.payment_intents.create(INTENT)
        http.post("/settings", json={"faults": [{"kind": kind, "on": "stripe POST /v1/payment_intents/"}]})
        for _ in range(2):
            with pytest.raises(sdk.APIError) as failed:
                client.v1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"}, keyed(kind))
            assert failed.value.http_status == 500
        captures = [entry for entry in http.get("/book").json()["captures"] if entry["transaction"] == made.id]
        assert len(captures) == captured


def test_a_wrong_key(sandbox) -> None:
    http = sdk.HTTPXClient(allow_sync_methods=True)
    stranger = sdk.StripeClient("sk_test_other", base_addresses={"api": sandbox.api("stripe")}, http_client=http)
    with pytest.raises(sdk.AuthenticationError):
        stranger.v1.payment_intents.create(INTENT)
    http.close()


def test_webhooks(client: sdk.StripeClient, receiver) -> None:
    page = client.v1.checkout.sessions.create(PAGE)
    httpx.post(page.url, data={"outcome": "success"})
    paid = client.v1.checkout.sessions.retrieve(page.id)
    client.v1.refunds.create({"payment_intent": paid.payment_intent})
    declined = client.v1.payment_intents.create(INTENT)
    with pytest.raises(sdk.CardError):
        client.v1.payment_intents.confirm(declined.id, {"payment_method": "pm_card_chargeDeclined"})
    received = receiver.wait(4)
    kinds = {}
    for request in received:
        event = sdk.Webhook.construct_event(
            request.body, request.headers["stripe-signature"], keys.STRIPE_WEBHOOK_SECRET
        )
        kinds[event.type] = json.loads(request.body)["data"]["object"]
    assert set(kinds) == {
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.refunded",
        "payment_intent.payment_failed",
    }
    assert all(thing["metadata"] == METADATA for thing in kinds.values())
    assert kinds["charge.refunded"]["amount_refunded"] == 8_999


def test_forms_become_nested_data() -> None:
    fields = [
        ("a", "1"),
        ("b[x]", "2"),
        ("b[y][z]", "3"),
        ("c[0][d]", "4"),
        ("c[1][d]", "5"),
        ("e[]", "6"),
        ("e[]", "7"),
    ]
    assert nested(fields) == {
        "a": "1",
        "b": {"x": "2", "y": {"z": "3"}},
        "c": [{"d": "4"}, {"d": "5"}],
        "e": ["6", "7"],
    }
    with pytest.raises(ValueError, match="contradicts"):
        nested([("a", "1"), ("a[b]", "2")])


@pytest.mark.parametrize(("minutes", "is_taken"), [(29, False), (31, True), (24 * 60 - 1, True), (24 * 60 + 1, False)])
def test_a_page_lives_from_half_an_hour_to_a_day(client: sdk.StripeClient, minutes: int, is_taken: bool) -> None:
    wanted = PAGE | {"expires_at": int(time.time()) + minutes * 60}
    if is_taken:
        assert client.v1.checkout.sessions.create(wanted).expires_at == wanted["expires_at"]
    else:
        with pytest.raises(sdk.InvalidRequestError, match="between 30 minutes and 24 hours"):
            client.v1.checkout.sessions.create(wanted)


def test_a_page_that_ended_takes_nothing(client: sdk.StripeClient, http: httpx.Client, monkeypatch) -> None:
    from local.sandbox import stripe as sandbox_stripe

    page = client.v1.checkout.sessions.create(PAGE)
    monkeypatch.setattr(sandbox_stripe, "now_ms", lambda: int(time.time() + 25 * 3600) * 1000)
    httpx.post(page.url, data={"outcome": "success"})
    assert client.v1.checkout.sessions.retrieve(page.id).status == "expired"
    assert http.get("/book").json()["captures"] == []


def test_unknown_parameters_and_currencies_are_refused(client: sdk.StripeClient) -> None:
    for change in ({"colour": "red"}, {"currency": "ghs"}, {"currency": "isk", "amount": 8_950}):
        with pytest.raises(sdk.InvalidRequestError):
            client.v1.payment_intents.create(INTENT | change)


def test_a_dispute_shows_what_it_moved(client: sdk.StripeClient, http: httpx.Client) -> None:
    page = client.v1.checkout.sessions.create(PAGE)
    httpx.post(page.url, data={"outcome": "success"})
    wanted = {"provider": "stripe", "reference": "ORD_1_aa", "state": "open"}
    name = http.post("/disputes", json=wanted).json()["id"]
    made = client.v1.disputes.retrieve(name, {"expand": ["payment_intent", "charge"]})
    assert (made.status, made.payment_intent.metadata.reference, made.charge.disputed) == (
        "needs_response",
        "ORD_1_aa",
        True,
    )
    assert [(entry.amount, entry.fee) for entry in made.balance_transactions] == [(-8_999, 1_500)]
    assert http.post("/disputes", json=wanted | {"state": "won"}).json()["id"] == name
    assert client.v1.disputes.retrieve(name).status == "won"
    assert http.post("/disputes", json=wanted | {"reference": "ORD_9"}).status_code == 404
