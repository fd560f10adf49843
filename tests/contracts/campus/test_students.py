"""Accounts and students of the campus client."""

import pytest

from commerce.accounts.service import accounts
from commerce.kit import clock
from support.builders import PASSWORD, a_person
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")


def test_a_student_registers_logs_in_and_sees_themselves() -> None:
    form = {"email": "ada@example.com", "password": PASSWORD, "password_confirm": PASSWORD, "first_name": "Ada"}
    registered = shop.post("/api/auth/register/", json=form)
    assert registered.status == 201
    entered = shop.post("/api/auth/login/", json={"email": form["email"], "password": PASSWORD})
    me = shop.get("/api/students/me/", token=entered.body["access"])
    user = registered.body["user"]
    assert me.body == {
        "id": user["id"],
        "username": "ada",
        "first_name": "Ada",
        "last_name": "",
        "is_seller": False,
        "created_at": me.body["created_at"],
        "email": "ada@example.com",
    }
    others = shop.get(f"/api/students/{user['id']}/", token=a_person().access)
    assert (others.status, others.body) == (200, {name: me.body[name] for name in me.body if name != "email"})
    assert shop.post("/api/ws/ticket/", token=entered.body["access"]).status == 201


def test_refusals_are_in_the_clients_words() -> None:
    taken = a_person()
    form = {"email": taken.user.email, "password": PASSWORD, "password_confirm": PASSWORD}
    for change, code, field in (
        ({}, "email_taken", "email"),
        ({"password_confirm": "other"}, "invalid", "password_confirm"),
        ({"email": 5}, "invalid", "email"),
        ({"email": "x"}, "invalid", "email"),
    ):
        answer = shop.post("/api/auth/register/", json=form | change)
        assert (answer.status, answer.body["code"], list(answer.body["details"])) == (422, code, [field])
    wrong = shop.post("/api/auth/login/", json={"email": taken.user.email, "password": "wrong"})
    assert (wrong.status, wrong.body["code"], sorted(wrong.body)) == (401, "wrong_credentials", ["code", "error"])


def test_who_is_not_there_is_not_shown() -> None:
    person, closed, staff = a_person(), a_person(), a_person(is_staff=True)
    accounts().manage(staff.principal, closed.id, is_active=False)
    for name in (closed.id, 1, "x", 2**60):
        assert shop.get(f"/api/students/{name}/", token=person.access).status == 404
    assert shop.get(f"/api/students/{person.id}/").status == 401


def test_an_old_token_tells_of_no_role_that_was_taken() -> None:
    seller, staff = a_person(is_seller=True), a_person(is_staff=True)
    accounts().manage(staff.principal, seller.id, is_seller=False)
    old = shop.post("/products/api/products/", json={"title": "x", "price": 1, "category": "c"}, token=seller.access)
    assert (old.status, old.body["code"]) == (401, "token_not_valid")
    fresh = accounts().refresh(seller.refresh, clock.now_ms()).access
    assert shop.get("/api/students/me/", token=fresh).body["is_seller"] is False
