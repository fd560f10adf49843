"""Accounts of the parts client. A cart that was filled before the login becomes the account's."""

from commerce.accounts.service import accounts
from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit.idempotency import Outcome
from parts import session
from parts.contract import parts_api
from parts.users import shapes
from rest.api import Access
from rest.requests import Request
from rest.responses import Reply
from routes.sessions import password_route, session_routes

handler = parts_api()
_accounts = accounts()
_carts = carts()
session_routes(handler, _accounts)
password_route(handler, _accounts)


@handler.post("/api/users/register/", access=Access.PUBLIC, body=shapes.Register, returns=shapes.Registered, status=201)
def register(request: Request) -> Outcome[shapes.Registered]:
    """Register a user."""
    return _accounts.register(request.body.registration(), request.address, request.keyed).map(shapes.registered)


@handler.post("/api/users/login/", access=Access.PUBLIC, body=shapes.Login, returns=shapes.LoggedIn)
def log_in(request: Request) -> Reply:
    """Log in with email and password; the session's cart is merged into the account's."""
    guest = session.guest(request)
    signed_in = _accounts.log_in(request.body.email, request.body.password, request.address)
    body = shapes.logged_in(signed_in.user, signed_in.tokens)
    if guest is None:
        return Reply(body)
    _carts.merge(guest, Owner.account(signed_in.user.id))
    return Reply(body, cookies=(session.cookie("", 0),))


@handler.post("/api/users/token/refresh/", access=Access.PUBLIC, body=shapes.Refresh, returns=shapes.TokenPair)
def refresh(request: Request) -> shapes.TokenPair:
    """Trade a refresh token for new tokens, once."""
    return shapes.token_pair(_accounts.refresh(request.body.refresh_token, request.arrived_ms))


@handler.post("/api/auth/become-seller/", access=Access.USER, returns=shapes.Seller)
def become_seller(request: Request) -> shapes.Seller:
    """Make the caller's account a seller's; its next token says so."""
    return shapes.seller(_accounts.become_seller(request.caller))
