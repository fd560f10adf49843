"""Accounts of the campus client, whose document has no login: register, log in, carry the session on, sell, open a
socket. One pack a line."""

from campus.contract import campus_api
from commerce.accounts.service import accounts
from commerce.sessions.service import sessions
from commerce.two_factor.service import two_factor
from routes.auth import auth_routes, me_route
from routes.sellers import seller_routes
from routes.sessions import session_routes
from routes.tickets import ticket_routes
from routes.twofactor import two_factor_routes

handler = campus_api()
_accounts = accounts()
auth_routes(handler, _accounts)
me_route(handler, _accounts)
session_routes(handler, _accounts)
two_factor_routes(handler, two_factor())
seller_routes(handler, _accounts)
ticket_routes(handler, sessions())
