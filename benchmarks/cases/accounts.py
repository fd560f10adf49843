"""Accounts: register, log in, carry the session on."""

from benchmarks.cases.case import Request, case, guest_with, shop_product
from commerce.sessions.tokens import verify
from support.builders import PASSWORD, a_person
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
