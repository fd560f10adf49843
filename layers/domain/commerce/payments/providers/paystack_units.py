"""What Paystack takes (reference, "Supported currency"): the amount is always a hundredth of the major unit, also where
the currency has none, so that 5,000 XOF are written 500000. Francs are whole nevertheless.
"""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units, each

UNITS = Units(
    Provider.PAYSTACK,
    {**each("EGP GHS KES NGN USD ZAR", Unit(2)), **each("RWF XOF", Unit(2, step=100))},
)
