"""What sellers of the marketplace client are paid."""

from commerce.payouts.service import payouts
from marketplace.contract import marketplace_api
from routes.payouts import payout_routes

handler = marketplace_api()
payout_routes(handler, payouts(), "/api/marketplace/payouts")
