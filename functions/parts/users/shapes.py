"""Bodies of the parts client's account routes."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.accounts.model import MAX_EMAIL_LENGTH, Registration, SignedIn, User
from commerce.sessions.model import Tokens
from rest.bodies import Body

Name = Annotated[str, Field(max_length=150)]


class Register(Body):
    email: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL_LENGTH)]
    password: str
    first_name: Name = ""
    last_name: Name = ""
    is_seller: bool = False

    def registration(self) -> Registration:
        """The use case's input; this client knows no usernames, so one is made of the address."""
        return Registration(**self.model_dump())


class Login(Body):
    email: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL_LENGTH)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class Refresh(Body):
    refresh_token: Annotated[str, Field(min_length=1)]


class UserBody(TypedDict):
    id: int
    email: str
    first_name: str
    last_name: str


class Registered(TypedDict):
    access_token: str
    refresh_token: str
    user_serializer: UserBody


class LoggedIn(TypedDict):
    access_token: str
    refresh_token: str
    user: UserBody


class TokenPair(TypedDict):
    access_token: str
    refresh_token: str


class Seller(TypedDict):
    id: int
    is_seller: bool


def registered(signed_in: SignedIn) -> Registered:
    user, tokens = signed_in.user, signed_in.tokens
    # The key is the name of the variable that this client's first backend sent by mistake; the client reads it.
    return {"access_token": tokens.access, "refresh_token": tokens.refresh, "user_serializer": _user(user)}


def logged_in(user: User, tokens: Tokens) -> LoggedIn:
    return {"access_token": tokens.access, "refresh_token": tokens.refresh, "user": _user(user)}


def token_pair(tokens: Tokens) -> TokenPair:
    return {"access_token": tokens.access, "refresh_token": tokens.refresh}


def seller(user: User) -> Seller:
    return {"id": user.id, "is_seller": user.is_seller}


def _user(user: User) -> UserBody:
    return {"id": user.id, "email": user.email, "first_name": user.first_name, "last_name": user.last_name}
