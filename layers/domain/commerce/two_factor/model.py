"""Two-factor authentication: codes of an authenticator app (RFC 6238), and backup codes for who lost it. Rules only."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest

from commerce.kit.errors import InvalidInput, Refused
from commerce.sessions.model import Tokens

STEP_SECONDS = 30
# How many steps an authenticator's clock may be off, in either direction.
DRIFT_STEPS = 1
DIGITS = 6
BACKUP_CODES = 10
# Without letters and digits that look alike; sixteen of 32 are eighty bits, which nobody guesses from a digest.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_BACKUP_LENGTH = 16
_GROUP = 4


class State(StrEnum):
    """PENDING: a secret was handed out, and no code has proved yet that it arrived."""

    OFF = "off"
    PENDING = "pending"
    ON = "on"


class Change(StrEnum):
    """What an account's owner is told of."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    CODES_REGENERATED = "backup_codes_regenerated"
    CODE_USED = "backup_code_used"


@dataclass(frozen=True)
class BackupCodes:
    """A set of backup codes as it is stored: digests of those that are left, under the set's own salt."""

    salt: str = ""
    digests: frozenset[str] = frozenset()

    def match(self, code: str) -> str | None:
        """The digest of a code that is left, None for every other text. The code is in its normal form."""
        digest = _digest(self.salt, code)
        return digest if digest in self.digests else None


@dataclass(frozen=True)
class TwoFactor:
    """The second factor of an account. `sealed_secret` is encrypted, `last_step` the latest step that was accepted;
    `version` counts the changes that the owner is told of."""

    user_id: int
    state: State = State.OFF
    sealed_secret: str = ""
    last_step: int = 0
    backup_codes: BackupCodes = BackupCodes()
    version: int = 0

    def accepted_step(self, code: str, now: int, code_at: Callable[[int], str]) -> int:
        """The step whose code this is, of those about the time `now` that are later than the last one accepted.

        `code_at(step)` is the secret's code of a step. Raises WrongCode.
        """
        present = now // STEP_SECONDS
        for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
            if step > self.last_step and compare_digest(code_at(step).encode(), code.encode()):
                return step
        raise WrongCode


@dataclass(frozen=True)
class Status:
    """What an account's owner sees. `is_required` means that they get no full tokens without a second factor."""

    is_enabled: bool
    is_required: bool
    backup_codes_left: int


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is set up with, shown once: the secret, alone and as an address, and that as a
    picture (a data URL)."""

    secret: str
    otpauth_url: str
    qr_code: str


@dataclass(frozen=True)
class Verified:
    """The outcome of a second factor that was given: full tokens. `backup_codes` are shown once, to who enrolled."""

    tokens: Tokens
    backup_codes: tuple[str, ...] = ()


def new_backup_codes() -> tuple[tuple[str, ...], BackupCodes]:
    """Ten codes to show, `ABCD-EFGH-JKLM-NPQR`, and what is stored of them."""
    letters = ["".join(secrets.choice(_ALPHABET) for _ in range(_BACKUP_LENGTH)) for _ in range(BACKUP_CODES)]
    salt = secrets.token_hex(16)
    shown = tuple("-".join(code[at : at + _GROUP] for at in range(0, _BACKUP_LENGTH, _GROUP)) for code in letters)
    return shown, BackupCodes(salt, frozenset(_digest(salt, code) for code in letters))


def normal_code(written: str) -> str:
    """A code of an app as its six digits; blanks are taken off. Raises InvalidInput for what cannot be one, which is
    no guess and is not counted as one."""
    code = "".join(written.split())
    if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
        raise InvalidInput.of("token", f"Enter the {DIGITS} digits that your app shows.")
    return code


def normal_backup_code(written: str) -> str:
    """A backup code as its sixteen letters and digits, however it was written. Raises InvalidInput, as above."""
    code = "".join(written.split()).replace("-", "").upper()
    if len(code) != _BACKUP_LENGTH or not set(code) <= set(_ALPHABET):
        raise InvalidInput.of("backup_code", "This is not a backup code.")
    return code


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}{code}".encode()).hexdigest()


class WrongCode(InvalidInput):
    """The code is another one, or was used before: which of them, nobody learns."""

    code = "wrong_code"

    def __init__(self, field: str = "token") -> None:
        super().__init__({field: ["This code is not valid."]})


class AlreadyEnabled(Refused):
    code = "2fa_already_enabled"

    def __init__(self) -> None:
        super().__init__("Two-factor authentication is already enabled.")


class NotEnabled(Refused):
    code = "2fa_not_enabled"

    def __init__(self) -> None:
        super().__init__("Two-factor authentication is not enabled.")
