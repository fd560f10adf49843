"""Payments of the parts client: initialise, and verify by asking the provider."""

from typing import Any

from commerce.accounts.service import accounts
from commerce.kit import settings
from commerce.kit.errors import InvalidInput
from commerce.kit.idempotency import Outcome
from commerce.payments.model import PaymentStarted
from commerce.payments.service import payments
from parts.contract import parts_api
from parts.payments import shapes
from rest.api import Access
from rest.payments import StartPayment, started
from rest.requests import Request
from rest.responses import Reply
from routes.payments import otp_route

handler = parts_api()
_accounts = accounts()
_payments = payments()


@handler.post(
    "/api/payments/create/{order_id}/",
    access=Access.USER,
    body=StartPayment,
    returns=shapes.Initialized,
    errors={PaymentStarted: shapes.already_initialized},
)
def create(request: Request) -> Outcome[dict[str, Any]]:
    """Initialise the payment of one of the caller's orders."""
    return _payments.initiation.start_once(
        request.caller,
        request.id("order_id", "Order"),
        request.keyed,
        email=_accounts.user(request.caller.user_id).email,
        return_url=settings.text("RETURN_URL"),
        **request.body.choice(),
    ).map(started)


@handler.get("/api/payments/verify/", access=Access.USER, returns=shapes.Detail, query=("reference",))
def verify(request: Request) -> Reply:
    """Ask the provider about a payment of the caller's, and mark the order paid when it says so."""
    reference = request.query.get("reference", "")
    if not reference:
        raise InvalidInput.of("reference", "This field is required.")
    return shapes.verified(_payments.settlement.verify(request.caller, reference))


otp_route(handler, _payments, shapes.Initialized)
