"""Sessions, epochs and key rotation, over every contract that has accounts."""

import json
from typing import Any

import pytest
import time_machine

from commerce.accounts.epochs import epochs
from commerce.accounts.service import accounts
from commerce.kit import clock, secrets
from commerce.kit.errors import TokenRefused
from commerce.kit.tables import TransactionRefused, transact
from commerce.sessions import tokens
from commerce.sessions.model import LEEWAY_MS
from commerce.sessions.service import sessions
from support.builders import PASSWORD, Person, a_person, a_product
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

PATH = "/api/auth/sessions/"
each = pytest.mark.parametrize("contract", ["storefront", "parts", "marketplace", "campus"])
shop, staff_api = Client("storefront"), Client("admin")


def refresh(token: str, **options: Any) -> Any:
    return shop.post("/auth/api/token/refresh/", json={"refresh": token}, **options)


def close(person: Person) -> None:
    staff = a_person(is_staff=True)
    assert (
        staff_api.patch(f"/admin/api/users/{person.id}/", json={"is_active": False}, token=staff.access).status == 200
    )


# Seeing and ending


@each
def test_sessions_are_seen_the_latest_first_and_ended(contract: str) -> None:
    client, person = Client(contract), a_person()
    with time_machine.travel(1_900_000_000, tick=False):
        latest = accounts().log_in(person.user.email, PASSWORD, "192.0.2.9").tokens
        found = client.get(PATH, token=latest.access)
    assert found.status == 200
    assert [row["is_current"] for row in found.body] == [True]  # Those of years ago have run out.
    assert found.body == [
        {
            "id": found.body[0]["id"],
            "opened_at": "2030-03-17T17:46:40Z",
            "used_at": "2030-03-17T17:46:40Z",
            "expires_at": "2030-03-31T17:46:40Z",
            "is_current": True,
        }
    ]


@each
def test_an_ended_session_is_not_carried_on(contract: str) -> None:
    client, person = Client(contract), a_person()
    other = accounts().log_in(person.user.email, PASSWORD, "192.0.2.9").tokens
    rows = client.get(PATH, token=person.access).body
    assert len(rows) == 3  # The registration's own, the builder's, and the login.
    [theirs] = [row["id"] for row in rows if row["id"] == tokens.verify(other.access).session_id]
    ended = client.delete(f"{PATH}{theirs}/", token=person.access)
    assert (ended.status, ended.body) == (204, "")
    assert refresh(other.refresh).status == 401
    assert refresh(person.refresh).status == 200
    assert client.delete(f"{PATH}{theirs}/", token=person.access).status == 404
    assert theirs not in [row["id"] for row in client.get(PATH, token=person.access).body]


@each
@pytest.mark.parametrize("session_id", ["foreign", "x", "0" * 11 + "-" + "é" * 16, "a" * 2100])
def test_nobody_ends_what_is_not_their_session(contract: str, session_id: str) -> None:
    person, stranger = a_person(), a_person()
    wanted = tokens.verify(stranger.access).session_id if session_id == "foreign" else session_id
    answer = Client(contract).delete(f"{PATH}{wanted}/", token=person.access)
    assert (answer.status, answer.code) == (404, "not_found")
    assert refresh(stranger.refresh).status == 200


def test_staff_sees_and_ends_the_sessions_of_an_account_and_it_is_recorded() -> None:
    staff, person = a_person(is_staff=True), a_person()
    path = f"/admin/api/users/{person.id}/sessions/"
    rows = staff_api.get(path, token=staff.access).body
    wanted = tokens.verify(person.access).session_id
    assert wanted in [row["id"] for row in rows]
    assert not any(row["is_current"] for row in rows)
    assert staff_api.delete(f"{path}{wanted}/", token=staff.access).status == 204
    assert refresh(person.refresh).status == 401
    [action] = staff_api.get("/admin/api/audit/", token=staff.access).body["actions"]
    assert (action["action"], action["object_id"], action["values"]) == (
        "session.ended",
        str(person.id),
        {"session": wanted},
    )
    assert staff_api.delete(f"{path}{wanted}/", token=staff.access).status == 404
    assert staff_api.get("/admin/api/users/1/sessions/", token=staff.access).status == 404


# Epochs


