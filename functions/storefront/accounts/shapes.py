"""Bodies of the storefront's account routes."""

from typing import Annotated, Any, TypedDict

from pydantic import Field

from commerce.accounts.model import SignedIn, User
from commerce.kit import clock
from routes import auth
from routes.auth import SecondFactorOwed, TokenPair, second_factor_owed, token_pair


class Register(auth.Register):
    username: Annotated[str, Field(min_length=1, max_length=150)]
    address: Annotated[str, Field(max_length=500)] = ""


class LoggedIn(TokenPair, SecondFactorOwed):
    pass


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


def logged_in(signed_in: SignedIn) -> LoggedIn:
    return {**token_pair(signed_in.tokens), **second_factor_owed(signed_in)}
