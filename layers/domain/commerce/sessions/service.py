"""Sessions: opened at login, carried on by rotating refresh tokens, ended by logout or a spent token's replay."""

import secrets as randomness
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from commerce.kit import settings
from commerce.kit.errors import TokenRefused
from commerce.kit.tables import Table, Write
from commerce.sessions import tokens
from commerce.sessions.model import Principal, Tokens
from commerce.sessions.store import Rotation, SessionStore


class Sessions:
    """Use cases over refresh-token families and socket tickets."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    def prepare(self, principal: Principal) -> tuple[Write, Tokens]:
        """A session that opens with somebody else's transaction: its write, and the tokens to hand out afterwards."""
        principal = replace(principal, session_id=randomness.token_urlsafe(16))
        token_id = randomness.token_urlsafe(16)
        return self._store.opening(principal, token_id), tokens.issue(principal, token_id)

    def open(self, principal: Principal) -> Tokens:
        """A new session of the principal."""
        opening, issued = self.prepare(principal)
        self._store.open(opening)
        return issued

    def refresh(self, token: str, arrived_ms: int, principal_of: Callable[[int], Principal | None]) -> Tokens:
        """Trade a refresh token for new tokens, once.

        `arrived_ms` is when the request reached us; `principal_of` answers the account's present rights, or None when
        it may no longer log in. Raises TokenRefused; the replay of a spent token also ends the session (RFC 9700
        section 4.14.2), while the losers of a parallel race are only refused.
        """
        claims = tokens.open_refresh(token)
        principal = principal_of(claims.user_id)
        if principal is None:
            self._store.revoke(claims.session_id)
            raise TokenRefused
        successor = randomness.token_urlsafe(16)
        outcome = self._store.rotate(claims.session_id, claims.token_id, successor, arrived_ms)
        if outcome is Rotation.REPLAYED:
            self._store.revoke(claims.session_id)
        if outcome is not Rotation.DONE:
            raise TokenRefused
        return tokens.issue(replace(principal, session_id=claims.session_id, pending=claims.pending), successor)

    def check(self, token: str) -> None:
        """Nothing when the token, of either use, is good now. Raises TokenRefused, for spent and revoked ones too."""
        if tokens.use_of(token) != "refresh":
            tokens.verify_any(token)
            return
        claims = tokens.open_refresh(token)
        if not self._store.is_current(claims.session_id, claims.token_id):
            raise TokenRefused

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
