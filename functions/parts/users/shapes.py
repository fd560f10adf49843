"""Bodies of the parts client's account routes."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.accounts.model import Registration, SignedIn
from commerce.sessions.model import Tokens
from rest.bodies import Body
from routes.auth import Email, Name, SecondFactorOwed, UserBody, second_factor_owed, user


class Register(Body):
    email: Email
    password: str
    first_name: Name = ""
    last_name: Name = ""
    is_seller: bool = False

    def registration(self) -> Registration:
        """The use case's input; this client knows no usernames, so one is made of the address."""
        return Registration(**self.model_dump())


class Refresh(Body):
    refresh_token: Annotated[str, Field(min_length=1)]


class Registered(TypedDict):
    access_token: str
    refresh_token: str
    user_serializer: UserBody


class LoggedIn(SecondFactorOwed):
    access_token: str
    refresh_token: str
    user: UserBody


class TokenPair(TypedDict):
    access_token: str
    refresh_token: str


def registered(signed_in: SignedIn) -> Registered:
    # The key is the name of the variable that this client's first backend sent by mistake; the client reads it.
    return {**token_pair(signed_in.tokens), "user_serializer": user(signed_in.user)}


def logged_in(signed_in: SignedIn) -> LoggedIn:
    return {**token_pair(signed_in.tokens), "user": user(signed_in.user), **second_factor_owed(signed_in)}


def token_pair(tokens: Tokens) -> TokenPair:
    return {"access_token": tokens.access, "refresh_token": tokens.refresh}
