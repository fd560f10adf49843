"""Payments: an order is paid by attempts with providers, of which the first success wins. Rules only.

The facts of a payment lie in its order (commerce.orders.payment); here is what may be done about them.
"""

import re
import secrets
from dataclasses import dataclass

from commerce.kit.errors import InvalidInput, Refused
from commerce.orders.payment import Attempt, Method, Provider

REFERENCE_HEX = 10
_REFERENCE = re.compile(rf"ORD_([1-9][0-9]{{0,15}})_(?:[0-9a-f]{{{REFERENCE_HEX}}}|{Provider.OFFLINE})")

MINUTE_MS = 60_000
# After the last question, in minutes, a provider is asked about an attempt again; then no more (three days in all).
CHECK_MINUTES = (2, 2, 4, 8, 15, 30, 60, 120, 240, 480, 960, 1440, 1440)
# An attempt without the provider's answer is still being started; after this time its starter is taken for dead.
STARTING_MS = 30_000
MAX_ATTEMPTS = 20
BANK_TRANSFER_HOLD_MS = 7 * 86_400_000
# An order is kept for a provider who does not answer this long after the end of its hold, and looked at this often.
SILENCE_MS = 6 * 3_600_000
HOLD_RETRY_MS = 2 * MINUTE_MS


def new_reference(order_id: int) -> str:
    """Our name for an attempt at every provider: `ORD_<order id>_<10 hex>`, as the parts document shows it."""
    return f"ORD_{order_id}_{secrets.token_hex(REFERENCE_HEX // 2)}"


def order_of(reference: str) -> int | None:
    """The order inside a reference of ours, None when it is none."""
    found = _REFERENCE.fullmatch(reference)
    return int(found[1]) if found else None


def next_check(checks: int, now: int) -> int:
    """When to ask about an attempt again that was asked about so often, 0 for never."""
    return now + CHECK_MINUTES[checks] * MINUTE_MS if checks < len(CHECK_MINUTES) else 0


_OFFERED = {
    Method.CARD: (Provider.PAYSTACK, Provider.STRIPE, Provider.FLUTTERWAVE),
    Method.MOBILE_MONEY: (Provider.PAYSTACK, Provider.FLUTTERWAVE),
    Method.BANK_TRANSFER: (Provider.BANK,),
    Method.PAYPAL: (Provider.PAYPAL,),
}


# Of mobile money, by the words that buyers know them by.
NETWORKS = ("mtn", "vodafone", "telecel", "airteltigo")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,18}")


@dataclass(frozen=True)
class PaymentChoice:
    """How a buyer pays: with `phone` and `network` when it is mobile money."""

    provider: Provider
    method: Method
    phone: str = ""
    network: str = ""


def payment_choice(
    provider: Provider | None, method: Method | None, phone: str = "", network: str = ""
) -> PaymentChoice:
    """How a buyer pays who may leave provider and method out: by card at Paystack then, or as goes with the one that
    they named. Raises InvalidInput for a pair that nobody offers, and for mobile money without phone and network."""
    if method is None:
        method = next((one for one, offered in _OFFERED.items() if provider is None or provider in offered), None)
    if method is None or (provider is not None and provider not in _OFFERED[method]):
        offered = ", ".join(_OFFERED[method]) if method else "another one"
        raise InvalidInput.of("provider", f"{provider} does not take this way of paying; choose {offered}.")
    phone, network = phone.strip(), network.strip().lower()
    if method is Method.MOBILE_MONEY:
        if not _PHONE.fullmatch(phone):
            raise InvalidInput.of("phone", "A phone number is required for mobile money.")
        if network not in NETWORKS:
            raise InvalidInput.of("network", f"Choose one of {', '.join(NETWORKS)}.")
    return PaymentChoice(provider or _OFFERED[method][0], method, phone, network)


class OrderPaid(Refused):
    code = "order_paid"

    def __init__(self) -> None:
        super().__init__("Order is already paid.")


class OrderClosed(Refused):
    code = "order_closed"

    def __init__(self) -> None:
        super().__init__("Order is cancelled and cannot be paid.")


class PaymentStarted(Refused):
    """An attempt is open already; `attempt` lets the buyer go on with it."""

    code = "payment_started"

    def __init__(self, attempt: Attempt) -> None:
        super().__init__("Payment already initialized.")
        self.attempt = attempt


class NotPaid(Refused):
    """An attempt whose provider was asked has brought no money, or none yet."""

    code = "not_paid"

    def __init__(self, attempt: Attempt) -> None:
        super().__init__("Payment verification failed.")
        self.attempt = attempt


class TooManyAttempts(Refused):
    code = "too_many_attempts"

    def __init__(self) -> None:
        super().__init__("This order was tried to be paid too often. Please place it again.")


class RefundRefused(Refused):
    code = "refund_refused"
