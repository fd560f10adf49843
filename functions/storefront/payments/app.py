"""Payments of the storefront."""

from commerce.payments.service import payments
from routes.payments import payment_routes
from storefront.contract import storefront_api

handler = storefront_api()
payment_routes(handler, payments())
