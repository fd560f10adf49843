"""One account of AWS a test: moto below, the template's tables and secrets inside, the real handlers on top."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
for folder in (ROOT / "layers" / "domain", ROOT / "functions", ROOT / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

PASSWORD = "securepassword123"
ENVIRONMENT = {
    "STAGE": "test",
    "ACCOUNTS_TABLE": "Accounts",
    "SESSIONS_TABLE": "Sessions",
    "CATALOG_TABLE": "Catalog",
    "CARTS_TABLE": "Carts",
    "CHAT_TABLE": "Chat",
    "METRICS_TABLE": "Metrics",
    "COUNTING_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/counting",
    "ORDERS_TABLE": "Orders",
    "REALTIME_TABLE": "Realtime",
    "AUDIT_TABLE": "Audit",
    "PAYOUTS_TABLE": "Payouts",
    "RECOMMENDATIONS_TABLE": "Recommendations",
    "PAYOUTS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/payouts",
    "PAYOUT_HOLD_DAYS": "7",
    "PAYOUT_MINIMUM": "10",
    "PAYOUT_RUN_HOURS": "24",
    "INDEX_BUCKET": "bazaar-index",
    "MEDIA_BUCKET": "bazaar-media",
    "UPLOADS_BUCKET": "bazaar-uploads",
    "MEDIA_BASE_URL": "https://shop.test/media",
    "EVENT_BUS": "bazaar",
    "NOTIFICATIONS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/notifications",
    "JWT_SECRET": "bazaar/jwt",
    "TWO_FACTOR_KEY": "alias/two-factor",
    "STAFF_TWO_FACTOR": "optional",
    "MAIL_FROM": "shop@shop.test",
    "BASE_URL": "https://shop.test/storefront",
    "SETTLEMENT_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/settlement",
    "VISIT_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/visits",
    "PAYMENTS_SECRET": "bazaar/payments",
    "PAYMENTS_LIVE": "false",
    "PAYSTACK_URL": "https://paystack.test",
    "STRIPE_URL": "https://stripe.test",
    "FLUTTERWAVE_URL": "https://flutterwave.test",
    "PAYPAL_URL": "https://paypal.test",
    "RETURN_URL": "https://shop.test/paid.html",
    "COMMISSION_BP": "1000",
    "SOCKETS_ENDPOINT": "https://sockets.test/live",
    "DEFAULT_CURRENCY": "USD",
    "TAX_PERCENT": "10",
    "SHIPPING_MINOR": "0",
    "RESERVATION_MINUTES": "30",
    "RATE_LIMITS": "register=1000/3600,login_address=1000/300,guest_cart=1000/3600",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_DEV": "false",
}
os.environ.update(ENVIRONMENT)
os.environ.pop("AWS_ENDPOINT_URL", None)


def _hash_each_password_once() -> None:
    """Tests register hundreds of people with one password; what argon2 and zxcvbn say of it is asked once a process."""
    from commerce.accounts import passwords

    is_guessable = cache(lambda password, personal: _guessable(password, list(personal)))
    _guessable = passwords.is_guessable
    passwords.hashed = cache(passwords.hashed)
    passwords.is_guessable = lambda password, personal: is_guessable(
        password, tuple(personal) if password != PASSWORD else ()
    )


_hash_each_password_once()


@pytest.fixture
def aws() -> Iterator[None]:
    """An empty account of AWS with the template's tables, the key ring and the index bucket."""
    from support.account import empty_account

    with empty_account():
        yield
