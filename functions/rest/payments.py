"""How a payment is asked for, and how the buyer goes on: the same in every contract that serves these routes (G20)."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from commerce.kit.errors import InvalidInput
from commerce.orders.payment import Attempt, Method, Provider
from commerce.payments.model import choice
from rest.bodies import Body


def _provider(written: str) -> str:
    if written not in _PROVIDERS:
        raise ValueError(f"Choose one of {', '.join(_PROVIDERS)}.")
    return written


def _method(written: str) -> str:
    if written not in list(Method):
        raise ValueError(f"Choose one of {', '.join(Method)}.")
    return written


_PROVIDERS = [str(provider) for provider in Provider if provider is not Provider.OFFLINE]
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,18}")
_NETWORKS = ("mtn", "vodafone", "telecel", "airteltigo")


class StartPayment(Body):
    """Provider and method of a payment, of which one or both may be left out: a card at Paystack then."""

    provider: Annotated[str, AfterValidator(_provider)] | None = None
    method: Annotated[str, AfterValidator(_method)] | None = None
    phone: Annotated[str, Field(max_length=20)] = ""
    network: Annotated[str, Field(max_length=20)] = ""

    def choice(self) -> dict[str, Any]:
        """What the use case wants to know. Raises InvalidInput for a pair that nobody offers, and for mobile money
        without
        a phone and a network."""
        provider, method = choice(
            Provider(self.provider) if self.provider else None, Method(self.method) if self.method else None
        )
        if method is Method.MOBILE_MONEY:
            if not _PHONE.fullmatch(self.phone.strip()):
                raise InvalidInput.of("phone", "A phone number is required for mobile money.")
            if self.network.lower() not in _NETWORKS:
                raise InvalidInput.of("network", f"Choose one of {', '.join(_NETWORKS)}.")
        return {
            "provider": provider,
            "method": method,
            "phone": self.phone.strip(),
            "network": self.network.lower(),
        }


def started(attempt: Attempt) -> dict[str, Any]:
    """How the buyer goes on with an attempt."""
    body: dict[str, Any] = {
        "reference": attempt.reference,
        "access_code": attempt.access_code,
        "authorization_url": attempt.authorization_url,
    }
    # Ways to pay without a page of the provider tell the buyer what to do; the document's own way never has these keys.
    more = {"instructions": attempt.instructions, "next_step": attempt.next_step}
    return body | {name: value for name, value in more.items() if value}
