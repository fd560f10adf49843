"""The keys that the sandbox and the local stack share. They open nothing anywhere else."""

PAYSTACK_SECRET_KEY = "sk_test_bazaar_local_paystack"
STRIPE_SECRET_KEY = "sk_test_bazaar_local_stripe"
STRIPE_WEBHOOK_SECRET = "whsec_bazaar_local_stripe"
FLUTTERWAVE_SECRET_KEY = "FLWSECK_TEST-bazaar-local-X"
FLUTTERWAVE_HASH = "bazaar-local-flutterwave-hash"
PAYPAL_CLIENT_ID = "bazaar-local-paypal-client"
PAYPAL_SECRET = "bazaar-local-paypal-secret"
PAYPAL_WEBHOOK_ID = "8PT597110X687430LKGECATA"

# PayPal signs with a private key that nobody else has; so does the sandbox, and only it can tell what it signed.
PAYPAL_SIGNING_KEY = "bazaar-local-paypal-signing-key"


def as_secret() -> dict[str, str]:
    """What the local stack's payments secret holds: the names that the gateways read."""
    return {
        "paystack_secret_key": PAYSTACK_SECRET_KEY,
        "stripe_secret_key": STRIPE_SECRET_KEY,
        "stripe_webhook_secret": STRIPE_WEBHOOK_SECRET,
        "flutterwave_secret_key": FLUTTERWAVE_SECRET_KEY,
        "flutterwave_hash": FLUTTERWAVE_HASH,
        "paypal_client_id": PAYPAL_CLIENT_ID,
        "paypal_secret": PAYPAL_SECRET,
        "paypal_webhook_id": PAYPAL_WEBHOOK_ID,
    }


def for_webhooks() -> dict[str, str]:
    """{provider: the secret that signs its webhooks}; PayPal's is its own, and its webhook id stands here."""
    return {
        "paystack": PAYSTACK_SECRET_KEY,
        "stripe": STRIPE_WEBHOOK_SECRET,
        "flutterwave": FLUTTERWAVE_HASH,
        "paypal": PAYPAL_WEBHOOK_ID,
    }


def signing(sandbox_url: str) -> dict[str, str]:
    """{provider: how its webhooks are signed}, in words."""
    by_sandbox = f"POST the event's bytes to {sandbox_url}/paypal/sign; it answers the headers to send with them."
    return {
        "paystack": "x-paystack-signature: hex HMAC-SHA512 of the body",
        "stripe": "Stripe-Signature: t=<seconds>,v1=<hex HMAC-SHA256 of t.body>",
        "flutterwave": "verif-hash: the secret itself, or flutterwave-signature: base64 HMAC-SHA256 of the body",
        "paypal": by_sandbox,
    }
