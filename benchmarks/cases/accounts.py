"""Accounts: register, log in, carry the session on."""

from collections.abc import Callable
from typing import Any

from benchmarks.cases.case import Request, case, guest_with, shop_product
from commerce.accounts.service import accounts
from commerce.sessions.tokens import verify
from commerce.two_factor.model import Enrolment, Verified
from commerce.two_factor.service import two_factor
from support.authenticator import Authenticator
from support.builders import PASSWORD, Person, a_person
from support.client import Client


@case("storefront", "POST /auth/api/register/")
def _() -> Request:
    form = {"email": "new@example.com", "username": "new", "password": PASSWORD, "password_confirm": PASSWORD}
    return {"json": form}


@case("storefront", "POST /auth/api/register/", "repeated under its Idempotency-Key")
def _() -> Request:
    form = {"email": "new@example.com", "username": "new", "password": PASSWORD, "password_confirm": PASSWORD}
    request: Request = {"json": form, "headers": {"Idempotency-Key": "registration-1"}}
    assert Client("storefront").post("/auth/api/register/", **request).status == 201
    return request


@case("storefront", "POST /auth/api/token/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@case("storefront", "POST /auth/api/token/", "wrong password")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": "not the password"}}


@case("storefront", "POST /auth/api/token/refresh/")
def _() -> Request:
    return {"json": {"refresh": a_person().refresh}}


@case("storefront", "POST /auth/api/token/verify/", "access token", most=1)
def _() -> Request:
    return {"json": {"token": a_person().access}}


@case("storefront", "POST /auth/api/token/verify/", "refresh token", most=2)
def _() -> Request:
    return {"json": {"token": a_person().refresh}}


@case("admin", "POST /admin/api/auth/login/")
def _() -> Request:
    return {"json": {"email": a_person(is_staff=True).user.email, "password": PASSWORD}}


@case("admin", "POST /admin/api/auth/refresh/")
def _() -> Request:
    return {"json": {"refresh": a_person(is_staff=True).refresh}}


@case("admin", "GET /admin/api/auth/sessions/")
def _() -> Request:
    return {"token": a_person(is_staff=True).access}


@case("storefront", "POST /api/auth/become-seller/")
@case("parts", "POST /api/auth/become-seller/")
def _() -> Request:
    return {"token": a_person().access}


@case("storefront", "GET /api/auth/sessions/")
@case("parts", "GET /api/auth/sessions/")
def _() -> Request:
    return {"token": a_person().access}


@case("storefront", "DELETE /api/auth/sessions/{id}/")
@case("parts", "DELETE /api/auth/sessions/{id}/")
def _() -> tuple[str, Request]:
    person = a_person()
    return f"/api/auth/sessions/{verify(person.access).session_id}/", {"token": person.access}


@case("storefront", "POST /api/auth/password/")
@case("parts", "POST /api/auth/password/")
def _() -> Request:
    form = {"old_password": PASSWORD, "new_password": "fresh orchard 93 lamp"}
    return {"token": a_person().access, "json": form}


@case("admin", "DELETE /admin/api/auth/sessions/{id}/")
def _() -> tuple[str, Request]:
    person = a_person(is_staff=True)
    return f"/admin/api/auth/sessions/{verify(person.access).session_id}/", {"token": person.access}


@case("admin", "POST /admin/api/auth/password/")
def _() -> Request:
    form = {"old_password": PASSWORD, "new_password": "fresh orchard 93 lamp"}
    return {"token": a_person(is_staff=True).access, "json": form}


@case("storefront", "POST /api/ws/ticket/")
@case("campus", "POST /api/ws/ticket/")
def _() -> Request:
    return {"token": a_person().access}


@case("parts", "POST /api/users/register/")
def _() -> Request:
    return {"json": {"email": "newer@example.com", "password": PASSWORD}}


@case("parts", "POST /api/users/login/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@case("parts", "POST /api/users/login/", "with a guest's cart")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}, "cookie": guest_with(shop_product())}


@case("parts", "POST /api/users/token/refresh/")
def _() -> Request:
    return {"json": {"refresh_token": a_person().refresh}}


def with_secret() -> tuple[Person, Authenticator]:
    """Somebody whose new secret waits for its first code; staff, whom every contract lets in."""
    person = a_person(is_staff=True)
    made: Enrolment = two_factor().enable(verify(person.access))
    return person, Authenticator(made.otpauth_url)


def with_two_factor() -> tuple[Person, Authenticator, Verified]:
    """Somebody who has a second factor, and the session that they enrolled in. The present code is not spent."""
    person, app = with_secret()
    return person, app, two_factor().verify(verify(person.access), app.code(steps=-1))


def each(operation: str, detail: str = "") -> Any:
    """A case of every contract that has accounts."""

    def register(prepare: Callable[[], Request]) -> None:
        method, name = operation.split(" ")
        for contract in ("storefront", "parts", "marketplace", "campus", "admin"):
            base = "/admin/api/auth/" if contract == "admin" else "/api/auth/"
            case(contract, f"{method} {base}{name}/", detail)(prepare)

    return register


def pending_token(person: Person) -> str:
    return accounts().log_in(person.user.email, PASSWORD, "192.0.2.7").tokens.access


@each("GET 2fa-status")
def _() -> Request:
    return {"token": with_two_factor()[2].tokens.access}


@each("POST enable-2fa")
def _() -> Request:
    return {"token": a_person(is_staff=True).access}


@each("POST verify-2fa", "the first code of a secret")
def _() -> Request:
    person, app = with_secret()
    return {"token": person.access, "json": {"token": app.code()}}


@each("POST verify-2fa", "at a login")
def _() -> Request:
    person, app, _ = with_two_factor()
    return {"token": pending_token(person), "json": {"token": app.code()}}


@each("POST validate-backup-code")
def _() -> Request:
    person, _, enrolled = with_two_factor()
    return {"token": pending_token(person), "json": {"backup_code": enrolled.backup_codes[0]}}


@each("POST disable-2fa")
def _() -> Request:
    _, app, enrolled = with_two_factor()
    return {"token": enrolled.tokens.access, "json": {"token": app.code()}}


@each("POST regenerate-backup-codes")
def _() -> Request:
    _, app, enrolled = with_two_factor()
    return {"token": enrolled.tokens.access, "json": {"token": app.code()}}
