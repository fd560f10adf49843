"""What Stripe takes (documentation, "Supported currencies"), in the smallest unit as Stripe counts it.

Zero-decimal currencies are written whole, ariary and vatu among them. Ugandan shillings and krónur are whole, but
written with two decimals for compatibility. Three-decimal ones end with 0. Forint and New Taiwan dollars are charged
with two decimals; that only their payouts are whole does not concern a charge.
"""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units, each

_TWO = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK
    DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP
    LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR ZMW
"""

UNITS = Units(
    Provider.STRIPE,
    {
        **each(_TWO, Unit(2)),
        **each("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF", Unit(0)),
        **each("ISK UGX", Unit(2, step=100)),
        **each("BHD JOD KWD OMR TND", Unit(3, step=10)),
    },
)
