"""Test money or real money: told by the keys and hosts that are in use, never by what we believe of ourselves."""

from typing import Literal
from urllib.parse import urlsplit

from commerce.kit import settings
from commerce.orders.payment import Provider
from commerce.payments.providers import client
from commerce.payments.providers.keys import keys
from commerce.payments.providers.model import MethodRefused, ModesContradict

Mode = Literal["live", "test"]

# PayPal's keys look alike in both modes; its hosts do not.
_PAYPAL_LIVE_HOSTS = frozenset({"api-m.paypal.com", "api.paypal.com"})
_KEYS = {
    Provider.PAYSTACK: ("paystack_secret_key", ("sk_test_",)),
    Provider.STRIPE: ("stripe_secret_key", ("sk_test_", "rk_test_")),
    Provider.FLUTTERWAVE: ("flutterwave_secret_key", ("FLWSECK_TEST",)),
}


def mode_of(provider: Provider) -> Mode:
    """Whether the provider's key (PayPal: its host) moves real money. What is not plainly of the test mode is live.

    Raises MethodRefused for who is not set up, or takes no payments online.
    """
    if provider is Provider.PAYPAL:
        client.key(provider, "paypal_client_id")
        return mode_of_host(settings.text("PAYPAL_URL"))
    if provider not in _KEYS:
        raise MethodRefused(f"{provider} takes no payments online.")
    name, prefixes = _KEYS[provider]
    return "test" if client.key(provider, name).startswith(prefixes) else "live"


def mode_of_host(paypal_url: str) -> Mode:
    """Whether PayPal at this address moves real money."""
    return "live" if urlsplit(paypal_url).hostname in _PAYPAL_LIVE_HOSTS else "test"


def check_modes() -> None:
    """Hold every provider that has keys against our own setting. Raises ModesContradict: nothing may start like that.

    The functions that take payments call it at their start; it reads the secret of the keys.
    """
    wanted: Mode = "live" if settings.payments_are_live() else "test"
    names = {**{provider: name for provider, (name, _) in _KEYS.items()}, Provider.PAYPAL: "paypal_client_id"}
    for provider, name in names.items():
        if keys().get(name) and (found := mode_of(provider)) != wanted:
            raise ModesContradict(f"PAYMENTS_LIVE says {wanted}, {provider}'s key or host says {found}.")
