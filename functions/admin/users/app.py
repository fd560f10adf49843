"""Accounts as staff sees them. Who is staff is the operator's affair and is changed by no route."""

from admin.contract import BEFORE, admin_api
from admin.users import shapes
from commerce.accounts.service import accounts
from rest import parameters
from rest.api import Access, Reply, Request
from rest.parameters import PAGE_SIZE
from routes.sessions import SessionBody, session_body
from routes.users import ManageUser

handler = admin_api()
_accounts = accounts()


@handler.get("/admin/api/me/", access=Access.STAFF, returns=shapes.UserBody)
def me(request: Request) -> shapes.UserBody:
    """The caller's own account."""
    return shapes.user(_accounts.any_user(request.caller, request.caller.user_id))


@handler.get(
    "/admin/api/users/",
    access=Access.STAFF,
    returns=shapes.UserList,
    query={"email": parameters.text("Only the account of this email"), **BEFORE, **PAGE_SIZE},
)
def users(request: Request) -> shapes.UserList:
    """The newest accounts, those before the id `before` when given; or the one of an email."""
    if request.query["email"]:
        return shapes.user_list(_accounts.by_email(request.caller, request.query["email"]), 0)
    size = request.query["page_size"]
    return shapes.user_list(_accounts.newest(request.caller, size, request.query["before"]), size)


@handler.get("/admin/api/users/{id}/", access=Access.STAFF, returns=shapes.UserBody)
def user(request: Request) -> shapes.UserBody:
    """One account."""
    return shapes.user(_accounts.any_user(request.caller, request.id("id", "User")))


@handler.patch("/admin/api/users/{id}/", access=Access.STAFF, body=ManageUser, returns=shapes.UserBody)
def manage_user(request: Request) -> shapes.UserBody:
    """Give or take the seller's role, close or open an account. A closed account can neither log in nor refresh; a
    seller whose role was taken cannot take it up again alone."""
    user_id, wanted = request.id("id", "User"), request.body.changes()
    return shapes.user(_accounts.manage(request.caller, user_id, **wanted))


@handler.get("/admin/api/users/{id}/sessions/", access=Access.STAFF, returns=list[SessionBody])
def sessions_of_user(request: Request) -> list[SessionBody]:
    """An account's living sessions, the latest first, at most a hundred."""
    found = _accounts.sessions_of(request.caller, request.id("id", "User"))
    return [session_body(session, request.caller.session_id) for session in found]


@handler.delete("/admin/api/users/{id}/sessions/{session_id}/", access=Access.STAFF, status=204)
def end_session_of_user(request: Request) -> Reply:
    """End one of an account's sessions: it cannot be carried on."""
    _accounts.end_session_of(request.caller, request.id("id", "User"), request.params["session_id"])
    return Reply(None, 204)
