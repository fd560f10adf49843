"""What Flutterwave v3 collects (documentation, "Supported currencies"), as decimal amounts of the major unit."""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units, each

UNITS = Units(
    Provider.FLUTTERWAVE,
    {
        **each("CAD COP EGP EUR GBP GHS KES MAD MWK NGN TZS USD ZAR ZMW", Unit(2)),
        **each("CLP GNF RWF UGX XAF XOF", Unit(0)),
    },
)
