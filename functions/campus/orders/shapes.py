"""Bodies that the campus client's order routes accept."""

from typing import Annotated

from pydantic import Field

from campus.statuses import IN
from commerce.accounts.model import is_phone
from commerce.kit.errors import InvalidInput
from commerce.kit.ids import LARGEST
from commerce.orders.model import ShippingDetails
from commerce.orders.status import Status
from rest.bodies import FILLED, Body, one_of


class PlaceOrder(Body):
    shipping_address: Annotated[str, Field(max_length=500), FILLED]
    phone_number: Annotated[str, Field(max_length=20)] = ""
    notes: Annotated[str, Field(max_length=1000)] = ""

    def delivery(self) -> ShippingDetails:
        """The use case's input: this client writes an address as one text. Raises InvalidInput."""
        if self.phone_number and not is_phone(self.phone_number):
            raise InvalidInput.of("phone_number", "Enter a valid phone number.")
        return ShippingDetails({"text": self.shipping_address}, self.phone_number, self.notes)


class MoveOrder(Body):
    status: Annotated[str, one_of(IN)]
    seller_id: Annotated[int, Field(ge=1, le=LARGEST)] | None = None

    def target(self) -> Status:
        """Where the order is to go, in the core's word."""
        return IN[self.status]
