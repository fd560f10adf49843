"""Staff sees all that happened to an order's money, gives it back, confirms it, and asks providers about it."""

from functools import partial

from admin.contract import admin_api
from admin.payments import shapes
from commerce.audit.service import audit
from commerce.orders.service import orders
from commerce.payments.service import payments
from edge.api import Access
from edge.requests import Request

handler = admin_api()
_audit = audit()
_orders = orders()
_payments = payments()


@handler.get("/admin/api/orders/{id}/payments/", access=Access.STAFF, returns=shapes.PaymentsBody)
def history(request: Request) -> shapes.PaymentsBody:
    """Attempts, refunds, webhooks and ledger entries of an order."""
    order_id = request.id("id", "Order")
    order = _orders.any_order(request.caller, order_id)
    return shapes.payments(order, _payments.history(request.caller, order_id))


@handler.post(
    "/admin/api/orders/{id}/refunds/",
    access=Access.STAFF,
    body=shapes.RefundOrder,
    returns=shapes.RefundBody,
    status=201,
)
def refund(request: Request) -> shapes.RefundBody:
    """Give money back: `amount`, or all that is left of the order or of what `seller_id` sold. A provider who cannot be
    reached is asked again later; the refund is `requested` until then."""
    said = request.body
    order = _orders.any_order(request.caller, request.id("id", "Order"))
    noting = partial(shapes.noted, partial(_audit.noting, request.caller, "order.refunded"))
    amount = said.minor(order.currency)
    return shapes.refund(
        _payments.refunding.refund(
            request.caller, order.id, amount, said.reason, said.sellers(), request.attempt, noting
        )
    )


@handler.post("/admin/api/orders/{id}/confirm/", access=Access.STAFF, returns=shapes.AttemptBody)
def confirm(request: Request) -> shapes.AttemptBody:
    """The money of an unpaid order was seen: its bank transfer, or an offline payment."""
    order_id = request.id("id", "Order")
    noted = _audit.noting(request.caller, "payment.confirmed", order_id, {})
    return shapes.attempt(_payments.settling.confirm(request.caller, order_id, [noted]))


@handler.post("/admin/api/orders/{id}/payments/{reference}/check/", access=Access.STAFF, returns=shapes.AttemptBody)
def check(request: Request) -> shapes.AttemptBody:
    """Ask the provider about an attempt, and apply what he says."""
    order_id = request.id("id", "Order")
    found = _payments.settling.check(request.caller, order_id, request.params["reference"])
    _audit.note(request.caller, "payment.checked", order_id, shapes.outcome(found))
    return shapes.attempt(found)
