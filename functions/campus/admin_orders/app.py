"""Orders of all clients as staff sees and moves them, and what was sold."""

from datetime import date

from campus.admin_orders import shapes
from campus.contract import campus_api
from campus.order_bodies import OrderBody, order
from campus.orders.shapes import MoveOrder
from commerce.kit.principal import Principal
from commerce.orders.model import Order
from commerce.orders.service import orders
from commerce.payments.service import payments
from commerce.sales.service import MAX_DAYS, sales
from rest import parameters
from rest.api import Access, Request
from rest.parameters import PAGE_SIZE

handler = campus_api()
_orders = orders()
_payments = payments()
_sales = sales()


@handler.get(
    "/api/admin/orders/",
    access=Access.STAFF,
    returns=list[OrderBody],
    query={
        "day": parameters.day("A day (UTC), today unless said otherwise"),
        "before": parameters.identifier("Only what has a lower id"),
        "buyer_id": parameters.identifier("Only what belongs to this buyer"),
        **PAGE_SIZE,
    },
)
def list_orders(request: Request) -> list[OrderBody]:
    """Orders of a day, the latest first, those before the id `before` when given; or the latest of one buyer."""
    return [order(one) for one in _found(request.caller, **request.query)]


@handler.get("/api/admin/orders/{id}/", access=Access.STAFF, returns=OrderBody)
def one_order(request: Request) -> OrderBody:
    """Any order."""
    return order(_orders.any_order(request.caller, request.id("id", "Order")))


@handler.patch("/api/admin/orders/{id}/", access=Access.STAFF, body=MoveOrder, returns=OrderBody)
def move_order(request: Request) -> OrderBody:
    """Move all parts of an order, or that of `seller_id`, to a status: anywhere but backwards. Confirming an unpaid
    order records an offline payment, cancelling a paid one refunds it."""
    wanted = request.body
    return order(_payments.move(request.caller, request.id("id", "Order"), wanted.target(), wanted.seller_id))


@handler.get(
    "/api/admin/stats/",
    access=Access.STAFF,
    returns=shapes.Stats,
    query={"days": parameters.whole("How many days, the last one today", 30, maximum=MAX_DAYS)},
)
def stats(request: Request) -> shapes.Stats:
    """Orders, pieces, revenue and refunds of the last days, 30 unless said, of all clients together."""
    return shapes.stats(_sales.last(request.caller, request.query["days"]))


def _found(
    caller: Principal, day: date | None, before: int | None, buyer_id: int | None, page_size: int
) -> list[Order]:
    if buyer_id:
        return _orders.newest_of_buyer(caller, buyer_id, page_size)
    return _orders.newest_of_day(caller, shapes.day(day), page_size, before)
