"""Accounts: register, log in, carry the session on. Contracts differ in paths, bodies and answers, and in nothing else.

`auth_routes` mounts all of it as most contracts know it (docs/contracts: accounts); a contract with words of its own
mounts route by route. The answer of a route is described by the return type of its `shape`.
"""

from collections.abc import Callable
from typing import Annotated, Any, NotRequired, TypedDict

from pydantic import Field

from commerce.accounts.model import MAX_EMAIL_LENGTH, Registration, SignedIn, User
from commerce.accounts.service import Accounts
from commerce.kit.errors import InvalidInput, RateLimited
from commerce.sessions.model import Tokens
from rest.api import Access, Api, Outcome, Request
from rest.bodies import Body

Email = Annotated[str, Field(min_length=1, max_length=MAX_EMAIL_LENGTH)]
Name = Annotated[str, Field(max_length=150)]


class Register(Body):
    email: Email
    password: str
    password_confirm: str
    first_name: Name = ""
    last_name: Name = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    is_seller: bool = False

    def registration(self) -> Registration:
        """The use case's input. Raises InvalidInput when the two passwords differ."""
        if self.password != self.password_confirm:
            raise InvalidInput.of("password_confirm", "Passwords do not match.")
        return Registration(**self.model_dump(exclude={"password_confirm"}))


class Login(Body):
    email: Email
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class Refresh(Body):
    refresh: Annotated[str, Field(min_length=1)]


class Verify(Body):
    token: Annotated[str, Field(min_length=1)]


class UserBody(TypedDict):
    id: int
    email: str
    first_name: str
    last_name: str


class Me(UserBody):
    username: str
    is_seller: bool


class Registered(TypedDict):
    message: str
    user: UserBody
    access: str
    refresh: str


class SecondFactorOwed(TypedDict):
    """What a login says beside its tokens when these are pending; who must enrol first is told so too."""

    two_factor_required: NotRequired[bool]
    two_factor_enrolment_required: NotRequired[bool]


class LoggedIn(SecondFactorOwed):
    access: str
    refresh: str
    user: UserBody


class TokenPair(TypedDict):
    refresh: str
    access: str


class Nothing(TypedDict):
    pass


def registered(signed_in: SignedIn) -> Registered:
    tokens = signed_in.tokens
    return {
        "message": "User registered successfully.",
        "user": user(signed_in.user),
        "access": tokens.access,
        "refresh": tokens.refresh,
    }


def logged_in(signed_in: SignedIn) -> LoggedIn:
    tokens = signed_in.tokens
    return {
        "access": tokens.access,
        "refresh": tokens.refresh,
        "user": user(signed_in.user),
        **second_factor_owed(signed_in),
    }


def second_factor_owed(signed_in: SignedIn) -> SecondFactorOwed:
    """What every login adds to its answer, nothing when its tokens are full (docs/contracts: two-factor)."""
    if not signed_in.is_pending:
        return {}
    owed: SecondFactorOwed = {"two_factor_required": True}
    return {**owed, "two_factor_enrolment_required": True} if signed_in.owes_enrolment else owed


def user(user: User) -> UserBody:
    return {"id": user.id, "email": user.email, "first_name": user.first_name, "last_name": user.last_name}


def token_pair(tokens: Tokens) -> TokenPair:
    return {"refresh": tokens.refresh, "access": tokens.access}


def auth_routes(api: Api, accounts: Accounts) -> None:
    """Register, log in, refresh, verify: paths and bodies as most contracts know them."""
    register_route(api, accounts, "/api/auth/register/", Register, registered)
    login_route(api, accounts, "/api/auth/login/", logged_in)
    refresh_route(api, accounts, "/api/auth/token/refresh/", token_pair)
    verify_route(api, accounts, "/api/auth/token/verify/")


def me_route(api: Api, accounts: Accounts, path: str = "/api/auth/user/me/") -> None:
    """The route by which callers see who they are."""

    @api.get(path, access=Access.USER, returns=Me)
    def me(request: Request) -> Me:
        """The caller's own account."""
        found = accounts.user(request.caller.user_id)
        return {**user(found), "username": found.username, "is_seller": found.is_seller}


def register_route(api: Api, accounts: Accounts, path: str, body: type[Body], shape: Callable[[SignedIn], Any]) -> None:
    """The route by which somebody makes an account; `body.registration()` is the use case's input."""

    @api.post(
        path,
        access=Access.PUBLIC,
        body=body,
        returns=_answer_of(shape),
        status=201,
        is_keyed=True,
        raises=(RateLimited,),
    )
    def register(request: Request) -> Outcome[Any]:
        """Register a user."""
        return accounts.register(request.body.registration(), request.address, request.keyed).map(shape)


def login_route(api: Api, accounts: Accounts, path: str, shape: Callable[[SignedIn], Any]) -> None:
    """The route by which somebody logs in."""

    @api.post(path, access=Access.PUBLIC, body=Login, returns=_answer_of(shape), raises=(RateLimited,))
    def log_in(request: Request) -> Any:
        """Log in with email and password."""
        return shape(accounts.log_in(request.body.email, request.body.password, request.address))


def refresh_route(
    api: Api, accounts: Accounts, path: str, shape: Callable[[Tokens], Any], body: type[Body] = Refresh
) -> None:
    """The route by which a session is carried on; `body` has one field, which is the refresh token."""
    [field] = body.model_fields

    @api.post(path, access=Access.PUBLIC, body=body, returns=_answer_of(shape))
    def refresh(request: Request) -> Any:
        """Trade a refresh token for new tokens, once."""
        return shape(accounts.refresh(getattr(request.body, field), request.arrived_ms))


def verify_route(api: Api, accounts: Accounts, path: str) -> None:
    """The route that tells whether a token is good."""

    @api.post(path, access=Access.PUBLIC, body=Verify, returns=Nothing)
    def verify(request: Request) -> Nothing:
        """Whether a token is good now."""
        accounts.check_token(request.body.token)
        return {}


def _answer_of(shape: Callable[..., Any]) -> Any:
    return shape.__annotations__["return"]
