"""A new contract as its first commit has it: its own words for errors, and what every contract mounts alike."""

from commerce.accounts.service import accounts
from commerce.kit.errors import CommerceError
from commerce.payments.service import payments
from commerce.sessions.service import sessions
from commerce.two_factor.service import two_factor
from rest.api import Api, Contract
from rest.errors import Wording
from routes.auth import auth_routes
from routes.payments import payment_routes
from routes.sellers import seller_routes
from routes.sessions import session_routes
from routes.tickets import ticket_routes
from routes.twofactor import two_factor_routes

NEW = Contract("new", "New", {CommerceError: Wording(lambda error: {"problem": error.code})})
handler = Api(NEW)
auth_routes(handler, accounts())
session_routes(handler, accounts())
two_factor_routes(handler, two_factor())
seller_routes(handler, accounts())
ticket_routes(handler, sessions())
payment_routes(handler, payments())
