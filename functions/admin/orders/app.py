"""Staff sees and moves any order, in canonical words."""

from admin.contract import admin_api
from admin.orders import shapes
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from rest.api import Access
from rest.requests import Request

handler = admin_api()
_orders = orders()
_payments = payments()


@handler.get(
    "/admin/api/orders/",
    access=Access.STAFF,
    returns=shapes.OrderList,
    query=("day", "after", "buyer_id", "page_size"),
)
def list_orders(request: Request) -> shapes.OrderList:
    """Orders of a day (UTC, today unless said otherwise), the latest first; or the latest of one buyer."""
    size = request.page.size
    if "buyer_id" in request.query:
        return shapes.of_buyer(_orders.newest_of_buyer(request.caller, shapes.buyer(request.query), size))
    day, before = shapes.day(request.query), shapes.before(request.query)
    return shapes.of_day(day, _orders.newest_of_day(request.caller, day, size, before), size)


@handler.get("/admin/api/attention/", access=Access.STAFF, returns=shapes.AttentionList, query=("page_size",))
def list_attention(request: Request) -> shapes.AttentionList:
    """Orders with something that only a person can decide, the longest waiting first."""
    return shapes.needing_attention(_orders.needing_attention(request.caller, request.page.size))


@handler.get("/admin/api/orders/{id}/", access=Access.STAFF, returns=shapes.OrderBody)
def order(request: Request) -> shapes.OrderBody:
    """Any order."""
    return shapes.order(_orders.any_order(request.caller, request.id("id", "Order")))


@handler.patch("/admin/api/orders/{id}/", access=Access.STAFF, body=shapes.MoveOrder, returns=shapes.OrderBody)
def move_order(request: Request) -> shapes.OrderBody:
    """Move all parts of an order, or that of `seller_id`, to a status: anywhere but backwards. Confirming an unpaid
    order records an offline payment, cancelling a paid one refunds it."""
    order_id, body = request.id("id", "Order"), request.body
    return shapes.order(_payments.move(request.caller, order_id, Status(body.status), body.seller_id))
