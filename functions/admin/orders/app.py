"""Staff sees and moves any order, in canonical words."""

from admin.contract import admin_api
from admin.orders import shapes
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from rest import parameters
from rest.api import Access, Request
from rest.parameters import PAGE_SIZE

handler = admin_api()
_orders = orders()
_payments = payments()


@handler.get(
    "/admin/api/orders/",
    access=Access.STAFF,
    returns=shapes.OrderList,
    query={
        "day": parameters.day("A day (UTC), today unless said otherwise"),
        "after": parameters.identifier("`next` of the page before"),
        "buyer_id": parameters.identifier("Only what belongs to this buyer"),
        **PAGE_SIZE,
    },
)
def list_orders(request: Request) -> shapes.OrderList:
    """Orders of a day (UTC, today unless said otherwise), the latest first; or the latest of one buyer."""
    query = request.query
    size, buyer_id = query["page_size"], query["buyer_id"]
    if buyer_id:
        return shapes.of_buyer(_orders.newest_of_buyer(request.caller, buyer_id, size))
    day = shapes.day(query["day"])
    return shapes.of_day(day, _orders.newest_of_day(request.caller, day, size, query["after"]), size)


@handler.get("/admin/api/attention/", access=Access.STAFF, returns=shapes.AttentionList, query=PAGE_SIZE)
def list_attention(request: Request) -> shapes.AttentionList:
    """Orders with something that only a person can decide, the longest waiting first."""
    return shapes.needing_attention(_orders.needing_attention(request.caller, request.query["page_size"]))


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
