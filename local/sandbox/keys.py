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


def for_webhooks(sandbox_url: str) -> dict[str, dict[str, str]]:
    """{provider: what is needed to sign a webhook as he does}."""
    return {
        "paystack": {"secret_key": PAYSTACK_SECRET_KEY, "header": "x-paystack-signature"},
        "stripe": {"webhook_secret": STRIPE_WEBHOOK_SECRET, "header": "Stripe-Signature"},
        "flutterwave": {"hash": FLUTTERWAVE_HASH, "header": "verif-hash or flutterwave-signature"},
        "paypal": {
            "webhook_id": PAYPAL_WEBHOOK_ID,
            "sign_url": f"{sandbox_url}/paypal/sign",
            "note": "POST the event's bytes to sign_url; it answers the headers to send with exactly these bytes.",
        },
    }
