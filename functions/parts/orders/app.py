"""Orders of the parts client. The session's cart is merged into the account's and becomes the order."""

from commerce.orders.model import OrderTerms
from commerce.orders.service import orders
from parts import session
from parts.contract import CHANNEL, parts_api
from parts.orders import shapes
from rest.api import Access
from rest.lists import array
from rest.parameters import PAGE
from rest.requests import Request
from rest.responses import Reply

handler = parts_api()
_orders = orders()

# Until its payment is initialised, an order holds its stock for a day (RULINGS G18).
UNPAID_MINUTES = 24 * 60


@handler.post(
    "/api/orders/orders/create/",
    access=Access.USER,
    body=shapes.CreateOrder,
    returns=shapes.OrderBody,
    status=201,
    is_keyed=True,
    uses_session=True,
)
def create_order(request: Request) -> Reply:
    """Order what the cart holds."""
    guest, terms = session.guest(request), OrderTerms(hold_minutes=UNPAID_MINUTES)
    placed = _orders.place(request.caller, CHANNEL, request.body.delivery(), terms, request.keyed, guest=guest)
    gone = (session.cookie("", 0),) if guest is not None else ()
    return Reply(placed.map(shapes.order), 201, cookies=gone)


@handler.get("/api/orders/orders/", access=Access.USER, returns=list[shapes.OrderBody], query=PAGE)
def history(request: Request) -> Reply:
    """The caller's orders, newest first."""
    page = request.page
    found = _orders.history(request.caller, page)
    return array(request, [shapes.order(order) for order in found.orders], page, found.total)


@handler.get("/api/orders/orders/{order_id}/", access=Access.USER, returns=shapes.OrderBody)
def order(request: Request) -> shapes.OrderBody:
    """One of the caller's orders."""
    return shapes.order(_orders.order(request.caller, request.id("order_id", "Order")))
