"""The payment providers of a developer's machine: the HTTP of Paystack, Flutterwave, PayPal and Stripe, without money.

Our gateways and Stripe's own SDK talk to it as they talk to the real ones; only the address differs. It keeps its own
book of what it captured and gave back, which knows nothing of our tables: what the shop believes is checked against it.
Needs Python's standard library only and is no part of what is deployed.
"""
