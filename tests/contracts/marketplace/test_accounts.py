"""Accounts of the marketplace: those of every contract, under the usual paths."""

import pytest

from support.builders import PASSWORD, a_person
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")


def test_register_log_in_and_sell() -> None:
    form = {"email": "ada@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
    made = shop.post("/api/auth/register/", json=form)
    assert made.status == 201
    signed_in = shop.post("/api/auth/login/", json={"email": "ada@example.com", "password": PASSWORD})
    token = signed_in.body["access"]
    me = shop.get("/api/auth/user/me/", token=token)
    assert me.body == {**made.body["user"], "username": "ada", "is_seller": False}
    assert shop.post("/api/auth/become-seller/", token=token).body["is_seller"] is True
    assert shop.get("/api/auth/user/me/", token=token).body["is_seller"] is True
    assert shop.get("/api/auth/user/me/").status == 401


def test_accounts_are_those_of_the_other_contracts() -> None:
    person = a_person()
    answer = shop.post("/api/auth/login/", json={"email": person.user.email, "password": PASSWORD})
    assert answer.body["user"]["id"] == person.id
    assert shop.post("/api/auth/token/refresh/", json={"refresh": answer.body["refresh"]}).status == 200
