"""Bodies of the parts client's payment routes."""

from typing import NotRequired, TypedDict

from commerce.orders.payment import Attempt, AttemptStatus
from commerce.payments.model import PaymentStarted
from rest.payments import started
from rest.responses import Reply


class Initialized(TypedDict):
    reference: str
    access_code: str
    authorization_url: str
    instructions: NotRequired[str]
    next_step: NotRequired[str]


class Detail(TypedDict):
    detail: str


def already_initialized(error: PaymentStarted) -> Reply:
    # The open attempt comes with the refusal, so that a buyer who lost the page can go on.
    return Reply({"detail": error.message} | started(error.attempt), 400)


def verified(attempt: Attempt) -> Reply:
    if attempt.status is AttemptStatus.SUCCEEDED:
        return Reply({"detail": "Payment verified and order marked as paid."})
    # The client prints what the gateway said; what it may know of that is told, and never the raw answer.
    progress = {"reference": attempt.reference, "status": str(attempt.status)}
    return Reply({"detail": "Payment verification failed.", "paystack": progress}, 400, {"X-Error-Code": "not_paid"})
