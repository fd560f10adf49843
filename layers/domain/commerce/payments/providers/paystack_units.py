"""What Paystack takes (reference, "Supported currency"): the amount is always a hundredth of the major unit, also where
the currency has none, so that 5,000 XOF are written 500000. Francs are whole nevertheless.
"""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units

_HUNDREDTHS = Unit(2)
_WHOLE = Unit(2, step=100)

UNITS = Units(
    Provider.PAYSTACK,
    {
        **dict.fromkeys(("EGP", "GHS", "KES", "NGN", "USD", "ZAR"), _HUNDREDTHS),
        **dict.fromkeys(("RWF", "XOF"), _WHOLE),
    },
)
