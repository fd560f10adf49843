"""Payments of the campus client."""

from campus.contract import campus_api
from commerce.payments.service import payments
from routes.payments import payment_routes

handler = campus_api()
payment_routes(handler, payments())
