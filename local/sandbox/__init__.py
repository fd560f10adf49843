"""The payment providers of a developer's machine: the HTTP of Paystack, Flutterwave, PayPal and Stripe, without money.

Our gateways and Stripe's own SDK talk to it as they talk to the real ones; only the address differs. It keeps its own
book of what it captured and refunded, independent of our tables: the shop's records are checked against it. It is a
Starlette application under hypercorn, and no part of what is deployed.
"""
