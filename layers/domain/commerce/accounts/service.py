"""Accounts: register, log in, carry a session on, become a seller. The password hasher is imported where it is used."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from commerce.accounts.model import (
    EmailTaken,
    Registration,
    SignedIn,
    User,
    UsernameTaken,
    WrongCredentials,
    normal_email,
)
from commerce.accounts.store import AccountStore, IdTaken
from commerce.kit import clock, ids, settings
from commerce.kit.errors import Forbidden, NotFound
from commerce.kit.limits import Limiter
from commerce.kit.tables import Table, Write
from commerce.sessions.model import Principal, Tokens
from commerce.sessions.service import Sessions, sessions


class Accounts:
    """Use cases of accounts, the same behind every contract's login door."""

    def __init__(self, store: AccountStore, sessions: Sessions, limiter: Limiter) -> None:
        self._store = store
        self._sessions = sessions
        self._limiter = limiter

    def register(self, registration: Registration, address: str, *, keyed: bool = False) -> SignedIn:
        """A new account, logged in. `address` is the caller's network address, for the rate limit.

        `keyed` says that the request bears an Idempotency-Key: its repetition finds the account that it made, which
        the same email with the right password proves, and is answered with a session of it. No receipt is stored,
        since a receipt would have to hold tokens. Raises InvalidInput (EmailTaken, UsernameTaken among them),
        RateLimited.
        """
        from commerce.accounts import argon2_gateway as passwords

        wanted = registration.checked(passwords.is_guessable)
        self._limiter.take("register", address)
        password_hash = passwords.hashed(wanted.password)
        while True:
            now = clock.now_ms()
            user = User(
                id=ids.new_id(),
                email=wanted.email,
                username=wanted.username,
                first_name=wanted.first_name,
                last_name=wanted.last_name,
                phone=wanted.phone,
                address=wanted.address,
                is_seller=wanted.is_seller,
                created_at=now,
                updated_at=now,
            )
            session, tokens = self._sessions.prepare(user.principal())
            try:
                self._store.create(user, password_hash, session)
            except IdTaken:
                continue
            except UsernameTaken:
                if registration.username:
                    raise
                # The name was ours, made of the address; another number behind it is as good.
                wanted = replace(wanted, username=f"{wanted.username[:140]}{secrets.randbelow(10**6)}")
                continue
            except EmailTaken:
                if not keyed:
                    raise
                return self._registered_before(wanted)
            return SignedIn(user, tokens)

    def log_in(self, email: str, password: str, address: str) -> SignedIn:
        """The account behind email and password, with a new session. Raises WrongCredentials, RateLimited.

        Attempts are counted before the password is hashed; a success gives the account's attempts back.
        """
        from commerce.accounts import argon2_gateway as passwords

        account = normal_email(email) or "nobody"
        self._limiter.take("login_address", address)
        self._limiter.take("login", account)
        credential = self._store.credential(account)
        stored = credential[1] if credential else None
        if not passwords.matches(password, stored) or credential is None or stored is None:
            raise WrongCredentials
        user = self._store.user(credential[0])
        if user is None or not user.is_active:
            raise WrongCredentials
        if passwords.is_outdated(stored):
            self._store.rehash(account, passwords.hashed(password), stored)
        self._limiter.forgive("login", account)
        return SignedIn(user, self._sessions.open(user.principal()))

    def refresh(self, token: str, arrived_ms: int) -> Tokens:
        """New tokens for a refresh token, once. Raises TokenRefused."""
        return self._sessions.refresh(token, arrived_ms, self._principal)

    def user(self, user_id: int) -> User:
        """The account. Raises NotFound."""
        user = self._store.user(user_id)
        if user is None:
            raise NotFound("User")
        return user

    def become_seller(self, caller: Principal) -> User:
        """The caller's account as a seller's; the next token that he gets says so. Raises MayNotSell."""
        return self._store.grant(caller.user_id, "is_seller")

    def make_staff(self, email: str) -> User:
        """Give an account the rights of staff: a command of the operator, reached by no API. Raises NotFound."""
        credential = self._store.credential(normal_email(email) or "nobody")
        if credential is None:
            raise NotFound("User")
        return self._store.grant(credential[0], "is_staff")

    # What staff does

    def any_user(self, caller: Principal, user_id: int) -> User:
        """Anybody's account. Raises Forbidden, NotFound."""
        if not caller.is_staff:
            raise Forbidden
        return self.user(user_id)

    def newest(self, caller: Principal, limit: int, before: int = ids.LARGEST) -> list[User]:
        """At most `limit` accounts with ids below `before`, the latest first. Raises Forbidden."""
        if not caller.is_staff:
            raise Forbidden
        return self._store.newest(limit, before)

    def named(self, caller: Principal, email: str) -> list[User]:
        """The account behind an email, or none. Raises Forbidden."""
        if not caller.is_staff:
            raise Forbidden
        credential = self._store.credential(normal_email(email) or "nobody")
        user = self._store.user(credential[0]) if credential else None
        return [user] if user else []

    def manage(
        self,
        caller: Principal,
        user_id: int,
        *,
        is_seller: bool | None = None,
        is_active: bool | None = None,
        also: Sequence[Write] = (),
    ) -> User:
        """The account after staff gave or took the seller's role, closed or opened it; `also` is written with it.

        A closed account can neither log in nor carry a session on; its last access token dies by its age. Raises
        Forbidden, NotFound, StaffAccount.
        """
        if not caller.is_staff:
            raise Forbidden
        facts: dict[str, bool] = {}
        if is_seller is not None:
            facts |= {"is_seller": is_seller, "may_sell": is_seller}
        if is_active is not None:
            facts["is_active"] = is_active
        if facts:
            self._store.change(user_id, facts, also)
        return self.user(user_id)

    def _principal(self, user_id: int) -> Principal | None:
        user = self._store.user(user_id)
        return user.principal() if user is not None and user.is_active else None

    def _registered_before(self, wanted: Registration) -> SignedIn:
        from commerce.accounts import argon2_gateway as passwords

        credential = self._store.credential(wanted.email)
        if credential is None or not passwords.matches(wanted.password, credential[1]):
            raise EmailTaken
        user = self.user(credential[0])
        if not user.is_active:
            raise EmailTaken
        return SignedIn(user, self._sessions.open(user.principal()), replayed=True)


@cache
def accounts() -> Accounts:
    """The service over the tables that the environment names."""
    limiter = Limiter(Table(settings.text("SESSIONS_TABLE")), settings.rate_limits())
    return Accounts(AccountStore(Table(settings.text("ACCOUNTS_TABLE"))), sessions(), limiter)
