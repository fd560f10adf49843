"""Staff sees all that happened to an order's money, gives it back, confirms it, and asks providers about it."""

from admin.contract import admin_api
from admin.payments import shapes
from commerce.orders.service import orders
from commerce.payments.service import payments
from rest.api import Access, Request

handler = admin_api()
_orders = orders()
_payments = payments()


@handler.get("/admin/api/orders/{id}/payments/", access=Access.STAFF, returns=shapes.PaymentsBody)
def history(request: Request) -> shapes.PaymentsBody:
    """Attempts, refunds, webhooks and ledger entries of an order."""
    return shapes.payments(_orders.any_order(request.caller, request.id("id", "Order")))


@handler.post(
    "/admin/api/orders/{id}/refunds/",
    access=Access.STAFF,
    body=shapes.RefundOrder,
    returns=shapes.RefundBody,
    status=201,
    is_keyed=True,
)
def refund(request: Request) -> shapes.RefundBody:
    """Give money back: `amount`, or all that is left, of the order or of the part of `seller_id`. A provider that
    cannot be reached is asked again later: the refund is `requested` until then, and needs `attention` once refused."""
    order_id, body = request.id("id", "Order"), request.body
    refund = _payments.refunds.refund(
        request.caller, order_id, body.written(), body.reason, body.seller_id, request.keyed
    )
    return shapes.refund(refund)


@handler.post(
    "/admin/api/orders/{id}/refunds/{refund_id}/retry/",
    access=Access.STAFF,
    body=shapes.RetryRefund,
    returns=shapes.RefundBody,
)
def retry_refund(request: Request) -> shapes.RefundBody:
    """Have a refund that needs attention tried again, or, `by_hand`, record that staff gave the money back by other
    means."""
    order_id, refund_id = request.id("id", "Order"), request.params["refund_id"]
    return shapes.refund(_payments.refunds.retry(request.caller, order_id, refund_id, by_hand=request.body.by_hand))


@handler.post("/admin/api/orders/{id}/confirm/", access=Access.STAFF, returns=shapes.AttemptBody)
def confirm(request: Request) -> shapes.AttemptBody:
    """The money of an unpaid order was seen: its bank transfer, or an offline payment."""
    return shapes.attempt(_payments.settlement.confirm(request.caller, request.id("id", "Order")))


@handler.post("/admin/api/orders/{id}/payments/{reference}/check/", access=Access.STAFF, returns=shapes.AttemptBody)
def check(request: Request) -> shapes.AttemptBody:
    """Ask the provider about an attempt, and apply what it says."""
    order_id = request.id("id", "Order")
    return shapes.attempt(_payments.settlement.check(request.caller, order_id, request.params["reference"]))
