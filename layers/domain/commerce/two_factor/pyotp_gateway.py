"""Codes of authenticator apps, by pyotp: SHA-1, six digits, steps of thirty seconds, which every app knows."""

from commerce.two_factor.model import DIGITS, STEP_SECONDS

ISSUER = "Bazaar"


def new_secret() -> str:
    """A new secret of 160 bits, in base32 as apps take it."""
    from pyotp import random_base32

    return random_base32()


def code_at(secret: str, step: int) -> str:
    """The code of a secret at a step, counted from 1970."""
    from pyotp import TOTP

    return TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step)


def otpauth_url(secret: str, account: str) -> str:
    """The address that sets an app up; `account` is what the app shows beside our name."""
    from pyotp import TOTP

    return TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)
