"""Orders of the parts client. The session's cart is merged into the account's and becomes the order."""

from commerce.orders.model import OrderTerms
from commerce.orders.service import orders
from parts import session
from parts.contract import CHANNEL, parts_api
from parts.orders import shapes
from rest.api import Access, Reply, Request
from routes.orders import history_routes

handler = parts_api()
_orders = orders()
history_routes(handler, _orders, "/api/orders/orders/", shapes.order, "order_id")

# Until its payment is initialised, an order holds its stock for a day (docs/contracts/parts.md#choices).
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
    return Reply(placed.map(shapes.order), 201, cookies=session.ended(guest))
