"""Which gateway serves which provider; its SDK or HTTP client is imported when it is first asked for."""

from commerce.kit import settings
from commerce.orders.payment import Provider
from commerce.payments.providers.circuit_breaker import CircuitBreaker
from commerce.payments.providers.gateway import Gateway
from commerce.payments.providers.model import MethodRefused
from commerce.payments.providers.transfers import TransferGateway


def gateway(provider: Provider) -> Gateway:
    """The provider's gateway. Raises MethodRefused for who takes no payments online, and ModesContradict rather than
    mix test money with real money."""
    if provider not in _made:
        # Imported now, since it brings an HTTP client that functions which ask no provider do not have.
        from commerce.payments.providers.modes import check_modes

        check_modes()
        _made[provider] = CircuitBreaker(provider, _make(provider))
    return _made[provider]


_made: dict[Provider, Gateway] = {}


def _make(provider: Provider) -> Gateway:
    match provider:
        case Provider.PAYSTACK:
            from commerce.payments.providers.paystack_gateway import Paystack

            return Paystack(settings.text("PAYSTACK_URL"))
        case Provider.STRIPE:
            from commerce.payments.providers.stripe_gateway import Stripe

            return Stripe(settings.text("STRIPE_URL"))
        case Provider.FLUTTERWAVE:
            from commerce.payments.providers.flutterwave_gateway import Flutterwave

            return Flutterwave(settings.text("FLUTTERWAVE_URL"))
        case Provider.PAYPAL:
            from commerce.payments.providers.paypal_gateway import PayPal

            return PayPal(settings.text("PAYPAL_URL"))
        case _:
            raise MethodRefused(f"{provider} takes no payments online.")


def transfers(provider: Provider) -> TransferGateway:
    """The provider's transfers to sellers. Raises MethodRefused for who makes none for us, and ModesContradict."""
    if provider not in _transfers:
        from commerce.payments.providers.modes import check_modes

        check_modes()
        _transfers[provider] = _make_transfers(provider)
    return _transfers[provider]


_transfers: dict[Provider, TransferGateway] = {}


def _make_transfers(provider: Provider) -> TransferGateway:
    match provider:
        case Provider.PAYSTACK:
            from commerce.payments.providers.paystack_transfers_gateway import PaystackTransfers

            return PaystackTransfers(settings.text("PAYSTACK_URL"))
        case Provider.STRIPE:
            from commerce.payments.providers.stripe_transfers_gateway import StripeTransfers

            return StripeTransfers(settings.text("STRIPE_URL"))
        case Provider.FLUTTERWAVE:
            from commerce.payments.providers.flutterwave_transfers_gateway import FlutterwaveTransfers

            return FlutterwaveTransfers(settings.text("FLUTTERWAVE_URL"))
        case _:
            raise MethodRefused(f"{provider} pays nobody out.")
