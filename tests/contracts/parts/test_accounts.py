"""Accounts of the parts client."""

import pytest

from support.builders import PASSWORD, a_person
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

shop = Client("parts")
FORM = {"email": "user@example.com", "password": PASSWORD, "first_name": "John", "last_name": "Doe"}


@pytest.mark.covers("parts", "POST", "/api/users/register/")
def test_register() -> None:
    answer = shop.post("/api/users/register/", json=FORM)
    assert answer.status == 201
    assert answer.body == {
        "access_token": answer.body["access_token"],
        "refresh_token": answer.body["refresh_token"],
        "user_serializer": {
            "id": answer.body["user_serializer"]["id"],
            "email": "user@example.com",
            "first_name": "John",
            "last_name": "Doe",
        },
    }
    assert shop.get("/api/orders/orders/", token=answer.body["access_token"]).status == 200


@pytest.mark.parametrize("email", ["user@example.org", "o'brien@example.com"])
def test_usernames_that_nobody_chose_are_no_reason_to_refuse(email: str) -> None:
    shop.post("/api/users/register/", json=FORM)
    assert shop.post("/api/users/register/", json=FORM | {"email": email}).status == 201


def test_register_refuses() -> None:
    shop.post("/api/users/register/", json=FORM)
    again = shop.post("/api/users/register/", json=FORM)
    assert (again.status, again.body) == (400, {"email": ["A user with this email already exists."]})
    required = ["This field is required."]
    assert shop.post("/api/users/register/", json={}).body == {"email": required, "password": required}


@pytest.mark.covers("parts", "POST", "/api/users/login/")
def test_login() -> None:
    person = a_person(first_name="John", last_name="Doe")
    answer = shop.post("/api/users/login/", json={"email": person.user.email, "password": PASSWORD})
    assert answer.status == 200
    assert answer.body == {
        "access_token": answer.body["access_token"],
        "refresh_token": answer.body["refresh_token"],
        "user": {"id": person.id, "email": person.user.email, "first_name": "John", "last_name": "Doe"},
    }
    wrong = shop.post("/api/users/login/", json={"email": person.user.email, "password": "wrong password"})
    assert (wrong.status, wrong.body) == (401, {"detail": "No active account found with the given credentials"})


def test_refresh_and_become_seller() -> None:
    person = a_person()
    answer = shop.post("/api/users/token/refresh/", json={"refresh_token": person.refresh})
    assert (answer.status, sorted(answer.body)) == (200, ["access_token", "refresh_token"])
    seller = shop.post("/api/auth/become-seller/", token=answer.body["access_token"])
    assert (seller.status, seller.body) == (200, {"id": person.id, "is_seller": True})


def test_a_foreign_page_learns_nothing_of_a_password() -> None:
    person = a_person()
    foreign = {"cookie": "sessionid=x", "headers": {"Origin": "https://evil.example"}}
    for password in (PASSWORD, "wrong password"):
        answer = shop.post("/api/users/login/", json={"email": person.user.email, "password": password}, **foreign)
        assert (answer.status, answer.code) == (403, "csrf_failed")
