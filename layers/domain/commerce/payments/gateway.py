"""What every provider does for us, in our words; each `<vendor>_gateway.py` is one of them."""

from collections.abc import Mapping
from typing import Any, Protocol

from commerce.kit import secrets, settings
from commerce.payments.model import Attempt, Fact, Intent, MethodRefused, Notice, Provider, Refund, Started


class Gateway(Protocol):
    """One provider. Every call may raise ProviderTrouble (ask again) or ProviderRefused (do not)."""

    def start(self, intent: Intent) -> Started:
        """Create the payment at the provider; the same reference again creates no second one."""

    def look(self, attempt: Attempt) -> Fact:
        """What the provider says of the attempt now."""

    def refund(self, refund: Refund) -> bool:
        """Give money back, once for each refund id; False while the provider is still at it."""

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """A webhook that the provider signed. Raises SignatureRefused. Header names are lower case."""


def keys() -> dict[str, Any]:
    """The providers' keys: one secret, a name for each key."""
    return secrets.read(settings.text("PAYMENTS_SECRET"))


def gateway(provider: Provider) -> Gateway:
    """The provider's gateway; its SDK or HTTP client is imported now and not before. Raises MethodRefused."""
    if provider not in _made:
        _made[provider] = _make(provider)
    return _made[provider]


_made: dict[Provider, Gateway] = {}


def _make(provider: Provider) -> Gateway:
    match provider:
        case Provider.PAYSTACK:
            from commerce.payments.paystack_gateway import Paystack

            return Paystack(settings.text("PAYSTACK_URL"))
        case Provider.STRIPE:
            from commerce.payments.stripe_gateway import Stripe

            return Stripe(settings.text("STRIPE_URL"))
        case Provider.FLUTTERWAVE:
            from commerce.payments.flutterwave_gateway import Flutterwave

            return Flutterwave(settings.text("FLUTTERWAVE_URL"))
        case Provider.PAYPAL:
            from commerce.payments.paypal_gateway import PayPal

            return PayPal(settings.text("PAYPAL_URL"))
        case _:
            raise MethodRefused(f"{provider} takes no payments online.")
