"""Bodies of the marketplace client's order routes. A shape shows what it is given: of a seller's order, their part."""

from collections.abc import Mapping
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import clock, ids
from commerce.orders.model import Order, OrderLine, ShippingDetails
from commerce.orders.part import Part
from commerce.orders.status import Status
from commerce.payments.fulfilment import Move
from marketplace.statuses import IN, OUT, word_of
from rest.bodies import FILLED, Body, one_of
from rest.values import image_url, price

_Line = Annotated[str, Field(max_length=200), FILLED]
_Notes = Annotated[str, Field(max_length=1000)]
_Code = Annotated[str, Field(max_length=100), FILLED]
_Carrier = Annotated[str, Field(max_length=100)]
_FIELDS = ("street", "city", "state", "postal_code", "country")


class Address(Body):
    street: _Line
    city: _Line
    state: Annotated[str, Field(max_length=200)] = ""
    postal_code: Annotated[str, Field(max_length=200)] = ""
    country: _Line

    def parts(self) -> Mapping[str, str]:
        """The address as the order keeps it."""
        return {name: getattr(self, name) for name in _FIELDS}


class PlaceOrder(Body):
    shipping_address: Address
    buyer_notes: _Notes = ""

    def delivery(self) -> ShippingDetails:
        """The use case's input: this client asks for no telephone."""
        return ShippingDetails(self.shipping_address.parts(), notes=self.buyer_notes)


class ChangeOrder(Body):
    shipping_address: Address | None = None
    buyer_notes: _Notes | None = None

    def address(self) -> Mapping[str, str] | None:
        """The other address, None when there is none."""
        return self.shipping_address.parts() if self.shipping_address else None


class OfSeller(Body):
    """What a seller does to their own part; staff says whose part when it is not the only one."""

    seller_id: Annotated[int, Field(ge=1, le=ids.LARGEST)] | None = None


class MoveOrder(OfSeller):
    status: Annotated[str, one_of(IN)]

    def target(self) -> Status:
        """Where the order is to go, in the core's word."""
        return IN[self.status]


class CancelOrder(OfSeller):
    cancellation_reason: Annotated[str, Field(max_length=500), FILLED]


class Track(OfSeller):
    tracking_number: _Code
    shipping_carrier: _Carrier = ""


class ChooseCarrier(OfSeller):
    carrier_code: _Code
    shipping_carrier: _Carrier = ""


class AddressBody(TypedDict):
    street: str
    city: str
    state: str
    postal_code: str
    country: str


class OrderItem(TypedDict):
    id: int
    product: int
    seller: int
    quantity: int
    unit_price: str
    total_price: str
    product_name: str
    product_image: str | None


class Tracking(TypedDict):
    seller: int
    status: str
    shipping_carrier: str
    carrier_code: str
    tracking_number: str
    shipped_at: str | None
    delivered_at: str | None
    cancellation_reason: str


class OrderBody(TypedDict):
    id: int
    buyer: int
    status: str
    payment_status: str
    subtotal: str
    shipping_cost: str
    tax_amount: str
    discount_amount: str
    total_amount: str
    shipping_address: AddressBody | None
    items: list[OrderItem]
    tracking: list[Tracking]
    buyer_notes: str
    created_at: str
    updated_at: str
    shipped_at: str | None
    delivered_at: str | None


class StatusBody(TypedDict):
    id: int
    status: str
    payment_status: str


class Transition(TypedDict):
    id: int
    previous_status: str
    current_status: str
    allowed_transitions: list[str]
    order: OrderBody


class ShippingInfo(TypedDict):
    order: OrderBody
    shipping_info: list[Tracking]


class TrackingInfo(TypedDict):
    order_id: int
    status: str
    tracking: list[Tracking]


def order(order: Order) -> OrderBody:
    currency = order.currency
    parts = order.counted_parts
    return {
        "id": order.id,
        "buyer": order.buyer_id,
        "status": word_of(order.status, order.payment_status),
        "payment_status": str(order.payment_status),
        "subtotal": price(order.items_minor, currency),
        "shipping_cost": price(order.shipping_minor, currency),
        "tax_amount": price(order.tax_minor, currency),
        "discount_amount": price(order.discount_minor, currency),
        "total_amount": price(order.total_minor, currency),
        "shipping_address": _address(order.delivery.address),
        "items": [_item(line, currency) for line in order.lines],
        "tracking": _tracking(order),
        "buyer_notes": order.delivery.notes,
        "created_at": clock.iso(order.placed_at),
        "updated_at": clock.iso(order.updated_at),
        # An order is as far as its slowest part.
        "shipped_at": _last([part.shipped_at for part in parts]),
        "delivered_at": _last([part.delivered_at for part in parts]),
    }


def status(move: Move) -> StatusBody:
    order = move.order
    return {
        "id": order.id,
        "status": word_of(order.status, order.payment_status),
        "payment_status": str(order.payment_status),
    }


def transition(move: Move) -> Transition:
    """Where what the caller moved stood, where it stands, and where they may move it next."""
    return {
        "id": move.order.id,
        "previous_status": OUT[move.previous],
        "current_status": OUT[move.current],
        "allowed_transitions": [OUT[status] for status in move.allowed],
        "order": order(move.order),
    }


def shipping_info(found: Order) -> ShippingInfo:
    return {"order": order(found), "shipping_info": _tracking(found)}


def tracking_info(found: Order) -> TrackingInfo:
    return {
        "order_id": found.id,
        "status": word_of(found.status, found.payment_status),
        "tracking": _tracking(found),
    }


def _address(address: Mapping[str, str]) -> AddressBody | None:
    """The address in this client's fields; a single text of another client stands in the first of them."""
    if not address:
        return None
    return {
        "street": address.get("street", address.get("text", "")),
        "city": address.get("city", ""),
        "state": address.get("state", ""),
        "postal_code": address.get("postal_code", ""),
        "country": address.get("country", ""),
    }


def _item(line: OrderLine, currency: str) -> OrderItem:
    return {
        "id": line.id,
        "product": line.product_id,
        "seller": line.seller_id,
        "quantity": line.quantity,
        "unit_price": price(line.price_minor, currency),
        "total_price": price(line.total_minor, currency),
        "product_name": line.name,
        "product_image": image_url(line.image),
    }


def _tracking(order: Order) -> list[Tracking]:
    """What is known of each part, in the order of their lines."""
    return [_parcel(order.parts[seller]) for seller in dict.fromkeys(line.seller_id for line in order.lines)]


def _parcel(part: Part) -> Tracking:
    return {
        "seller": part.seller_id,
        "status": word_of(part.status, part.payment_status),
        "shipping_carrier": part.carrier,
        "carrier_code": part.carrier_code,
        "tracking_number": part.tracking_number,
        "shipped_at": _last([part.shipped_at]),
        "delivered_at": _last([part.delivered_at]),
        "cancellation_reason": part.cancellation_reason,
    }


def _last(times: list[int]) -> str | None:
    """The latest of some times, None while one of them is still to come."""
    return clock.iso(max(times)) if all(times) else None
