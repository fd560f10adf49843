"""The marketplace client: a web app for many sellers and their buyers, written against Django REST Framework viewsets.

It reads errors as `{"detail": text}` and refused forms as `{field: [texts]}` with status 400; a refused move of an
order also names its `current_status` and `allowed_transitions`. Prices are decimal strings, times UTC to the second.
What was chosen for it: docs/contracts/marketplace.md.
"""

from typing import Any, Final

from commerce.kit.errors import CommerceError, InvalidInput
from commerce.orders.status import TransitionRefused
from marketplace.statuses import OUT
from rest.api import Api, Contract
from rest.errors import Wording

CHANNEL: Final = "marketplace"


def marketplace_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(MARKETPLACE)


def _refused_move(error: TransitionRefused) -> dict[str, Any]:
    return {
        "detail": error.message,
        "current_status": OUT[error.current],
        "allowed_transitions": [OUT[status] for status in error.allowed],
    }


MARKETPLACE = Contract(
    name="marketplace",
    title="Marketplace",
    errors={
        CommerceError: Wording(lambda error: {"detail": error.message}),
        InvalidInput: Wording(lambda error: error.fields),
        TransitionRefused: Wording(_refused_move),
    },
)
