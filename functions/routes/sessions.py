"""Sessions and password of an account, the same in every contract: seen, ended and changed by their owner."""

from typing import Annotated, TypedDict

from pydantic import Field

from commerce.accounts.model import MAX_PASSWORD_LENGTH
from commerce.accounts.service import Accounts
from commerce.kit import clock
from commerce.kit.errors import RateLimited
from commerce.sessions.model import Session
from rest.api import Access, Api, Reply, Request
from rest.bodies import Body
from routes.auth import TokenPair, token_pair


class ChangePassword(Body):
    old_password: Annotated[str, Field(min_length=1, max_length=1000)]
    new_password: Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD_LENGTH)]


class SessionBody(TypedDict):
    id: str
    opened_at: str
    used_at: str
    expires_at: str
    is_current: bool


def session_routes(api: Api, accounts: Accounts, base: str = "/api/auth/", access: Access = Access.USER) -> None:
    """Routes below `base` by which callers see and end their own sessions, and change the password, which ends all."""

    @api.get(f"{base}sessions/", access=access, returns=list[SessionBody])
    def sessions(request: Request) -> list[SessionBody]:
        """The caller's living sessions, the latest first, at most a hundred."""
        current = request.caller.session_id
        return [session_body(session, current) for session in accounts.sessions(request.caller)]

    @api.delete(f"{base}sessions/{{id}}/", access=access, status=204)
    def end_session(request: Request) -> Reply:
        """End one of the caller's sessions: it cannot be carried on."""
        accounts.end_session(request.caller, request.params["id"])
        return Reply(None, 204)

    @api.post(f"{base}password/", access=access, body=ChangePassword, returns=TokenPair, raises=(RateLimited,))
    def change_password(request: Request) -> TokenPair:
        """Change the password. All sessions end, the caller's own goes on with the tokens of the answer."""
        body = request.body
        changed = accounts.change_password(request.caller, body.old_password, body.new_password, request.address)
        return token_pair(changed.tokens)


def session_body(session: Session, current: str) -> SessionBody:
    """A session as its owner and staff see it; `current` is the id of the reader's own."""
    return {
        "id": session.id,
        "opened_at": clock.iso(session.opened_at),
        "used_at": clock.iso(session.used_at),
        "expires_at": clock.iso(session.expires_at),
        "is_current": session.id == current,
    }
