"""Orders of the storefront: the caller's cart becomes an order; the caller's history."""

from commerce.orders.model import OrderTerms
from commerce.orders.service import orders
from rest.api import Access, Outcome, Request
from routes.orders import history_routes
from storefront.contract import CHANNEL, storefront_api
from storefront.orders import shapes

handler = storefront_api()
_orders = orders()
history_routes(handler, _orders, "/api/orders/", shapes.order)


@handler.post(
    "/api/orders/", access=Access.USER, body=shapes.PlaceOrder, returns=shapes.OrderBody, status=201, is_keyed=True
)
def place_order(request: Request) -> Outcome[shapes.OrderBody]:
    """Order what the cart holds. This client knows neither shipping cost nor tax."""
    return _orders.place(request.caller, CHANNEL, request.body.delivery(), OrderTerms(), request.keyed).map(
        shapes.order
    )
