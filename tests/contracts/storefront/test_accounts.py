"""Register, log in, carry a session on: the storefront's words."""

import pytest
import time_machine

from commerce.kit import clock
from commerce.sessions.model import LEEWAY_MS
from support.builders import PASSWORD, a_person
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("storefront")
NOW = 1_736_330_400  # 2025-01-08T10:00:00Z
FORM = {
    "email": "user@example.com",
    "username": "testuser",
    "first_name": "Test",
    "last_name": "User",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "phone": "+1234567890",
    "address": "123 Main St, City, Country",
}


@pytest.mark.covers("storefront", "POST", "/auth/api/register/")
def test_register_answers_the_user_and_his_tokens() -> None:
    with time_machine.travel(NOW, tick=False):
        answer = shop.post("/auth/api/register/", json=FORM)
    user_id = answer.body["user"]["id"]
    assert answer.status == 201
    assert answer.body == {
        "user": {
            "id": user_id,
            "email": "user@example.com",
            "username": "testuser",
            "first_name": "Test",
            "last_name": "User",
            "phone": "+1234567890",
            "address": "123 Main St, City, Country",
            "profile": {
                "avatar": "",
                "preferences": {},
                "created_at": "2025-01-08T10:00:00Z",
                "updated_at": "2025-01-08T10:00:00Z",
            },
        },
        "refresh": answer.body["refresh"],
        "access": answer.body["access"],
        "message": "User registered successfully",
    }
    assert isinstance(user_id, int) and 0 < user_id < 2**53


def test_registered_tokens_work() -> None:
    access = shop.post("/auth/api/register/", json=FORM).body["access"]
    assert shop.get("/api/cart/", token=access).status == 200


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"email": "no address"}, {"email": ["Enter a valid email address."]}),
        ({"email": 1}, {"email": ["Not a valid string."]}),
        ({"email": ""}, {"email": ["This field may not be blank."]}),
        ({"password_confirm": "another password"}, {"password_confirm": ["Passwords do not match."]}),
        (
            {"password": "short12", "password_confirm": "short12"},
            {"password": ["Ensure this field has at least 8 characters."]},
        ),
        (
            {"password": "x" * 65, "password_confirm": "x" * 65},
            {"password": ["Ensure this field has no more than 64 characters."]},
        ),
        ({"password": " " * 9, "password_confirm": " " * 9}, {"password": ["This field may not be blank."]}),
        (
            {"password": "password123", "password_confirm": "password123"},
            {"password": ["This password is too easy to guess."]},
        ),
        ({"phone": "call me"}, {"phone": ["Enter a valid phone number."]}),
        (
            {"username": "a b"},
            {"username": ["Enter a valid username: letters, digits and @/./+/-/_ only, at most 150."]},
        ),
    ],
)
def test_register_refuses_field_by_field(change: dict, body: dict) -> None:
    answer = shop.post("/auth/api/register/", json=FORM | change)
    assert (answer.status, answer.body) == (400, body)


def test_register_needs_its_fields() -> None:
    required = ["This field is required."]
    answer = shop.post("/auth/api/register/", json={})
    assert answer.body == {"email": required, "username": required, "password": required, "password_confirm": required}


def test_password_of_64_characters_is_fine() -> None:
    long = "correct horse battery staple " * 2 + "123456"
    assert len(long) == 64
    assert shop.post("/auth/api/register/", json=FORM | {"password": long, "password_confirm": long}).status == 201


@pytest.mark.parametrize("twin", ["USER@example.com", " user@example.com ", "user@EXAMPLE.com"])
def test_twins_of_an_email_are_one_account(twin: str) -> None:
    shop.post("/auth/api/register/", json=FORM)
    answer = shop.post("/auth/api/register/", json=FORM | {"email": twin, "username": "other"})
    assert (answer.status, answer.body) == (400, {"email": ["A user with this email already exists."]})


def test_username_is_taken_in_any_case() -> None:
    shop.post("/auth/api/register/", json=FORM)
    answer = shop.post("/auth/api/register/", json=FORM | {"email": "b@example.com", "username": "TestUser"})
    assert (answer.status, answer.body) == (400, {"username": ["A user with that username already exists."]})


def test_nobody_makes_himself_staff() -> None:
    role = {"is_staff": True, "role": "admin", "is_active": False, "id": 1}
    access = shop.post("/auth/api/register/", json=FORM | role).body["access"]
    body = {"name": "x", "price": "1", "stock": 1, "category": "c"}
    assert Client("admin").post("/admin/api/products/", json=body, token=access).status == 403


def test_keyed_registration_repeats() -> None:
    keyed = {"Idempotency-Key": "r1"}
    first = shop.post("/auth/api/register/", json=FORM, headers=keyed)
    again = shop.post("/auth/api/register/", json=FORM, headers=keyed)
    assert (again.status, again.body["user"]) == (201, first.body["user"])
    assert again.headers["Idempotent-Replayed"] == "true"
    for change in (
        {"password": "another password", "password_confirm": "another password"},
        {"first_name": "Other"},
        {"email": "other@example.com", "username": "other"},
    ):
        changed = shop.post("/auth/api/register/", json=FORM | change, headers=keyed)
        assert (changed.status, changed.code) == (422, "idempotency_key_reused")


