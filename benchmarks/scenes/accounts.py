"""Accounts: register, log in, carry the session on."""

from benchmarks.scenes.scene import Request, guest_with, scene, shop_product
from support.builders import PASSWORD, a_person


@scene("storefront", "POST /auth/api/register/")
def _() -> Request:
    form = {"email": "new@example.com", "username": "new", "password": PASSWORD, "password_confirm": PASSWORD}
    return {"json": form}


@scene("storefront", "POST /auth/api/token/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@scene("storefront", "POST /auth/api/token/", "wrong password")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": "not the password"}}


@scene("storefront", "POST /auth/api/token/refresh/")
def _() -> Request:
    return {"json": {"refresh": a_person().refresh}}


@scene("storefront", "POST /auth/api/token/verify/", "access token", most=1)
def _() -> Request:
    return {"json": {"token": a_person().access}}


@scene("storefront", "POST /auth/api/token/verify/", "refresh token", most=1)
def _() -> Request:
    return {"json": {"token": a_person().refresh}}


@scene("storefront", "POST /api/auth/become-seller/")
@scene("parts", "POST /api/auth/become-seller/")
def _() -> Request:
    return {"token": a_person().access}


@scene("storefront", "POST /api/ws/ticket/")
def _() -> Request:
    return {"token": a_person().access}


@scene("parts", "POST /api/users/register/")
def _() -> Request:
    return {"json": {"email": "newer@example.com", "password": PASSWORD}}


@scene("parts", "POST /api/users/login/")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}}


@scene("parts", "POST /api/users/login/", "with a guest's cart")
def _() -> Request:
    return {"json": {"email": a_person().user.email, "password": PASSWORD}, "cookie": guest_with(shop_product())}


@scene("parts", "POST /api/users/token/refresh/")
def _() -> Request:
    return {"json": {"refresh_token": a_person().refresh}}
