"""What Stripe is asked for: a Checkout page with its end, or a PaymentIntent."""

from collections.abc import Iterator
from typing import Any

from commerce.payments.providers.model import PaymentRequest

# A page lives from 30 minutes to 24 hours; a minute of margin for clocks and for the call itself.
_SHORTEST_PAGE = 1860
_MAX_PAGE = 86_340


def intent(request: PaymentRequest, amount: int, metadata: dict[str, str]) -> Any:
    """A PaymentIntent that the client confirms itself; `amount` in Stripe's units."""
    return {
        "amount": amount,
        "currency": request.currency.lower(),
        "metadata": metadata,
        "receipt_email": request.email,
        "automatic_payment_methods": {"enabled": True},
    }


def page(request: PaymentRequest, amount: int, metadata: dict[str, str], ends: int | None) -> Any:
    """A Checkout Session for one order; `ends` in seconds, None for when Stripe likes."""
    price = {
        "currency": request.currency.lower(),
        "unit_amount": amount,
        "product_data": {"name": f"Order {request.order_id}"},
    }
    return {
        "mode": "payment",
        "client_reference_id": request.reference,
        "customer_email": request.email,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        **({"expires_at": ends} if ends else {}),
    }


def page_ends(request: PaymentRequest, now: int) -> Iterator[int | None]:
    """When the page should end, in seconds, best first: with the hold, or half an hour after it (Stripe allows no
    shorter page), or when Stripe likes. Each depends on the hold alone, so that the same start has the same parameters;
    the others follow for a start that was first made when another one was the best."""
    held_until = request.expires_at // 1000
    choices: list[int | None] = [held_until, held_until + _SHORTEST_PAGE] if held_until else []
    fitting = [end for end in choices if end and now + _SHORTEST_PAGE <= end <= now + _MAX_PAGE]
    best = fitting[0] if fitting else None
    yield best
    yield from (end for end in [*choices, None] if end != best)
