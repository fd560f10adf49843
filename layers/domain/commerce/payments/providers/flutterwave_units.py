"""What Flutterwave v3 collects (documentation, "Supported currencies"), as decimal amounts of the major unit."""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units

_WITH_CENTS = "CAD COP EGP EUR GBP GHS KES MAD MWK NGN TZS USD ZAR ZMW".split()  # noqa: SIM905 (read as a list)
_WHOLE = "CLP GNF RWF UGX XAF XOF".split()  # noqa: SIM905

UNITS = Units(Provider.FLUTTERWAVE, {**dict.fromkeys(_WITH_CENTS, Unit(2)), **dict.fromkeys(_WHOLE, Unit(0))})
