"""Payments of the marketplace client."""

from commerce.payments.service import payments
from marketplace.contract import marketplace_api
from routes.payments import payment_routes

handler = marketplace_api()
payment_routes(handler, payments())
