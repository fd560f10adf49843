"""Passwords: argon2id with OWASP's 19 MiB, two passes, one lane; and zxcvbn's judgement of what is guessable."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """The hash to store, in argon2's own encoded form."""
    return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one. Costs the same when there is none, so that timing tells nothing."""
    try:
        _hasher.verify(stored or _of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def is_guessable(password: str, personal: list[str]) -> bool:
    """Whether an attacker needs fewer than 10^4 guesses who knows the common passwords and this person's own words."""
    from zxcvbn import zxcvbn

    guesses: int = zxcvbn(password, user_inputs=[word for word in personal if word])["guesses"]
    return guesses < 10_000


@cache
def _of_nobody() -> str:
    return hashed("the password of no account")
