"""How a payment is asked for, and how the buyer goes on: the same in every contract that serves these routes (G20)."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from commerce.kit.errors import InvalidInput
from commerce.payments.model import Attempt, Method, Provider
from edge.forms import Body


def _provider(written: str) -> str:
    if written not in ("paystack", "stripe", "flutterwave", "paypal", "bank"):
        raise ValueError("Choose one of paystack, stripe, flutterwave, paypal, bank.")
    return written


def _method(written: str) -> str:
    if written not in list(Method):
        raise ValueError(f"Choose one of {', '.join(Method)}.")
    return written


class StartPayment(Body):
    """Provider and method of a payment; a card at Paystack unless said otherwise."""

    provider: Annotated[str, AfterValidator(_provider)] = "paystack"
    method: Annotated[str, AfterValidator(_method)] = "card"
    phone: Annotated[str, Field(max_length=20)] = ""
    network: Annotated[str, Field(max_length=20)] = ""

    def choice(self) -> dict[str, Any]:
        """Provider and method as the use case wants them. Raises InvalidInput for a pair that nobody offers."""
        method, provider = Method(self.method), Provider(self.provider)
        if method is Method.BANK_TRANSFER:
            provider = Provider.BANK
        if method is Method.PAYPAL:
            provider = Provider.PAYPAL
        if method is Method.MOBILE_MONEY:
            if provider not in (Provider.PAYSTACK, Provider.FLUTTERWAVE):
                raise InvalidInput.of("provider", "Mobile money is paid through paystack or flutterwave.")
            if not self.phone or not self.network:
                raise InvalidInput.of("phone", "Mobile money needs a phone and a network.")
        return {"provider": provider, "method": method, "phone": self.phone, "network": self.network.lower()}


def started(attempt: Attempt) -> dict[str, Any]:
    """How the buyer goes on with an attempt."""
    body: dict[str, Any] = {
        "reference": attempt.reference,
        "access_code": attempt.access_code,
        "authorization_url": attempt.authorization_url,
    }
    # Ways to pay without a page of the provider tell the buyer what to do; the document's own way never has this key.
    return body | ({"instructions": attempt.instructions} if attempt.instructions else {})
