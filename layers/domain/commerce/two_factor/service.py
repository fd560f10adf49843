"""Two-factor authentication: enrol, give the second factor, switch it off, get other backup codes.

Every change ends the account's other sessions and is told to its owner, who sees it in their log and by mail: the
table's stream says so, and nothing here has to wait for it. Staff's own changes are in the audit trail as well. Codes
of both kinds are guesses under one count for each account, whichever door they come by (decision 26).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache

from commerce.accounts.model import User
from commerce.accounts.service import Accounts, accounts
from commerce.audit.service import Audit, audit
from commerce.kit import clock, settings
from commerce.kit.errors import TokenRefused, TwoFactorRequired
from commerce.kit.failures import FailureLimiter, Limit
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused, Write, transact
from commerce.sessions.model import Tokens
from commerce.sessions.service import Sessions, sessions
from commerce.two_factor import pyotp_gateway, segno_gateway
from commerce.two_factor.kms_gateway import Sealer
from commerce.two_factor.model import (
    AlreadyEnabled,
    Change,
    Enrolment,
    NotEnabled,
    State,
    Status,
    TwoFactor,
    Verified,
    WrongCode,
    new_backup_codes,
    normal_backup_code,
    normal_code,
)
from commerce.two_factor.store import TwoFactorStore


class TwoFactorAuthentication:
    """Use cases of the second factor, the same behind every contract's login."""

    def __init__(
        self,
        store: TwoFactorStore,
        accounts: Accounts,
        sessions: Sessions,
        sealer: Sealer,
        audit: Audit,
        guesses: FailureLimiter,
        limit: Limit,
    ) -> None:
        self._audit = audit
        self._store = store
        self._accounts = accounts
        self._sessions = sessions
        self._sealer = sealer
        self._guesses = guesses
        self._limit = limit

    def status(self, caller: Principal) -> Status:
        """Whether the caller has a second factor, and must have one. Raises NotFound."""
        user = self._accounts.user(caller.user_id)
        found = self._store.of(user.id)
        is_on = found.state is State.ON
        return Status(is_on, self._accounts.needs_factor(user), len(found.backup_codes.digests) if is_on else 0)

    def enable(self, caller: Principal) -> Enrolment:
        """A new secret for the caller's app, which counts once `verify` was given a code of it.

        A caller with pending tokens may enrol when it is this that they owe. Raises AlreadyEnabled, TwoFactorRequired.
        """
        user = self._accounts.user(caller.user_id)
        if caller.pending and not self._accounts.owes_enrolment(user):
            raise TwoFactorRequired
        if user.has_two_factor:
            raise AlreadyEnabled
        secret = pyotp_gateway.new_secret()
        self._store.begin(user.id, self._sealer.seal(user.id, secret))
        url = pyotp_gateway.otpauth_url(secret, user.email)
        return Enrolment(secret, url, segno_gateway.png_data_url(url))

    def verify(self, caller: Principal, code: str) -> Verified:
        """Full tokens for a code of the caller's app. The first code of a new secret switches two-factor
        authentication on, and gets the backup codes too.

        The caller's own session is replaced, a pending one among them, so a pending token is traded once. Raises
        WrongCode, InvalidInput, NotEnabled, RateLimited, TokenRefused.
        """
        code, found = normal_code(code), self._store.of(caller.user_id)
        if found.state is State.OFF:
            raise NotEnabled
        user = self._accounts.user(caller.user_id)
        with self._guess(caller):
            step = self._accepted_step(found, code)
            if found.state is State.ON:
                opening, tokens = self._sessions.prepare(user.principal())
                ending = self._sessions.end_write(caller)
                self._write([self._store.accept_write(found, step), ending, opening], "token")
                return Verified(tokens)
            shown, codes = new_backup_codes()
            enabling = self._store.enable_write(found, step, codes)
            return Verified(self._reopened(caller, user, Change.ENABLED, enabling), shown)

    def verify_backup_code(self, caller: Principal, code: str) -> Verified:
        """Full tokens for a backup code, which is used up. Raises as `verify`."""
        code, found = normal_backup_code(code), self._enabled(caller)
        user = self._accounts.user(caller.user_id)
        with self._guess(caller):
            spending = self._store.spend_write(found, _backup_digest(found, code))
            return Verified(self._reopened(caller, user, Change.CODE_USED, spending))

    def disable(self, caller: Principal, code: str = "", backup_code: str = "") -> None:
        """Switch it off for a code of the app or a backup code, whichever is given. The caller's session goes on.

        Raises WrongCode, InvalidInput, NotEnabled, RateLimited, TokenRefused.
        """
        code = normal_code(code) if code else ""
        backup_code = "" if code else normal_backup_code(backup_code)
        found = self._enabled(caller)
        with self._guess(caller):
            if code:
                off = self._store.disable_write(found, step=self._accepted_step(found, code))
            else:
                off = self._store.disable_write(found, digest=_backup_digest(found, backup_code))
            self._carry_out(caller, Change.DISABLED, off, field="token" if code else "backup_code")

    def regenerate_backup_codes(self, caller: Principal, code: str) -> tuple[str, ...]:
        """Ten other backup codes for a code of the app; those of before are worth nothing. The caller's session goes
        on. Raises as `disable`."""
        code, found = normal_code(code), self._enabled(caller)
        with self._guess(caller):
            shown, codes = new_backup_codes()
            regeneration = self._store.regenerate_write(found, self._accepted_step(found, code), codes)
            self._carry_out(caller, Change.CODES_REGENERATED, regeneration, field="token")
        return shown

    def _guess(self, caller: Principal) -> AbstractContextManager[None]:
        """The block is one guess; too many wrong ones lock the account's second factor. Raises RateLimited."""
        return self._guesses.attempt(str(caller.user_id), self._limit, WrongCode, forgives=True)

    def _enabled(self, caller: Principal) -> TwoFactor:
        found = self._store.of(caller.user_id)
        if found.state is not State.ON:
            raise NotEnabled
        return found

    def _accepted_step(self, found: TwoFactor, code: str) -> int:
        secret = self._sealer.open(found.user_id, found.sealed_secret)
        return found.accepted_step(code, clock.now(), lambda step: pyotp_gateway.code_at(secret, step))

    def _carry_out(self, caller: Principal, change: Change, write: Write, *, field: str) -> None:
        """Write a change that ends all sessions but the caller's, which goes on in the account's new epoch."""
        standing = self._accounts.two_factor_write(caller, is_on=change is not Change.DISABLED)
        kept = self._sessions.keep_write(caller, caller.epoch + 1)
        self._write([write, standing, kept, *self._record(caller, change)], field)

    def _reopened(self, caller: Principal, user: User, change: Change, write: Write) -> Tokens:
        """Write a change that ends all of the account's sessions, and open a new one for the caller."""
        standing = self._accounts.two_factor_write(caller, is_on=True)
        opening, tokens = self._sessions.prepare(replace(user.principal(), epoch=caller.epoch + 1))
        writes = [write, standing, self._sessions.end_write(caller), opening, *self._record(caller, change)]
        self._write(writes, "backup_code" if change is Change.CODE_USED else "token")
        return tokens

    def _record(self, caller: Principal, change: Change) -> list[Write]:
        return self._audit.record_writes(caller, f"two_factor.{change}", caller.user_id, {})

    @staticmethod
    def _write(writes: Sequence[Write], field: str) -> None:
        """The first write rests on the code, the others on the caller's token. Raises WrongCode, TokenRefused, Busy."""
        try:
            transact(writes)
        except TransactionRefused as refusal:
            raise WrongCode(field) if 0 in refusal.failures else TokenRefused from None


def _backup_digest(found: TwoFactor, code: str) -> str:
    if digest := found.backup_codes.match(code):
        return digest
    raise WrongCode("backup_code")


@cache
def two_factor() -> TwoFactorAuthentication:
    """The service over the tables and the key that the environment names."""
    return TwoFactorAuthentication(
        TwoFactorStore(Table(settings.text("ACCOUNTS_TABLE"))),
        accounts(),
        sessions(),
        Sealer(settings.text("TWO_FACTOR_KEY")),
        audit(),
        FailureLimiter(Table(settings.text("SESSIONS_TABLE")), "second_factor"),
        Limit(*settings.rate_limits()["second_factor"]),
    )
