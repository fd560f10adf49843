"""Accounts as staff sees them. Who is staff is the operator's affair and is changed by no route."""

from admin.contract import admin_api, id_before
from admin.users import shapes
from commerce.accounts.service import accounts
from commerce.audit.service import audit
from edge.api import Access
from edge.requests import Request
from routes.sessions import staff_session_routes

handler = admin_api()
_accounts = accounts()
_audit = audit()
staff_session_routes(handler, _accounts, _audit)


@handler.get("/admin/api/me/", access=Access.STAFF, returns=shapes.UserBody)
def me(request: Request) -> shapes.UserBody:
    """The caller's own account."""
    return shapes.user(_accounts.any_user(request.caller, request.caller.user_id))


@handler.get("/admin/api/users/", access=Access.STAFF, returns=shapes.UserList, query=("email", "before", "page_size"))
def users(request: Request) -> shapes.UserList:
    """The newest accounts, those before the id `before` when given; or the one of an email."""
    if "email" in request.query:
        return shapes.user_list(_accounts.named(request.caller, request.query["email"]), 0)
    size = request.page.size
    return shapes.user_list(_accounts.newest(request.caller, size, id_before(request)), size)


@handler.get("/admin/api/users/{id}/", access=Access.STAFF, returns=shapes.UserBody)
def user(request: Request) -> shapes.UserBody:
    """One account."""
    return shapes.user(_accounts.any_user(request.caller, request.id("id", "User")))


@handler.patch("/admin/api/users/{id}/", access=Access.STAFF, body=shapes.ManageUser, returns=shapes.UserBody)
def manage_user(request: Request) -> shapes.UserBody:
    """Give or take the seller's role, close or open an account. A closed account can neither log in nor refresh; a
    seller whose role was taken cannot take it up again by himself."""
    user_id, wanted = request.id("id", "User"), request.body.said()
    noted = _audit.noting(request.caller, "user.changed", user_id, wanted)
    return shapes.user(_accounts.manage(request.caller, user_id, **wanted, also=[noted]))
