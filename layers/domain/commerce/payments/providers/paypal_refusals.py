"""PayPal's names for why an order cannot be captured or a capture not refunded (its `details[].issue`), in our words.

Everything that is not named here is a refusal for good: nothing was taken or given, and asking again would not help.
"""

from typing import Any

from commerce.kit import http

# The buyer has to do something at PayPal first, or PayPal itself is still at it: the payment is open.
PAYER_ACTION = frozenset(
    {
        "ORDER_NOT_APPROVED",
        "PAYER_ACTION_REQUIRED",
        "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING",
        "CONSENT_NEEDED",
        "ORDER_COMPLETION_IN_PROGRESS",
    }
)
CAPTURED_BEFORE = "ORDER_ALREADY_CAPTURED"
# A refund that is refused today: no balance yet, or the capture itself has not come in.
REFUND_LATER = frozenset({"REFUND_FAILED_INSUFFICIENT_FUNDS", "PENDING_CAPTURE"})
# A refund that may be the very one that was asked for: an earlier call made it.
MADE_BEFORE = frozenset({"DUPLICATE_INVOICE_ID", "CAPTURE_FULLY_REFUNDED", "REFUND_AMOUNT_EXCEEDED"})


def issue(answer: http.WebAnswer) -> str:
    """Why PayPal refused, by its own name for it; "" for an answer that is no refusal or names nothing."""
    return "" if answer.is_ok else str(_detail(answer).get("issue") or answer.body.get("name") or "")


def words(answer: http.WebAnswer) -> str:
    """The refusal for a person: PayPal's name for it and what it adds."""
    return f"{issue(answer)}: {_detail(answer).get('description') or answer.body.get('message') or ''}"[:200]


def _detail(answer: http.WebAnswer) -> dict[str, Any]:
    details = answer.body.get("details")
    first: Any = details[0] if isinstance(details, list) and details else None
    return first if isinstance(first, dict) else {}
