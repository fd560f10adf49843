"""Bodies of the storefront's payment routes, which its document does not show (RULINGS G20)."""

from typing import NotRequired, TypedDict

from commerce.orders.payment import Attempt, AttemptStatus
from commerce.payments.model import PaymentStarted
from rest.payments import started
from rest.responses import Reply


class Started(TypedDict):
    reference: str
    access_code: str
    authorization_url: str
    instructions: NotRequired[str]
    next_step: NotRequired[str]


class Detail(TypedDict):
    detail: str


def already_initialized(error: PaymentStarted) -> Reply:
    return Reply({"error": error.message} | started(error.attempt), 400)


def verified(attempt: Attempt) -> Reply:
    if attempt.status is AttemptStatus.SUCCEEDED:
        return Reply({"detail": "Payment verified and order marked as paid."})
    progress = {"reference": attempt.reference, "status": str(attempt.status)}
    return Reply({"error": "Payment verification failed."} | progress, 400, {"X-Error-Code": "not_paid"})
