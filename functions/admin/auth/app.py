"""Staff logs in here, and nobody else; their sessions and password."""

from admin.auth import shapes
from admin.contract import admin_api
from commerce.accounts.service import accounts
from commerce.kit.errors import Forbidden, RateLimited
from commerce.two_factor.service import two_factor
from rest.api import Access, Request
from routes.auth import Login, refresh_route, token_pair
from routes.sessions import session_routes
from routes.twofactor import two_factor_routes

handler = admin_api()
_accounts = accounts()
refresh_route(handler, _accounts, "/admin/api/auth/refresh/", token_pair)
session_routes(handler, _accounts, "/admin/api/auth/", Access.STAFF)
two_factor_routes(handler, two_factor(), "/admin/api/auth/", Access.STAFF)


@handler.post(
    "/admin/api/auth/login/", access=Access.PUBLIC, body=Login, returns=shapes.LoggedIn, raises=(RateLimited, Forbidden)
)
def log_in(request: Request) -> shapes.LoggedIn:
    """Log in with email and password, for staff only."""
    body = request.body
    return shapes.logged_in(_accounts.log_in(body.email, body.password, request.address, staff_only=True))