def test_a_closed_account_changes_nothing_with_the_token_that_it_still_has() -> None:
    person, product = a_person(), a_product()
    shop.post("/api/cart/items/", json={"product_id": product.id}, token=person.access)
    guarded = [
        ("storefront", "POST", "/api/cart/items/", {"product_id": product.id}),
        ("storefront", "PATCH", f"/api/cart/items/{product.id}/", {"quantity": 2}),
        ("storefront", "DELETE", f"/api/cart/items/{product.id}/", ...),
        ("storefront", "POST", "/api/orders/", {"shipping_address": "123 Main St", "phone_number": "+1234567890"}),
        ("storefront", "POST", "/api/auth/become-seller/", ...),
        ("storefront", "POST", "/api/ws/ticket/", ...),
        ("storefront", "POST", "/api/payments/create/1/", {}),
        ("parts", "POST", f"/api/carts/products/{product.id}/add/", ...),
        ("parts", "POST", "/api/orders/orders/create/", {"shipping_address": "x", "phone": "+1234567890"}),
        ("parts", "POST", "/api/payments/create/1/", {}),
        ("marketplace", "POST", "/api/marketplace/cart/add_item/", {"product_id": product.id}),
        ("campus", "POST", "/api/cart/", ...),
        ("campus", "POST", f"/api/cart/{person.id}/add/", {"product_id": product.id}),
        ("campus", "POST", f"/api/cart/{person.id}/remove/", {"product_id": product.id}),
        ("campus", "POST", f"/api/cart/{person.id}/clear/", ...),
        ("campus", "POST", f"/api/wishlist/{person.id}/add/", {"product_id": product.id}),
        ("campus", "POST", "/products/api/products/", {"title": "x", "price": 1, "category": "electronics"}),
    ]
    close(person)
    for contract, method, path, body in guarded:
        answer = Client(contract).send(method, path, json=body, token=person.access)
        assert (answer.status, answer.code) == (401, "token_not_valid"), path
    # A read believes the token for its minutes and costs no unit more.
    assert shop.get("/api/cart/", token=person.access).status == 200


def test_the_condition_of_a_transaction_says_the_same() -> None:
    person = a_person()
    transact([epochs().epoch_check_write(person.principal)])
    epochs().require_current(person.principal)
    close(person)
    with pytest.raises(TransactionRefused):
        transact([epochs().epoch_check_write(person.principal)])
    with pytest.raises(TokenRefused):
        epochs().require_current(person.principal)


def test_an_account_from_before_there_were_epochs_is_of_the_first() -> None:
    import boto3

    person = a_person()
    boto3.client("dynamodb").update_item(
        TableName="Accounts",
        Key={"pk": {"S": f"USER#{person.id}"}, "sk": {"S": "USER"}},
        UpdateExpression="REMOVE epoch, sessions_epoch, password_epoch",
    )
    epochs().require_current(person.principal)
    transact([epochs().epoch_check_write(person.principal)])
    close(person)
    with pytest.raises(TokenRefused):
        epochs().require_current(person.principal)


def test_an_open_socket_needs_a_token_that_is_still_true() -> None:
    person = a_person()
    ticket = shop.post("/api/ws/ticket/", token=person.access).body["ticket"]
    close(person)
    with pytest.raises(TokenRefused):
        epochs().require_current(sessions().redeem_ticket(ticket))


def test_closing_ends_all_sessions_for_good() -> None:
    staff, person = a_person(is_staff=True), a_person()
    path = f"/admin/api/users/{person.id}/"
    staff_api.patch(path, json={"is_active": False}, token=staff.access)
    assert staff_api.get(f"{path}sessions/", token=staff.access).body == []
    staff_api.patch(path, json={"is_active": True}, token=staff.access)
    assert refresh(person.refresh).status == 401
    assert shop.post("/auth/api/token/verify/", json={"token": person.refresh}).status == 401
    again = accounts().log_in(person.user.email, PASSWORD, "192.0.2.1").tokens
    assert refresh(again.refresh).status == 200


# Password


