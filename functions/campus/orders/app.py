"""Orders of the campus client: buyers place and cancel them, students move what they sell; all through one machine."""

from campus.contract import CHANNEL, campus_api
from campus.order_bodies import OrderBody, order
from campus.orders import shapes
from campus.statuses import IN
from commerce.orders.model import OrderTerms
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from rest import parameters
from rest.api import Access, Outcome, Reply, Request
from rest.lists import array, uncounted_array
from rest.parameters import PAGE

handler = campus_api()
_orders = orders()
_fulfilment = payments().fulfilment

# Until its payment is initialised, an order holds its stock for a day (docs/contracts/campus.md#choices).
UNPAID_MINUTES = 24 * 60
_STATUS = parameters.one_of("Only where the caller's part stands there", list(IN), "This is no status of an order.")


@handler.get("/api/orders/", access=Access.USER, returns=list[OrderBody], query=PAGE)
def list_orders(request: Request) -> Reply:
    """The caller's orders, newest first."""
    found = _orders.history(request.caller, request.page)
    return array(request, [order(one) for one in found.orders], found.total)


@handler.post("/api/orders/", access=Access.USER, body=shapes.PlaceOrder, returns=OrderBody, status=201, is_keyed=True)
def place_order(request: Request) -> Outcome[OrderBody]:
    """Order what the cart holds; the next cart has another id."""
    terms = OrderTerms(hold_minutes=UNPAID_MINUTES)
    return _orders.place(request.caller, CHANNEL, request.body.delivery(), terms, request.keyed).map(order)


@handler.get("/api/orders/sales/", access=Access.USER, returns=list[OrderBody], query={"status": _STATUS, **PAGE})
def list_sales(request: Request) -> Reply:
    """What the caller sells of orders, newest first; of one status when it is said."""
    status = request.query["status"]
    found = _orders.of_seller(request.caller, request.page, IN[status] if status else None)
    return uncounted_array(request, [order(one) for one in found.orders], has_next=found.has_next)


@handler.get("/api/orders/{id}/", access=Access.USER, returns=OrderBody)
def one_order(request: Request) -> OrderBody:
    """An order that the caller has placed, or has sold a part of."""
    return order(_orders.seen(request.caller, _id(request)))


@handler.patch("/api/orders/{id}/", access=Access.USER, body=shapes.MoveOrder, returns=OrderBody)
def move_order(request: Request) -> OrderBody:
    """Move the order, or the caller's part of it, to a status."""
    wanted = request.body
    return order(_fulfilment.move(request.caller, _id(request), wanted.target(), wanted.seller_id).order)


@handler.post("/api/orders/{id}/cancel/", access=Access.USER, returns=OrderBody)
def cancel_order(request: Request) -> OrderBody:
    """Cancel the order, or what the caller sells of it: its stock comes back, and what was paid for it goes back."""
    return order(_fulfilment.move(request.caller, _id(request), Status.CANCELLED).order)


def _id(request: Request) -> int:
    return request.id("id", "Order")
