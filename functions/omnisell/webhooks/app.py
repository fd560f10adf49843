"""Payment providers' webhooks: verify the raw bytes, queue, and only then say 200.

A webhook is believed no further than that it names a payment of ours; what became of that payment, the worker asks the
provider. So nothing that is forged, altered, late or repeated can change anything.
"""

from commerce.payments.webhooks import webhooks
from omnisell.contract import omnisell_api
from omnisell.webhooks import shapes
from rest.api import Access, Request

handler = omnisell_api()
_webhooks = webhooks()


@handler.post("/api/webhooks/payment/", access=Access.SIGNED, returns=shapes.Received)
def payment(request: Request) -> shapes.Received:
    """A webhook of any provider, known by its signature's header."""
    _webhooks.receive(None, request.headers, request.raw)
    return shapes.received()


@handler.post("/api/webhooks/payment/{provider}/", access=Access.SIGNED, returns=shapes.Received)
def payment_of(request: Request) -> shapes.Received:
    """A webhook of the named provider."""
    _webhooks.receive(request.params["provider"], request.headers, request.raw)
    return shapes.received()
