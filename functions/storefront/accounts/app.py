"""Accounts of the storefront: register, log in, carry the session on, sell, open a socket."""

from commerce.accounts.service import accounts
from commerce.sessions.service import sessions
from commerce.two_factor.service import two_factor
from routes.auth import login_route, refresh_route, register_route, token_pair, verify_route
from routes.sellers import seller_routes
from routes.sessions import session_routes
from routes.tickets import ticket_routes
from routes.twofactor import two_factor_routes
from storefront.accounts import shapes
from storefront.contract import storefront_api

handler = storefront_api()
_accounts = accounts()
register_route(handler, _accounts, "/auth/api/register/", shapes.Register, shapes.registered)
login_route(handler, _accounts, "/auth/api/token/", shapes.logged_in)
refresh_route(handler, _accounts, "/auth/api/token/refresh/", token_pair)
verify_route(handler, _accounts, "/auth/api/token/verify/")
session_routes(handler, _accounts)
two_factor_routes(handler, two_factor())
seller_routes(handler, _accounts)
ticket_routes(handler, sessions())
