"""Bodies of the storefront's account routes."""

from typing import Annotated, Any, TypedDict

from pydantic import Field

from commerce.accounts.model import MAX_EMAIL_LENGTH, Registration, SignedIn, User
from commerce.kit import clock
from commerce.kit.errors import InvalidInput
from commerce.sessions.model import TICKET_SECONDS, Tokens
from rest.bodies import Body

Name = Annotated[str, Field(max_length=150)]


class Register(Body):
    email: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL_LENGTH)]
    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: str
    password_confirm: str
    first_name: Name = ""
    last_name: Name = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    address: Annotated[str, Field(max_length=500)] = ""
    is_seller: bool = False

    def registration(self) -> Registration:
        """The use case's input. Raises InvalidInput when the two passwords differ."""
        if self.password != self.password_confirm:
            raise InvalidInput.of("password_confirm", "Passwords do not match.")
        return Registration(**self.model_dump(exclude={"password_confirm"}))


class Login(Body):
    email: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL_LENGTH)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class Refresh(Body):
    refresh: Annotated[str, Field(min_length=1)]


class Verify(Body):
    token: Annotated[str, Field(min_length=1)]


class ProfileBody(TypedDict):
    avatar: str
    preferences: dict[str, Any]
    created_at: str
    updated_at: str


class UserBody(TypedDict):
    id: int
    email: str
    username: str
    first_name: str
    last_name: str
    phone: str
    address: str
    profile: ProfileBody


class Registered(TypedDict):
    user: UserBody
    refresh: str
    access: str
    message: str


class TokenPair(TypedDict):
    refresh: str
    access: str


class Nothing(TypedDict):
    pass


class Seller(TypedDict):
    id: int
    is_seller: bool


class Ticket(TypedDict):
    ticket: str
    expires_in: int


def registered(signed_in: SignedIn) -> Registered:
    user, tokens = signed_in.user, signed_in.tokens
    return {
        "user": user_body(user),
        "refresh": tokens.refresh,
        "access": tokens.access,
        "message": "User registered successfully",
    }


def user_body(user: User) -> UserBody:
    return {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone": user.phone,
        "address": user.address,
        "profile": {
            "avatar": user.avatar,
            "preferences": user.preferences,
            "created_at": clock.iso(user.created_at),
            "updated_at": clock.iso(user.updated_at),
        },
    }


def token_pair(tokens: Tokens) -> TokenPair:
    return {"refresh": tokens.refresh, "access": tokens.access}


def seller(user: User) -> Seller:
    return {"id": user.id, "is_seller": user.is_seller}


def ticket(value: str) -> Ticket:
    return {"ticket": value, "expires_in": TICKET_SECONDS}
