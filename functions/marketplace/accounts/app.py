"""Accounts of the marketplace, whose document has none of its own: register, log in, carry the session on, sell."""

from commerce.accounts.service import accounts
from commerce.two_factor.service import two_factor
from marketplace.contract import marketplace_api
from routes.auth import auth_routes, me_route
from routes.sellers import seller_routes
from routes.sessions import session_routes
from routes.twofactor import two_factor_routes

handler = marketplace_api()
_accounts = accounts()
auth_routes(handler, _accounts)
me_route(handler, _accounts)
session_routes(handler, _accounts)
two_factor_routes(handler, two_factor())
seller_routes(handler, _accounts)
