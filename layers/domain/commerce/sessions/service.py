"""Sessions: opened at login, carried on by rotating refresh tokens, ended by logout or a spent token's replay."""

import re
import secrets as randomness
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from commerce.kit import clock, settings
from commerce.kit.errors import TokenRefused
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, TransactionRefused, Write, transact
from commerce.sessions import tokens
from commerce.sessions.model import Session, SessionUnknown, Standing, Tokens
from commerce.sessions.store import Rotation, SessionStore

_SESSION_ID = re.compile(r"[0-9a-f]{11}-[A-Za-z0-9_-]{16}")


class Sessions:
    """Use cases over refresh-token families and socket tickets."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def prepare(self, principal: Principal) -> tuple[Write, Tokens]:
        """A session that opens with somebody else's transaction: its write, and the tokens to hand out afterwards."""
        principal = replace(principal, session_id=f"{clock.now_ms():011x}-{randomness.token_urlsafe(12)}")
        token_id = randomness.token_urlsafe(16)
        return self._store.open_write(principal, token_id), tokens.issue(principal, token_id)

    def open(self, principal: Principal) -> Tokens:
        """A new session of the principal."""
        opening, issued = self.prepare(principal)
        self._store.open(opening)
        return issued

    def refresh(self, token: str, arrived_ms: int, standing_of: Callable[[int], Standing | None]) -> Tokens:
        """Trade a refresh token for new tokens, once.

        `arrived_ms` is when the request reached us; `standing_of` answers what the account allows now, None when it may
        no longer log in. Raises TokenRefused; the replay of a spent token also ends the session (RFC 9700 section
        4.14.2), while the losers of a race are only refused (decision 5).
        """
        claims = tokens.open_refresh(token)
        standing = standing_of(claims.user_id)
        if standing is None:
            raise TokenRefused
        successor = randomness.token_urlsafe(16)
        outcome = self._store.rotate(
            claims.user_id, claims.session_id, claims.token_id, successor, arrived_ms, standing.sessions_epoch
        )
        if outcome is Rotation.REPLAYED:
            self._store.revoke(claims.user_id, claims.session_id)
        if outcome is not Rotation.DONE:
            raise TokenRefused
        is_pending = claims.pending or standing.principal.pending
        principal = replace(standing.principal, session_id=claims.session_id, pending=is_pending)
        return tokens.issue(principal, successor)

    def check(self, token: str, standing_of: Callable[[int], Standing | None]) -> None:
        """Nothing when the token, of either use, is good now. Raises TokenRefused, for spent and revoked ones too."""
        if tokens.use_of(token) != "refresh":
            tokens.verify_any(token)
            return
        claims = tokens.open_refresh(token)
        standing = standing_of(claims.user_id)
        if standing is None or not self._store.is_current(
            claims.user_id, claims.session_id, claims.token_id, standing.sessions_epoch
        ):
            raise TokenRefused

    def live(self, user_id: int, sessions_epoch: int) -> list[Session]:
        """The account's living sessions, the latest first, at most a hundred."""
        return self._store.newest(user_id, sessions_epoch)

    def end(self, user_id: int, session_id: str, also: Sequence[Write] = ()) -> None:
        """End one session of the account; `also` is written with it. Raises SessionUnknown."""
        if not _SESSION_ID.fullmatch(session_id):
            raise SessionUnknown
        try:
            transact([self._store.revoke_write(user_id, session_id), *also])
        except TransactionRefused:
            raise SessionUnknown from None

    def end_write(self, principal: Principal) -> Write:
        """The write that ends the caller's own session; refused when it has ended."""
        return self._store.revoke_write(principal.user_id, principal.session_id)

    def keep_write(self, principal: Principal, epoch: int) -> Write:
        """The write by which the caller's own session outlives what ends the others, in the account's next epoch;
        refused when it has ended."""
        return self._store.keep_write(principal.user_id, principal.session_id, epoch)

    def issue_ticket(self, principal: Principal) -> str:
        """A ticket that opens one socket within 60 seconds, so that no token appears in a URL."""
        ticket = randomness.token_urlsafe(32)
        self._store.put_ticket(ticket, principal)
        return ticket

    def redeem_ticket(self, ticket: str) -> Principal:
        """The principal of a ticket, once. Raises TokenRefused."""
        principal = self._store.take_ticket(ticket) if len(ticket) <= 128 else None
        if principal is None:
            raise TokenRefused
        return principal


@cache
def sessions() -> Sessions:
    """The service over the table that the environment names."""
    return Sessions(SessionStore(Table(settings.text("SESSIONS_TABLE"))))
