"""Accounts of the storefront: register, log in, carry the session on, sell, open a socket."""

from commerce.accounts.service import accounts
from commerce.kit.idempotency import Outcome
from commerce.sessions.service import sessions
from rest.api import Access
from rest.requests import Request
from routes.sessions import password_route, session_routes
from storefront.accounts import shapes
from storefront.contract import storefront_api

handler = storefront_api()
_accounts = accounts()
_sessions = sessions()
session_routes(handler, _accounts)
password_route(handler, _accounts)


@handler.post("/auth/api/register/", access=Access.PUBLIC, body=shapes.Register, returns=shapes.Registered, status=201)
def register(request: Request) -> Outcome[shapes.Registered]:
    """Register a user."""
    return _accounts.register(request.body.registration(), request.address, request.keyed).map(shapes.registered)


@handler.post("/auth/api/token/", access=Access.PUBLIC, body=shapes.Login, returns=shapes.TokenPair)
def log_in(request: Request) -> shapes.TokenPair:
    """Log in with email and password."""
    return shapes.token_pair(_accounts.log_in(request.body.email, request.body.password, request.address).tokens)


@handler.post("/auth/api/token/refresh/", access=Access.PUBLIC, body=shapes.Refresh, returns=shapes.TokenPair)
def refresh(request: Request) -> shapes.TokenPair:
    """Trade a refresh token for new tokens, once."""
    return shapes.token_pair(_accounts.refresh(request.body.refresh, request.arrived_ms))


@handler.post("/auth/api/token/verify/", access=Access.PUBLIC, body=shapes.Verify, returns=shapes.Nothing)
def verify(request: Request) -> shapes.Nothing:
    """Whether a token is good now."""
    _accounts.check_token(request.body.token)
    return {}


@handler.post("/api/auth/become-seller/", access=Access.USER, returns=shapes.Seller)
def become_seller(request: Request) -> shapes.Seller:
    """Make the caller's account a seller's; its next token says so."""
    return shapes.seller(_accounts.become_seller(request.caller))


@handler.post("/api/ws/ticket/", access=Access.USER, returns=shapes.Ticket, status=201)
def ticket(request: Request) -> shapes.Ticket:
    """A single-use ticket that opens one socket within a minute: `?ticket=`."""
    return shapes.ticket(_sessions.issue_ticket(request.caller))
