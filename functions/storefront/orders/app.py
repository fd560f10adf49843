"""Orders of the storefront: the caller's cart becomes an order; the caller's history."""

from commerce.orders.model import OrderTerms
from commerce.orders.service import orders
from rest.api import Access, Outcome, Reply, Request
from rest.lists import array
from rest.parameters import PAGE
from storefront.contract import CHANNEL, storefront_api
from storefront.orders import shapes

handler = storefront_api()
_orders = orders()


@handler.post(
    "/api/orders/", access=Access.USER, body=shapes.PlaceOrder, returns=shapes.OrderBody, status=201, is_keyed=True
)
def place_order(request: Request) -> Outcome[shapes.OrderBody]:
    """Order what the cart holds. This client knows neither shipping cost nor tax."""
    return _orders.place(request.caller, CHANNEL, request.body.delivery(), OrderTerms(), request.keyed).map(
        shapes.order
    )


@handler.get("/api/orders/", access=Access.USER, returns=list[shapes.OrderBody], query=PAGE)
def history(request: Request) -> Reply:
    """The caller's orders, newest first."""
    found = _orders.history(request.caller, request.page)
    return array(request, [shapes.order(order) for order in found.orders], found.total)


@handler.get("/api/orders/{id}/", access=Access.USER, returns=shapes.OrderBody)
def order(request: Request) -> shapes.OrderBody:
    """One of the caller's orders."""
    return shapes.order(_orders.order(request.caller, request.id("id", "Order")))
