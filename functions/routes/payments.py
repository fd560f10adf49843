"""Paying, the same in every contract (docs/contracts: payments): initialise, verify by asking the provider, hand over a
code."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NotRequired, TypedDict

from pydantic import Field

from commerce.kit import settings
from commerce.kit.errors import NotFound
from commerce.orders.payment import Attempt, Method, Provider
from commerce.payments.model import NotPaid, PaymentStarted, order_of
from commerce.payments.service import Payments
from rest import parameters
from rest.api import Access, Api, Outcome, Request
from rest.bodies import FILLED, Body, one_of
from rest.errors import Wording, body_of

_PROVIDERS = [provider for provider in Provider if provider is not Provider.OFFLINE]


class StartPayment(Body):
    """Provider and method of a payment, of which one or both may be left out: a card at Paystack then."""

    provider: Annotated[str, one_of(_PROVIDERS)] | None = None
    method: Annotated[str, one_of(Method)] | None = None
    phone: Annotated[str, Field(max_length=20)] = ""
    network: Annotated[str, Field(max_length=20)] = ""

    def wanted(self) -> dict[str, Any]:
        """What the use case wants to know."""
        return {
            "provider": Provider(self.provider) if self.provider else None,
            "method": Method(self.method) if self.method else None,
            "phone": self.phone,
            "network": self.network,
        }


class SubmitOtp(Body):
    reference: Annotated[str, Field(max_length=64)]
    otp: Annotated[str, Field(max_length=20), FILLED]

    def order_id(self) -> int:
        """The order that the reference belongs to. Raises NotFound."""
        found = order_of(self.reference)
        if found is None:
            raise NotFound("Payment")
        return found


class Initialized(TypedDict):
    reference: str
    access_code: str
    authorization_url: str
    instructions: NotRequired[str]
    next_step: NotRequired[str]


class Verified(TypedDict):
    detail: str


def payment_routes(api: Api, payments: Payments) -> None:
    """Routes by which buyers pay. Refusals are worded by the contract; that of a payment which is open already brings
    it along, so that a buyer who lost the page can go on."""
    refused: dict[type[Any], Wording] = {PaymentStarted: _with(api, lambda error: initialized(error.attempt))}
    unpaid = {NotPaid: api.contract.errors.get(NotPaid) or _with(api, _progress)}

    @api.post(
        "/api/payments/create/{order_id}/",
        access=Access.USER,
        body=StartPayment,
        returns=Initialized,
        is_keyed=True,
        errors=refused,
    )
    def create(request: Request) -> Outcome[Initialized]:
        """Initialise the payment of one of the caller's orders."""
        return payments.initiation.start_once(
            request.caller,
            request.id("order_id", "Order"),
            request.keyed,
            return_url=settings.text("RETURN_URL"),
            **request.body.wanted(),
        ).map(initialized)

    @api.get(
        "/api/payments/verify/",
        access=Access.USER,
        returns=Verified,
        query={"reference": parameters.text("Reference of a payment", is_required=True)},
        errors=unpaid,
    )
    def verify(request: Request) -> Verified:
        """Ask the provider about a payment of the caller's, and mark the order paid when it says so."""
        payments.settlement.verify(request.caller, request.query["reference"])
        return {"detail": "Payment verified and order marked as paid."}

    @api.post("/api/payments/otp/", access=Access.USER, body=SubmitOtp, returns=Initialized)
    def submit_otp(request: Request) -> Initialized:
        """Hand over the code that the mobile money network sent to the buyer."""
        body = request.body
        return initialized(payments.initiation.submit_otp(request.caller, body.order_id(), body.reference, body.otp))


def initialized(attempt: Attempt) -> Initialized:
    """How the buyer goes on with an attempt."""
    body: Initialized = {
        "reference": attempt.reference,
        "access_code": attempt.access_code,
        "authorization_url": attempt.authorization_url,
    }
    # Ways to pay without a page of the provider tell the buyer what to do; the document's own way never has these keys.
    if attempt.instructions:
        body["instructions"] = attempt.instructions
    if attempt.next_step:
        body["next_step"] = attempt.next_step
    return body


def _progress(error: NotPaid) -> dict[str, str]:
    return {"reference": error.attempt.reference, "status": str(error.attempt.status)}


def _with(api: Api, more: Callable[[Any], Mapping[str, Any]]) -> Wording:
    """The contract's own words for an error, and `more` beside them."""
    return Wording(lambda error: {**body_of(error, api.contract.errors), **more(error)})
