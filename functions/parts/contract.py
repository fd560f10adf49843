"""The parts client: a spare-parts shop with an anonymous cart, written against Django and its session cookie.

It reads most errors as `{"detail": text}`; some routes word theirs as `message` or `error`, each where its document
shows it. Refused forms are `{field: [texts]}` with status 400, prices decimal strings, times UTC to the second.
What was chosen for it: docs/contracts/parts.md.
"""

from typing import Any, Final

from commerce.kit.errors import CommerceError, InvalidInput
from commerce.payments.model import NotPaid
from commerce.payments.providers.model import ProviderRefused, ProviderTrouble
from rest.api import Api, Contract
from rest.errors import Wording

CHANNEL: Final = "parts"
COOKIE: Final = "sessionid"


def parts_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(PARTS)


def _not_paid(error: NotPaid) -> dict[str, Any]:
    # The client prints what the gateway said; what it may know of that is told, and never the raw answer.
    return {"detail": error.message, "paystack": {"reference": error.attempt.reference, "status": error.attempt.status}}


PARTS = Contract(
    name="parts",
    title="Parts",
    cookie=COOKIE,
    errors={
        CommerceError: Wording(lambda error: {"detail": error.message}),
        InvalidInput: Wording(lambda error: error.fields),
        NotPaid: Wording(_not_paid),
        # The document answers trouble with the gateway with 500.
        ProviderTrouble: Wording(status=500),
        ProviderRefused: Wording(status=500),
    },
)
