"""What PayPal takes (reference, "Currency codes"), as decimal amounts of the major unit. Forint, yen and New Taiwan
dollars have no decimals there, whatever ISO 4217 says, and an amount with decimals is an error.
"""

from commerce.orders.payment import Provider
from commerce.payments.providers.units import Unit, Units, each

UNITS = Units(
    Provider.PAYPAL,
    {
        **each("AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS MXN MYR NOK NZD PHP PLN SEK SGD THB USD", Unit(2)),
        **each("HUF JPY TWD", Unit(0)),
    },
)