@pytest.mark.covers("storefront", "POST", "/auth/api/token/")
def test_login_answers_both_tokens() -> None:
    person = a_person()
    answer = shop.post("/auth/api/token/", json={"email": person.user.email, "password": PASSWORD})
    assert answer.status == 200
    assert answer.body == {"refresh": answer.body["refresh"], "access": answer.body["access"]}
    assert shop.get("/api/cart/", token=answer.body["access"]).status == 200


def test_login_does_not_tell_who_exists() -> None:
    person = a_person()
    wrong = shop.post("/auth/api/token/", json={"email": person.user.email, "password": "wrong password"})
    unknown = shop.post("/auth/api/token/", json={"email": "nobody@example.com", "password": "wrong password"})
    assert wrong == unknown
    assert (wrong.status, wrong.body) == (401, {"error": "No active account found with the given credentials"})


def test_failed_logins_are_limited_and_a_success_gives_attempts_back() -> None:
    person = a_person()
    right = {"email": person.user.email, "password": PASSWORD}
    with time_machine.travel(NOW, tick=False):
        for _ in range(9):
            assert shop.post("/auth/api/token/", json=right | {"password": "wrong password"}).status == 401
        assert shop.post("/auth/api/token/", json=right).status == 200
        for _ in range(10):
            assert shop.post("/auth/api/token/", json=right | {"password": "wrong password"}).status == 401
        limited = shop.post("/auth/api/token/", json=right)
    assert (limited.status, limited.body) == (429, {"error": "Too many attempts. Try again in 300 seconds."})
    assert limited.headers["Retry-After"] == "300"
    with time_machine.travel(NOW + 301, tick=False):
        assert shop.post("/auth/api/token/", json=right).status == 200


def test_refresh_trades_a_token_once() -> None:
    person = a_person()
    answer = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh})
    assert answer.status == 200
    assert answer.body == {"refresh": answer.body["refresh"], "access": answer.body["access"]}
    assert answer.body["refresh"] != person.refresh
    assert shop.get("/api/cart/", token=answer.body["access"]).status == 200


def test_replay_of_a_spent_token_ends_the_session() -> None:
    person = a_person()
    successor = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}).body["refresh"]
    later = clock.now_ms() + LEEWAY_MS + 1000
    replay = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}, arrived_ms=later)
    assert (replay.status, replay.body) == (401, {"error": "Token is invalid or expired."})
    assert shop.post("/auth/api/token/refresh/", json={"refresh": successor}).status == 401


def test_loser_of_a_race_does_not_end_the_session() -> None:
    person = a_person()
    arrived = clock.now_ms() - 1
    first = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}, arrived_ms=arrived)
    second = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}, arrived_ms=arrived)
    assert (first.status, second.status) == (200, 401)
    assert shop.post("/auth/api/token/refresh/", json={"refresh": first.body["refresh"]}).status == 200


def test_verify_knows_good_spent_and_foreign_tokens() -> None:
    person = a_person()
    assert (good := shop.post("/auth/api/token/verify/", json={"token": person.access})).status == 200
    assert good.body == {}
    assert shop.post("/auth/api/token/verify/", json={"token": person.refresh}).status == 200
    shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh})
    for bad in (person.refresh, "x", "a.b.c"):
        answer = shop.post("/auth/api/token/verify/", json={"token": bad})
        assert (answer.status, answer.body) == (401, {"error": "Token is invalid or expired."})


def test_access_token_ends_after_fifteen_minutes() -> None:
    person = a_person()
    with time_machine.travel(clock.now() + 899, tick=False):
        assert shop.get("/api/cart/", token=person.access).status == 200
    with time_machine.travel(clock.now() + 901, tick=False):
        assert shop.get("/api/cart/", token=person.access).status == 401


def test_become_seller_shows_in_the_next_token() -> None:
    person = a_person()
    answer = shop.post("/api/auth/become-seller/", token=person.access)
    assert (answer.status, answer.body) == (200, {"id": person.id, "is_seller": True})
    refreshed = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}).body["access"]
    from commerce.sessions.tokens import verify

    assert verify(refreshed).is_seller


def test_ticket_opens_once_within_a_minute() -> None:
    from commerce.kit.errors import TokenRefused
    from commerce.sessions.service import sessions

    person = a_person()
    answer = shop.post("/api/ws/ticket/", token=person.access)
    assert (answer.status, answer.body) == (201, {"ticket": answer.body["ticket"], "expires_in": 60})
    assert sessions().redeem_ticket(answer.body["ticket"]).user_id == person.id
    with pytest.raises(TokenRefused):
        sessions().redeem_ticket(answer.body["ticket"])
    late = shop.post("/api/ws/ticket/", token=person.access).body["ticket"]
    with time_machine.travel(clock.now() + 61), pytest.raises(TokenRefused):
        sessions().redeem_ticket(late)
