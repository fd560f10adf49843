"""What Flutterwave v3 collects, as decimal amounts of the major unit.

No specification has the list: what an account may collect is told by the account.
"""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units, each

UNITS = Units(
    Provider.FLUTTERWAVE,
    {
        **each("CAD COP EGP EUR GBP GHS KES MAD MWK NGN TZS USD ZAR ZMW", Unit(2)),
        **each("CLP GNF RWF UGX XAF XOF", Unit(0)),
    },
)
