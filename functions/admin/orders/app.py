"""Staff sees and moves any order, in canonical words."""

from admin.contract import admin_api
from admin.orders import shapes
from commerce.orders.model import Status
from commerce.orders.service import orders
from commerce.payments.service import payments
from edge.api import Access
from edge.requests import Request

handler = admin_api()
_orders = orders()
_payments = payments()


@handler.get("/admin/api/orders/{id}/", access=Access.STAFF, returns=shapes.OrderBody)
def order(request: Request) -> shapes.OrderBody:
    """Any order."""
    return shapes.order(_orders.any_order(request.caller, request.id("id", "Order")))


@handler.patch("/admin/api/orders/{id}/", access=Access.STAFF, body=shapes.MoveOrder, returns=shapes.OrderBody)
def move_order(request: Request) -> shapes.OrderBody:
    """Move all parts of an order to a status: anywhere but backwards. Confirming an unpaid order records an offline
    payment, cancelling a paid one refunds it."""
    return shapes.order(_payments.move(request.caller, request.id("id", "Order"), Status(request.body.status)))
