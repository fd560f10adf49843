"""The campus client: a student marketplace in TypeScript.

It reads every error as `{"error": text, "code": code}`, a refused form with status 422 and its fields in `details`.
Prices are JSON numbers, times UTC to the second, and who sells a product is its `student`. What was chosen for it:
docs/contracts/campus.md.
"""

from dataclasses import replace
from typing import Any, Final

from campus.statuses import OUT
from commerce.kit import ids, money
from commerce.kit.errors import CommerceError, InvalidInput
from commerce.orders.status import TransitionRefused
from rest import parameters
from rest.api import Api, Contract
from rest.errors import Wording
from rest.parameters import Parameters

CHANNEL: Final = "campus"


def campus_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(CAMPUS)


def price(minor: int, currency: str) -> float:
    """An amount as this client reads it: 89.99, or 500 where the currency has no decimals."""
    written = money.text(minor, currency)
    return float(written) if "." in written else int(written)


def _told(error: CommerceError) -> dict[str, Any]:
    return {"error": error.message, "code": error.code}


def _refused_form(error: InvalidInput) -> dict[str, Any]:
    return {"error": "Some of the values are not valid.", "code": error.code, "details": error.fields}


def _refused_move(error: TransitionRefused) -> dict[str, Any]:
    allowed = [OUT[status] for status in error.allowed]
    return {**_told(error), "details": {"current_status": OUT[error.current], "allowed_transitions": allowed}}


CAMPUS = Contract(
    name="campus",
    title="Campus",
    errors={
        CommerceError: Wording(_told),
        InvalidInput: Wording(_refused_form, 422),
        TransitionRefused: Wording(_refused_move),
    },
)
# Lists of staff's that go on after the last id of the page before.
BEFORE: Parameters = {"before": replace(parameters.identifier("Only what has a lower id"), default=ids.LARGEST)}
