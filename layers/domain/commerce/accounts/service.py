"""Accounts: register, log in, carry a session on, become a seller. The password hasher is imported where it is used."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from commerce.accounts.guard import LoginGuard
from commerce.accounts.model import (
    EmailTaken,
    PublicProfile,
    Registration,
    SignedIn,
    User,
    UsernameTaken,
    WrongCredentials,
    WrongPassword,
    normal_email,
    password_problem,
)
from commerce.accounts.store import AccountStore, IdTaken, RegisteredBefore
from commerce.audit.service import Audit, audit
from commerce.kit import clock, ids, settings
from commerce.kit.errors import Busy, Forbidden, InvalidInput, KeyReused, NotFound, TokenRefused
from commerce.kit.idempotency import IdempotentRequest, Outcome
from commerce.kit.limits import Limiter
from commerce.kit.networks import network_of
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, Write
from commerce.sessions.model import Session, Standing, Tokens
from commerce.sessions.service import Sessions, sessions


class Accounts:
    """Use cases of accounts, the same behind every contract's login door."""

    def __init__(
        self,
        store: AccountStore,
        sessions: Sessions,
        audit: Audit,
        limiter: Limiter,
        guard: LoginGuard,
        *,
        staff_needs_two_factor: bool,
    ) -> None:
        self._staff_needs_two_factor = staff_needs_two_factor
        self._store = store
        self._sessions = sessions
        self._audit = audit
        self._limiter = limiter
        self._guard = guard

    def register(
        self, registration: Registration, address: str, request: IdempotentRequest | None = None
    ) -> Outcome[SignedIn]:
        """A new account, logged in. `address` is the caller's network address, for the rate limit.

        A keyed `request` that comes again is answered with a new session of the account that it made, since a receipt
        could not hold tokens: only while that account is as it was registered, and a wrong password in it counts as a
        failed login. Raises InvalidInput (EmailTaken, UsernameTaken among them), KeyReused, RateLimited.
        """
        from commerce.accounts import passwords as passwords

        wanted = registration.checked(passwords.is_guessable)
        if request is not None:
            request = replace(request, fingerprint=wanted.fingerprint())
        self._limiter.take("register", network_of(address))
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
                self._store.create(user, password_hash, session, request)
            except RegisteredBefore as earlier:
                return self._registered_before(earlier.user_id, wanted, address)
            except IdTaken:
                continue
            except UsernameTaken:
                if registration.username:
                    raise
                # The name was ours, made of the address; another number behind it is as good.
                wanted = replace(wanted, username=f"{wanted.username[:140]}{secrets.randbelow(10**6)}")
                continue
            return Outcome(SignedIn(user, tokens))

    def log_in(self, email: str, password: str, address: str, *, staff_only: bool = False) -> SignedIn:
        """The account behind email and password, with a new session; with `staff_only` others than staff get none.
        The session is pending where a second factor is owed. Raises WrongCredentials, RateLimited, Forbidden.

        What limits guessing, LoginGuard says; a text that is no email is guarded like one that nobody has.
        """
        account = normal_email(email)
        with self._guard.attempt(account or email, address):
            user = self._proved(account, password)
        if staff_only and not user.is_staff:
            raise Forbidden("This account has no staff access.")
        return self._signed_in(user, is_pending=self.needs_factor(user))

    def change_password(self, caller: Principal, old: str, new: str, address: str) -> SignedIn:
        """Another password for the caller's account. All its sessions end; the caller gets a new one.

        Raises InvalidInput (WrongPassword among them), RateLimited, TokenRefused, Busy.
        """
        from commerce.accounts import passwords as passwords

        user = self.user(caller.user_id)
        if problem := password_problem(new):
            raise InvalidInput.of("new_password", problem)
        if passwords.is_guessable(new, [user.email, user.username, user.first_name, user.last_name]):
            raise InvalidInput.of("new_password", "This password is too easy to guess.")
        try:
            with self._guard.attempt(user.email, address):
                user = self._proved(user.email, old)
        except WrongCredentials:
            raise WrongPassword from None
        credential = self._store.credential(user.email)
        if credential is None or credential.epoch != user.password_epoch:
            raise Busy
        changed = self._store.replace_password(user, credential.password_hash, passwords.hashed(new))
        return self._signed_in(changed, is_pending=self.owes_enrolment(changed))

    def refresh(self, token: str, arrived_ms: int) -> Tokens:
        """New tokens for a refresh token, once. Raises TokenRefused."""
        return self._sessions.refresh(token, arrived_ms, self._standing)

    def check_token(self, token: str) -> None:
        """Nothing when a token, access or refresh, is good now. Raises TokenRefused."""
        self._sessions.check(token, self._standing)

    # Sessions

    def sessions(self, caller: Principal) -> list[Session]:
        """The caller's living sessions, the latest first. Raises TokenRefused for a closed account."""
        standing = self._standing(caller.user_id)
        if standing is None:
            raise TokenRefused
        return self._sessions.live(caller.user_id, standing.sessions_epoch)

    def end_session(self, caller: Principal, session_id: str) -> None:
        """End one of the caller's sessions; its last access token lives on for its minutes. Raises SessionUnknown."""
        self._sessions.end(caller.user_id, session_id)

    def sessions_of(self, caller: Principal, user_id: int) -> list[Session]:
        """Anybody's living sessions, for staff. Raises Forbidden, NotFound."""
        user = self.any_user(caller, user_id)
        return self._sessions.live(user_id, user.sessions_epoch) if user.is_active else []

    def end_session_of(self, caller: Principal, user_id: int, session_id: str) -> None:
        """End anybody's session, for staff. Raises Forbidden, SessionUnknown."""
        caller.require_staff()
        recorded = self._audit.record_writes(caller, "session.ended", user_id, {"session": session_id})
        self._sessions.end(user_id, session_id, recorded)

    def user(self, user_id: int) -> User:
        """The account. Raises NotFound."""
        user = self._store.user(user_id)
        if user is None:
            raise NotFound("User")
        return user

    def profiles(self, user_ids: Iterable[int]) -> dict[int, PublicProfile]:
        """What everybody may know of at most a hundred accounts, by id."""
        return {user.id: user.profile() for user in self._store.users(sorted(set(user_ids)))}

    def seller(self, user_id: int) -> PublicProfile:
        """What everybody may know of a seller. Raises NotFound, for others than sellers and for closed accounts too."""
        user = self._store.user(user_id)
        if user is None or not (user.is_seller and user.is_active):
            raise NotFound("Seller")
        return user.profile()

    def profile(self, user_id: int) -> PublicProfile:
        """What everybody may know of an account. Raises NotFound, for closed ones too."""
        user = self._store.user(user_id)
        if user is None or not user.is_active:
            raise NotFound("User")
        return user.profile()

    def avatar_write(self, user_id: int, key: str) -> Write:
        """The write that gives an account the picture under that key of the media bucket, "" for none."""
        return self._store.avatar_write(user_id, key)

    def needs_factor(self, user: User) -> bool:
        """Whether they get no full tokens without a second factor."""
        return user.needs_factor(self._staff_needs_two_factor)

    def owes_enrolment(self, user: User) -> bool:
        """Whether they need a second factor and have none yet."""
        return self.needs_factor(user) and not user.has_two_factor

    def two_factor_write(self, caller: Principal, *, is_on: bool) -> Write:
        """The write that says whether the caller's account has a second factor. Its sessions end and its epoch rises by
        one; refused when the account is closed or of another epoch than the caller's token."""
        return self._store.two_factor_write(caller.user_id, caller.epoch, is_on=is_on)

    def become_seller(self, caller: Principal) -> User:
        """The caller's account as a seller's; the next token that they get says so. Raises MayNotSell."""
        return self._store.grant(caller.user_id, "is_seller")

    def selling(self, caller: Principal) -> Principal:
        """The caller with the seller's role when their account has it by now: a token learns of it only once it is
        refreshed."""
        if caller.is_seller or caller.is_staff:
            return caller
        user = self._store.user(caller.user_id)
        return replace(caller, is_seller=user is not None and user.is_seller)

    def seller_write(self, user_id: int) -> Write:
        """The write that makes an account a seller's; refused when staff took the role away."""
        return self._store.grant_write(user_id, "is_seller")

    def make_staff(self, email: str) -> User:
        """Give an account the rights of staff: a command of the operator, reached by no API. Raises NotFound."""
        known = normal_email(email)
        credential = self._store.credential(known) if known else None
        if credential is None:
            raise NotFound("User")
        return self._store.grant(credential.user_id, "is_staff")

    # What staff does

    def any_user(self, caller: Principal, user_id: int) -> User:
        """Anybody's account. Raises Forbidden, NotFound."""
        caller.require_staff()
        return self.user(user_id)

    def newest(self, caller: Principal, limit: int, before: int = ids.LARGEST) -> list[User]:
        """At most `limit` accounts with ids below `before`, the latest first. Raises Forbidden."""
        caller.require_staff()
        return self._store.newest(limit, before)

    def id_of_email(self, email: str) -> int | None:
        """Whose login an address in its normal form is, None when it is nobody's. Whoever names an address must not
        be told which of the two it was."""
        credential = self._store.credential(email)
        return credential.user_id if credential else None

    def by_email(self, caller: Principal, email: str) -> list[User]:
        """The account behind an email, or none. Raises Forbidden, InvalidInput for what is no email."""
        caller.require_staff()
        known = normal_email(email)
        if known is None:
            raise InvalidInput.of("email", "Enter a valid email address.")
        credential = self._store.credential(known)
        user = self._store.user(credential.user_id) if credential else None
        return [user] if user else []

    def manage(
        self, caller: Principal, user_id: int, *, is_seller: bool | None = None, is_active: bool | None = None
    ) -> User:
        """The account after staff gave or took the seller's role, closed or opened it.

        Closing ends all sessions for good; closing and taking the role make access tokens old at once, as far as they
        write. Raises Forbidden, NotFound, StaffAccount, Busy.
        """
        caller.require_staff()
        given = {"is_seller": is_seller, "is_active": is_active}
        facts = {name: value for name, value in given.items() if value is not None}
        if facts:
            recorded = self._audit.record_writes(caller, "user.changed", user_id, facts)
            if is_seller is not None:
                facts["may_sell"] = is_seller
            takes = False in facts.values()
            self._store.change(user_id, facts, recorded, raises_epoch=takes, ends_sessions=is_active is False)
        return self.user(user_id)

    def _standing(self, user_id: int) -> Standing | None:
        user = self._store.user(user_id)
        return user.standing(self._staff_needs_two_factor) if user is not None else None

    def _proved(self, email: str | None, password: str) -> User:
        """The open account whose password this is now. Raises WrongCredentials, at the same cost whatever is wrong."""
        from commerce.accounts import passwords as passwords

        credential = self._store.credential(email) if email is not None else None
        matches = passwords.matches(password, credential.password_hash if credential else None)
        user = self._store.user(credential.user_id) if matches and credential else None
        # Read one after the other: a password that was replaced between the two reads proves nothing any more.
        if credential is None or user is None or not user.is_active or user.password_epoch != credential.epoch:
            raise WrongCredentials
        if passwords.is_outdated(credential.password_hash):
            self._store.rehash(user.email, passwords.hashed(password), credential.password_hash)
        return user

    def _registered_before(self, user_id: int, wanted: Registration, address: str) -> Outcome[SignedIn]:
        try:
            with self._guard.attempt(wanted.email, address):
                user = self._proved(wanted.email, wanted.password)
        except WrongCredentials:
            raise KeyReused from None
        if user.id != user_id or user.epoch:
            raise EmailTaken
        return Outcome(self._signed_in(user, is_pending=self.owes_enrolment(user)), replayed=True)

    def _signed_in(self, user: User, *, is_pending: bool) -> SignedIn:
        return SignedIn(user, self._sessions.open(replace(user.principal(), pending=is_pending)), is_pending)


@cache
def accounts() -> Accounts:
    """The service over the tables that the environment names."""
    table, rules = Table(settings.text("SESSIONS_TABLE")), settings.rate_limits()
    store = AccountStore(Table(settings.text("ACCOUNTS_TABLE")))
    return Accounts(
        store,
        sessions(),
        audit(),
        Limiter(table, rules),
        LoginGuard(table, rules),
        staff_needs_two_factor=settings.staff_needs_two_factor(),
    )
