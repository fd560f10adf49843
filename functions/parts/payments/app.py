"""Payments of the parts client."""

from commerce.payments.service import payments
from parts.contract import parts_api
from routes.payments import payment_routes

handler = parts_api()
payment_routes(handler, payments())
