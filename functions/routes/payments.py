"""The code that some mobile money networks send to the buyer, handed over: the same in every contract that takes it."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from commerce.kit.errors import NotFound
from commerce.payments.model import order_of
from commerce.payments.service import Payments
from rest.api import Access, Api
from rest.bodies import Body, filled
from rest.payments import started
from rest.requests import Request


class SubmitOtp(Body):
    reference: Annotated[str, Field(max_length=64)]
    otp: Annotated[str, Field(max_length=20), AfterValidator(filled)]

    def order_id(self) -> int:
        """The order that the reference belongs to. Raises NotFound."""
        found = order_of(self.reference)
        if found is None:
            raise NotFound("Payment")
        return found


def otp_route(api: Api, payments: Payments, returns: Any) -> None:
    """The route by which buyers hand over the code of a payment whose `next_step` is `otp`."""

    @api.post("/api/payments/otp/", access=Access.USER, body=SubmitOtp, returns=returns)
    def submit_otp(request: Request) -> dict[str, Any]:
        """Hand over the code that the mobile money network sent to the buyer."""
        body = request.body
        return started(payments.initiation.submit_otp(request.caller, body.order_id(), body.reference, body.otp))
