"""Mobile money of Ghana, the one country whose networks we name: mtn, telecel (vodafone before), airteltigo."""

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
