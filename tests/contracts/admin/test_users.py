"""Accounts as staff sees and manages them."""

import pytest

from commerce.kit import clock
from support.builders import PASSWORD, Person, a_person
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")
shop = Client("storefront")
PATH = "/admin/api/users/"


def shown(person: Person, **change) -> dict:
    user = person.user
    said = {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "first_name": "",
        "last_name": "",
        "phone": "",
        "is_seller": user.is_seller,
        "may_sell": True,
        "is_staff": user.is_staff,
        "is_active": True,
        "created_at": clock.iso(user.created_at),
        "updated_at": clock.iso(user.updated_at),
    }
    return said | change


def manage(staff: Person, person: Person, **said):
    return staff_api.patch(f"{PATH}{person.id}/", json=said, token=staff.access)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/admin/api/me/"), ("GET", PATH), ("GET", "one"), ("PATCH", "one")]
)
def test_only_staff(method: str, path: str) -> None:
    buyer = a_person()
    path = f"{PATH}{buyer.id}/" if path == "one" else path
    said = {"is_seller": True}
    assert staff_api.send(method, path, json=said).status == 401
    for person in (buyer, a_person(is_seller=True)):
        assert staff_api.send(method, path, json=said, token=person.access).status == 403


def test_me() -> None:
    staff = a_person(is_staff=True)
    answer = staff_api.get("/admin/api/me/", token=staff.access)
    assert (answer.status, answer.body) == (200, shown(staff))


def test_the_newest_come_first_page_by_page() -> None:
    people = [a_person() for _ in range(4)]
    staff = a_person(is_staff=True)
    first = staff_api.get(PATH, query={"page_size": 3}, token=staff.access)
    newest = [shown(person) for person in (staff, people[3], people[2])]
    assert (first.status, first.body) == (200, {"users": newest, "next": people[2].id})
    rest = staff_api.get(PATH, query={"page_size": 3, "before": people[2].id}, token=staff.access)
    assert (rest.status, rest.body) == (200, {"users": [shown(people[1]), shown(people[0])], "next": None})


def test_one_by_email_and_by_id() -> None:
    staff, person = a_person(is_staff=True), a_person(email="ama@example.com")
    found = staff_api.get(PATH, query={"email": " AMA@example.com"}, token=staff.access)
    assert (found.status, found.body) == (200, {"users": [shown(person)], "next": None})
    nobody = staff_api.get(PATH, query={"email": "nobody@example.com"}, token=staff.access)
    assert (nobody.status, nobody.body) == (200, {"users": [], "next": None})
    junk = staff_api.get(PATH, query={"email": "no address"}, token=staff.access)
    assert (junk.status, junk.body) == (400, {"email": ["Enter a valid email address."]})
    one = staff_api.get(f"{PATH}{person.id}/", token=staff.access)
    assert (one.status, one.body) == (200, shown(person))
    unknown = staff_api.get(f"{PATH}1/", token=staff.access)
    assert (unknown.status, unknown.body) == (404, {"detail": "User not found.", "code": "not_found"})


def test_a_closed_account_neither_logs_in_nor_carries_a_session_on() -> None:
    staff, person = a_person(is_staff=True), a_person()
    closed = manage(staff, person, is_active=False)
    expected = shown(person, is_active=False, updated_at=closed.body["updated_at"])
    assert (closed.status, closed.body) == (200, expected)
    login = {"email": person.user.email, "password": PASSWORD}
    assert shop.post("/auth/api/token/", json=login).status == 401
    assert shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}).status == 401
    registration = login | {"username": person.user.username, "password_confirm": PASSWORD}
    keyed = shop.post("/auth/api/register/", json=registration, headers={"Idempotency-Key": "again"})
    assert (keyed.status, list(keyed.body)) == (400, ["email"])
    assert manage(staff, person, is_active=True).status == 200
    assert shop.post("/auth/api/token/", json=login).status == 200
    # The session that was refused meanwhile has ended for good.
    assert shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}).status == 401


def test_the_sellers_role_is_given_taken_and_stays_taken() -> None:
    staff, person = a_person(is_staff=True), a_person()
    given = manage(staff, person, is_seller=True)
    assert (given.status, given.body) == (
        200,
        shown(person, is_seller=True, updated_at=given.body["updated_at"]),
    )
    taken = manage(staff, person, is_seller=False)
    assert (taken.body["is_seller"], taken.body["may_sell"]) == (False, False)
    # What was taken shows at once where something is written; the session goes on with what is true now.
    again = shop.post("/api/auth/become-seller/", token=person.access)
    assert (again.status, again.code) == (401, "token_not_valid")
    renewed = shop.post("/auth/api/token/refresh/", json={"refresh": person.refresh}).body["access"]
    again = shop.post("/api/auth/become-seller/", token=renewed)
    assert (again.status, again.code) == (403, "may_not_sell")
    assert manage(staff, person, is_seller=True).body["may_sell"] is True
    assert shop.post("/api/auth/become-seller/", token=renewed).status == 200


def test_accounts_of_staff_are_the_operators() -> None:
    staff, colleague = a_person(is_staff=True), a_person(is_staff=True)
    for person in (staff, colleague):
        answer = manage(staff, person, is_active=False)
        message = "Accounts of staff are managed by the operator."
        assert (answer.status, answer.body) == (400, {"detail": message, "code": "staff_account"})


def test_nobody_becomes_staff_by_the_api() -> None:
    staff, person = a_person(is_staff=True), a_person()
    answer = manage(staff, person, is_staff=True)
    assert (answer.status, answer.body) == (400, {"non_field_errors": ["Say is_seller or is_active."]})
    answer = manage(staff, person, is_staff=True, is_active=True)
    assert (answer.status, answer.body["is_staff"]) == (200, False)


@pytest.mark.parametrize("said", [{"is_seller": 1}, {"is_active": "no"}])
def test_flags_are_true_or_false(said: dict) -> None:
    answer = manage(a_person(is_staff=True), a_person(), **said)
    assert (answer.status, answer.body) == (400, {name: ["Must be a valid boolean."] for name in said})


def test_unknown_accounts() -> None:
    staff = a_person(is_staff=True)
    for number in ("1", "x"):
        answer = staff_api.patch(f"{PATH}{number}/", json={"is_active": False}, token=staff.access)
        assert (answer.status, answer.body) == (404, {"detail": "User not found.", "code": "not_found"})
