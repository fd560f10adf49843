"""Mobile money of Ghana, the one country where buyers pay by it: mtn, telecel (vodafone before), airteltigo; and the
wallets that sellers are paid to."""

import re

from commerce.payments.providers.model import MethodRefused, PaymentRequest

# A national number is a 0 and nine digits, of which the first tells mobile phones; numbers move between networks.
_MOBILE = re.compile(r"(?:\+?233|0)([25]\d{8})")
_SPACING = re.compile(r"[ ().-]")


def wallet(request: PaymentRequest, networks: dict[str, str]) -> tuple[str, str]:
    """(network, phone) of the request: the network in the provider's word for it, the phone in national form.

    In which currencies a wallet is charged is for the provider's account to say: it refuses others before it charges.
    Raises MethodRefused for an unknown network, or what is no mobile number of Ghana.
    """
    network = networks.get(request.network)
    if network is None:
        raise MethodRefused(f"Unknown mobile money network: {request.network[:20]}.")
    number = _MOBILE.fullmatch(_SPACING.sub("", request.phone))
    if number is None or not number[1].isascii():
        raise MethodRefused("Enter a mobile number of Ghana, such as 024 123 4567.")
    return network, f"0{number[1]}"


def payout_wallet(network: str, phone: str, currency: str, networks: dict[str, str]) -> tuple[str, str]:
    """(network, phone) of a wallet that is paid to, in the provider's word and in national form. Outside of Ghana any
    number of its usual length is taken: the provider knows its own. Raises MethodRefused as `wallet` does."""
    known = networks.get(network.strip().lower())
    if known is None:
        raise MethodRefused(f"Unknown mobile money network: {network[:20]}.")
    digits = _SPACING.sub("", phone)
    number = _MOBILE.fullmatch(digits) if currency == "GHS" else None
    if number is not None and number[1].isascii():
        return known, f"0{number[1]}"
    if currency == "GHS" or not (digits.isascii() and digits.lstrip("+").isdigit() and 9 <= len(digits) <= 15):
        raise MethodRefused("Enter a mobile number, such as 024 123 4567.")
    return known, digits
