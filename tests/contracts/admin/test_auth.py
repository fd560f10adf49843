"""The staff's own login."""

import pytest

from commerce.accounts.service import accounts
from support.builders import PASSWORD, a_person
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

api = Client("admin")
LOGIN = "/admin/api/auth/login/"


def test_staff_logs_in_and_goes_on() -> None:
    staff = a_person(is_staff=True)
    entered = api.post(LOGIN, json={"email": staff.user.email, "password": PASSWORD})
    assert (entered.status, sorted(entered.body)) == (200, ["access", "refresh", "user"])
    assert entered.body["user"] == api.get("/admin/api/me/", token=entered.body["access"]).body
    fresh = api.post("/admin/api/auth/refresh/", json={"refresh": entered.body["refresh"]})
    assert (fresh.status, api.get("/admin/api/me/", token=fresh.body["access"]).status) == (200, 200)


def test_others_get_no_session_here() -> None:
    buyer = a_person()
    before = len(accounts().sessions(buyer.principal))
    refused = api.post(LOGIN, json={"email": buyer.user.email, "password": PASSWORD})
    assert (refused.status, refused.body) == (
        403,
        {"detail": "This account has no staff access.", "code": "permission_denied"},
    )
    assert len(accounts().sessions(buyer.principal)) == before


def test_a_wrong_password_tells_nothing_of_the_role() -> None:
    for person in (a_person(), a_person(is_staff=True)):
        refused = api.post(LOGIN, json={"email": person.user.email, "password": "not the password"})
        assert (refused.status, refused.code) == (401, "wrong_credentials")
