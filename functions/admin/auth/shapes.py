"""Bodies of the staff's login."""

from admin.users.shapes import UserBody, user
from commerce.accounts.model import SignedIn
from routes.auth import SecondFactorOwed, TokenPair, second_factor_owed, token_pair


class LoggedIn(TokenPair, SecondFactorOwed):
    user: UserBody


def logged_in(signed_in: SignedIn) -> LoggedIn:
    return {**token_pair(signed_in.tokens), "user": user(signed_in.user), **second_factor_owed(signed_in)}