@each
def test_a_changed_password_ends_every_session_but_the_one_that_it_hands_out(contract: str) -> None:
    person = a_person()
    said = {"old_password": PASSWORD, "new_password": "fresh orchard 93 lamp"}
    answer = Client(contract).post("/api/auth/password/", json=said, token=person.access)
    assert (answer.status, sorted(answer.body)) == (200, ["access", "refresh"])
    assert refresh(person.refresh).status == 401
    assert shop.post("/api/ws/ticket/", token=person.access).status == 401
    assert shop.post("/api/ws/ticket/", token=answer.body["access"]).status == 201
    assert refresh(answer.body["refresh"]).status == 200
    login = {"email": person.user.email, "password": PASSWORD}
    assert shop.post("/auth/api/token/", json=login).status == 401
    assert shop.post("/auth/api/token/", json=login | {"password": said["new_password"]}).status == 200


@each
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"old_password": "wrong password"}, "old_password"),
        ({"new_password": "short"}, "new_password"),
        ({"new_password": "password123"}, "new_password"),
        ({"new_password": "x" * 65}, "new_password"),
    ],
)
def test_refused_passwords(contract: str, change: dict[str, str], field: str) -> None:
    person = a_person()
    said = {"old_password": PASSWORD, "new_password": "fresh orchard 93 lamp"} | change
    answer = Client(contract).post("/api/auth/password/", json=said, token=person.access)
    refused = answer.body.get("details", answer.body)
    assert (answer.status, list(refused)) == (422 if contract == "campus" else 400, [field])
    assert refresh(person.refresh).status == 200


# Rotation


@pytest.mark.parametrize("late_ms", [5, 50, LEEWAY_MS - 100])
def test_a_second_tab_is_refused_and_the_session_lives(late_ms: int) -> None:
    person = a_person()
    first = refresh(person.refresh)
    second = refresh(person.refresh, arrived_ms=clock.now_ms() + late_ms)
    assert (first.status, second.status) == (200, 401)
    assert refresh(first.body["refresh"]).status == 200


def test_a_spent_token_ends_the_session_after_the_leeway_and_when_it_is_not_the_last() -> None:
    person = a_person()
    first = refresh(person.refresh).body["refresh"]
    assert refresh(person.refresh, arrived_ms=clock.now_ms() + LEEWAY_MS + 100).status == 401
    assert refresh(first).status == 401

    other = a_person()
    first = refresh(other.refresh).body["refresh"]
    second = refresh(first).body["refresh"]
    assert refresh(other.refresh, arrived_ms=clock.now_ms() + 5).status == 401
    assert refresh(second).status == 401


# Keys


def put_ring(ring: dict[str, str]) -> None:
    import boto3

    boto3.client("secretsmanager").put_secret_value(SecretId="bazaar/jwt", SecretString=json.dumps(ring))


RING = json.loads('{"k9": "' + "9" * 48 + '"}')


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the secrets that are asked for from now on, one for each call."""
    from commerce.kit import aws

    asked: list[str] = []
    client = aws.client("secretsmanager")

    def counted(SecretId: str) -> Any:
        asked.append(SecretId)
        return type(client).get_secret_value(client, SecretId=SecretId)

    monkeypatch.setattr(client, "get_secret_value", counted)
    monkeypatch.setattr(secrets, "_again", {})
    return asked


def test_a_warm_process_takes_a_new_key_at_once(reads: list[str]) -> None:
    put_ring(RING)
    secrets._kept.clear()
    person = a_person()
    warm = dict(secrets._kept)
    put_ring(RING | {"k10": "1" * 48})
    secrets._kept.clear()
    newer = sessions().open(person.principal)  # As another process signs, which has read the secret since.
    secrets._kept.clear()
    secrets._kept.update(warm)
    reads.clear()
    assert shop.get("/api/cart/", token=newer.access).status == 200
    assert reads == ["bazaar/jwt"]


def test_unknown_keys_cost_one_read_in_a_while(reads: list[str]) -> None:
    import jwt

    person = a_person()
    reads.clear()
    for number in range(50):
        forged = jwt.encode({"sub": "1"}, "x" * 48, algorithm="HS256", headers={"kid": f"k{number + 100}"})
        assert shop.get("/api/cart/", token=forged).status == 401
    assert reads == ["bazaar/jwt"]
    assert shop.get("/api/cart/", token=person.access).status == 200


def test_the_key_with_the_highest_number_signs() -> None:
    import jwt

    put_ring(RING | {"k10": "1" * 48, "k2": "2" * 48})
    secrets._kept.clear()
    assert jwt.get_unverified_header(a_person().access)["kid"] == "k10"
