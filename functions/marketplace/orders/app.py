"""Orders of the marketplace client: buyers place, change and cancel them, sellers fulfil their own parts, staff moves
any; all of it through one machine. Everybody is shown what is theirs to see."""

from commerce.orders.model import OrderTerms
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from marketplace.contract import CHANNEL, marketplace_api
from marketplace.orders import shapes
from marketplace.statuses import IN
from rest import parameters
from rest.api import Access, Outcome, Reply, Request
from rest.lists import array, uncounted_array
from rest.parameters import PAGE

handler = marketplace_api()
_orders = orders()
_fulfilment = payments().fulfilment

# Until its payment is initialised, an order holds its stock for a day (docs/contracts/marketplace.md#choices).
UNPAID_MINUTES = 24 * 60
_PATH = "/api/marketplace/orders/"
_STATUS = parameters.one_of("Only where the caller's part stands there", list(IN), "This is no status of an order.")


@handler.get(_PATH, access=Access.USER, returns=list[shapes.OrderBody], query=PAGE)
def list_orders(request: Request) -> Reply:
    """Orders that the caller has placed or sells a part of, newest first."""
    found = _orders.of_party(request.caller, request.page)
    return uncounted_array(request, [shapes.order(order) for order in found.orders], has_next=found.has_next)


@handler.post(_PATH, access=Access.USER, body=shapes.PlaceOrder, returns=shapes.OrderBody, status=201, is_keyed=True)
def place_order(request: Request) -> Outcome[shapes.OrderBody]:
    """Order what the cart holds."""
    terms = OrderTerms(hold_minutes=UNPAID_MINUTES)
    return _orders.place(request.caller, CHANNEL, request.body.delivery(), terms, request.keyed).map(shapes.order)


@handler.get(f"{_PATH}my_orders/", access=Access.USER, returns=list[shapes.OrderBody], query=PAGE)
def my_orders(request: Request) -> Reply:
    """Orders that the caller has placed, newest first."""
    found = _orders.history(request.caller, request.page)
    return array(request, [shapes.order(order) for order in found.orders], found.total)


@handler.get(
    f"{_PATH}seller_orders/",
    access=Access.SELLER,
    returns=list[shapes.OrderBody],
    query={"status": _STATUS, **PAGE},
)
def seller_orders(request: Request) -> Reply:
    """The caller's parts of orders, newest first; of one status when it is said."""
    status = request.query["status"]
    found = _orders.of_seller(request.caller, request.page, IN[status] if status else None)
    return uncounted_array(request, [shapes.order(order) for order in found.orders], has_next=found.has_next)


@handler.get(f"{_PATH}{{id}}/", access=Access.USER, returns=shapes.OrderBody)
def order(request: Request) -> shapes.OrderBody:
    """An order of which the caller is buyer, seller or staff."""
    return shapes.order(_orders.seen(request.caller, _id(request)))


@handler.patch(f"{_PATH}{{id}}/", access=Access.USER, body=shapes.ChangeOrder, returns=shapes.OrderBody)
def change_order(request: Request) -> shapes.OrderBody:
    """Change the notes of the caller's own order, and its address while it waits for its payment."""
    body = request.body
    return shapes.order(_orders.change_delivery(request.caller, _id(request), body.buyer_notes, body.address()))


@handler.delete(f"{_PATH}{{id}}/", access=Access.STAFF, status=204)
def delete_order(request: Request) -> None:
    """Cancel an order for good: what was paid goes back, and its record stays."""
    _fulfilment.move(request.caller, _id(request), Status.CANCELLED)


@handler.patch(f"{_PATH}{{id}}/update_status/", access=Access.USER, body=shapes.MoveOrder, returns=shapes.StatusBody)
def update_status(request: Request) -> shapes.StatusBody:
    """Move the order, or the caller's part of it, to a status."""
    body = request.body
    return shapes.status(_fulfilment.move(request.caller, _id(request), body.target(), body.seller_id))


@handler.patch(
    f"{_PATH}{{id}}/update_order_status/", access=Access.USER, body=shapes.MoveOrder, returns=shapes.Transition
)
def update_order_status(request: Request) -> shapes.Transition:
    """Move the order, or the caller's part of it, to a status, and tell where it may go next."""
    body = request.body
    return shapes.transition(_fulfilment.move(request.caller, _id(request), body.target(), body.seller_id))


@handler.patch(f"{_PATH}{{id}}/process_order/", access=Access.USER, body=shapes.OfSeller, returns=shapes.OrderBody)
def process_order(request: Request) -> shapes.OrderBody:
    """Take the caller's part of the order in hand: it awaits shipment."""
    return shapes.order(_fulfilment.process(request.caller, _id(request), request.body.seller_id).order)


@handler.patch(f"{_PATH}{{id}}/cancel_order/", access=Access.USER, body=shapes.CancelOrder, returns=shapes.OrderBody)
def cancel_order(request: Request) -> shapes.OrderBody:
    """Cancel the caller's part before it is shipped: its stock comes back, and what was paid for it goes back."""
    body = request.body
    move = _fulfilment.cancel(request.caller, _id(request), body.cancellation_reason, body.seller_id)
    return shapes.order(move.order)


@handler.patch(f"{_PATH}{{id}}/update_tracking/", access=Access.USER, body=shapes.Track, returns=shapes.ShippingInfo)
def update_tracking(request: Request) -> shapes.ShippingInfo:
    """Ship the caller's part under a tracking number, or correct the number of what is on its way."""
    body = request.body
    return shapes.shipping_info(
        _fulfilment.track(request.caller, _id(request), body.tracking_number, body.shipping_carrier, body.seller_id)
    )


@handler.patch(
    f"{_PATH}{{id}}/update_carrier_code/", access=Access.USER, body=shapes.ChooseCarrier, returns=shapes.ShippingInfo
)
def update_carrier_code(request: Request) -> shapes.ShippingInfo:
    """Say by which carrier the caller's part will go, before it is shipped."""
    body = request.body
    return shapes.shipping_info(
        _fulfilment.choose_carrier(
            request.caller, _id(request), body.carrier_code, body.shipping_carrier, body.seller_id
        )
    )


@handler.get(f"{_PATH}{{id}}/tracking_info/", access=Access.USER, returns=shapes.TrackingInfo)
def tracking_info(request: Request) -> shapes.TrackingInfo:
    """Where each part of the order is, for its buyer, its sellers and staff."""
    return shapes.tracking_info(_orders.seen(request.caller, _id(request)))


def _id(request: Request) -> int:
    return request.id("id", "Order")
