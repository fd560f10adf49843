"""Accounts: who a user is and what may become one. Rules only."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from commerce.kit.errors import Forbidden, InvalidInput, Refused, Unauthenticated
from commerce.kit.principal import Principal
from commerce.sessions.model import Standing, Tokens

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 64
# In octets, by RFC 5321 section 4.5.3.1 (a path of 256 with its angle brackets) and RFC 1035 (a label).
MAX_EMAIL_LENGTH = 254
MAX_LOCAL_PART = 64
MAX_DOMAIN = 255
MAX_LABEL = 63
_ATOM = re.compile(r"[^\s@\"(),.:;<>\[\\\]]+")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_USERNAME = re.compile(r"[\w.@+-]{1,150}")
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,18}[0-9]")


@dataclass(frozen=True)
class PublicProfile:
    """What everybody may know of an account."""

    id: int
    username: str
    first_name: str = ""
    last_name: str = ""
    avatar: str = ""
    is_seller: bool = False
    created_at: int = 0


@dataclass(frozen=True)
class User:
    """An account as its owner sees it; times in milliseconds, UTC. The password hash never leaves the store.

    `may_sell` is False when staff took the seller's role away: it cannot be taken up again by oneself. Access tokens
    carry `epoch`, which rises whenever an older token would say too much; sessions opened before `sessions_epoch` have
    ended, and `password_epoch` is the epoch that the present password began with. With `has_two_factor` a password
    alone gets no more than pending tokens.
    """

    id: int
    email: str
    username: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    address: str = ""
    avatar: str = ""
    preferences: dict[str, Any] = field(default_factory=dict)
    is_seller: bool = False
    is_staff: bool = False
    is_active: bool = True
    may_sell: bool = True
    created_at: int = 0
    updated_at: int = 0
    epoch: int = 0
    sessions_epoch: int = 0
    password_epoch: int = 0
    has_two_factor: bool = False

    def principal(self) -> Principal:
        """The rights that a session of this user carries."""
        return Principal(self.id, self.is_seller, self.is_staff, epoch=self.epoch)

    def profile(self) -> PublicProfile:
        """What everybody may know of it."""
        return PublicProfile(
            self.id, self.username, self.first_name, self.last_name, self.avatar, self.is_seller, self.created_at
        )

    def needs_factor(self, is_required_of_staff: bool) -> bool:
        """Whether they get no full tokens without a second factor, be it that they have one or that they must."""
        return self.has_two_factor or (is_required_of_staff and self.is_staff)

    def standing(self, is_required_of_staff: bool = False) -> Standing | None:
        """What sessions of this user may carry on with, None when they may not. A session without a second factor that
        staff must have is pending from now on."""
        if not self.is_active:
            return None
        owes_enrolment = self.needs_factor(is_required_of_staff) and not self.has_two_factor
        return Standing(replace(self.principal(), pending=owes_enrolment), self.sessions_epoch)


@dataclass(frozen=True)
class SignedIn:
    """The outcome of register and login. The tokens of who still owes a second factor are pending."""

    user: User
    tokens: Tokens
    is_pending: bool = False

    @property
    def owes_enrolment(self) -> bool:
        """Whether they have no second factor yet and must have one."""
        return self.is_pending and not self.user.has_two_factor


@dataclass(frozen=True)
class Registration:
    """What newcomers say of themselves. Only these can be fields: no role, no flag, no id."""

    email: str
    password: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    address: str = ""
    is_seller: bool = False

    def fingerprint(self) -> str:
        """A digest of all but the password, which is compared by its slow hash alone."""
        fields = asdict(self) | {"password": ""}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()

    def checked(self, is_guessable: Callable[[str, list[str]], bool]) -> "Registration":
        """The same with a normal email and a username. Raises InvalidInput naming every field that breaks a rule.

        `is_guessable(password, [words of this person])` judges passwords of a legal length.
        """
        problems: dict[str, list[str]] = {}
        email = normal_email(self.email)
        if email is None:
            problems["email"] = ["Enter a valid email address."]
        username = unicodedata.normalize("NFKC", self.username).strip() or _username_of(email or "")
        if not _USERNAME.fullmatch(username):
            problems["username"] = ["Enter a valid username: letters, digits and @/./+/-/_ only, at most 150."]
        if self.phone and not is_phone(self.phone):
            problems["phone"] = ["Enter a valid phone number."]
        if problem := password_problem(self.password):
            problems["password"] = [problem]
        elif is_guessable(self.password, [self.email, self.username, self.first_name, self.last_name]):
            problems["password"] = ["This password is too easy to guess."]
        if problems:
            raise InvalidInput(problems)
        return replace(self, email=email or "", username=username)


def normal_email(written: str) -> str | None:
    """The form in which an address is stored and looked up: lower case and NFC, so that two spellings of one mailbox
    are one account, and letters that merely sound alike (ß and ss) stay two. None when it is no address.

    Letters that are other letters in another width or form are refused, since they are there to look alike. Domains
    are those of the DNS, so an international one is written in its xn-- form; quoted local parts and address literals
    are not accepted.
    """
    email = unicodedata.normalize("NFC", unicodedata.normalize("NFC", written.strip()).lower())
    local, at, domain = email.rpartition("@")
    if not at or not email.isprintable() or unicodedata.normalize("NFKC", email) != email:
        return None
    if len(email.encode()) > MAX_EMAIL_LENGTH:
        return None
    if len(local.encode()) > MAX_LOCAL_PART or not all(_ATOM.fullmatch(atom) for atom in local.split(".")):
        return None
    labels = domain.split(".")
    if len(domain) > MAX_DOMAIN or len(labels) < 2 or labels[-1].isdigit():
        return None
    return email if all(len(label) <= MAX_LABEL and _LABEL.fullmatch(label) for label in labels) else None


def _username_of(email: str) -> str:
    return re.sub(r"[^\w.+-]", "", email.partition("@")[0])[:150] or "user"


def is_phone(written: str) -> bool:
    """Whether it has the form of a phone number: 7 to 20 signs, digits with an optional leading plus."""
    return PHONE.fullmatch(written) is not None


def password_problem(password: str) -> str:
    """Why a password cannot be used, "" when it can as far as its form tells."""
    if len(password) < MIN_PASSWORD_LENGTH:
        return f"Ensure this field has at least {MIN_PASSWORD_LENGTH} characters."
    if len(password) > MAX_PASSWORD_LENGTH:
        return f"Ensure this field has no more than {MAX_PASSWORD_LENGTH} characters."
    if not password.strip():
        return "This field may not be blank."
    return ""


class StaffAccount(Refused):
    """Staff accounts, one's own among them, are the operator's affair: no token can lock the others out."""

    code = "staff_account"

    def __init__(self) -> None:
        super().__init__("Accounts of staff are managed by the operator.")


class MayNotSell(Forbidden):
    code = "may_not_sell"

    def __init__(self) -> None:
        super().__init__("This account may not sell.")


class EmailTaken(InvalidInput):
    code = "email_taken"

    def __init__(self) -> None:
        super().__init__({"email": ["A user with this email already exists."]})


class UsernameTaken(InvalidInput):
    code = "username_taken"

    def __init__(self) -> None:
        super().__init__({"username": ["A user with that username already exists."]})


class WrongCredentials(Unauthenticated):
    """Email unknown, password wrong or account closed: which of them, nobody learns."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("No active account found with the given credentials")


class WrongPassword(InvalidInput):
    """The present password, asked for before it is changed, was another."""

    code = "wrong_password"

    def __init__(self) -> None:
        super().__init__({"old_password": ["This is not your password."]})
