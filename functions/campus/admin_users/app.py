"""Accounts of the campus contract as staff sees and manages them."""

from campus.admin_users import shapes
from campus.contract import BEFORE, campus_api
from commerce.accounts.model import User
from commerce.accounts.service import accounts
from commerce.kit.principal import Principal
from rest import parameters
from rest.api import Access, Request
from rest.parameters import PAGE_SIZE
from routes.users import ManageUser

handler = campus_api()
_accounts = accounts()


@handler.get(
    "/api/admin/users/",
    access=Access.STAFF,
    returns=list[shapes.UserBody],
    query={"email": parameters.text("Only the account of this email"), **BEFORE, **PAGE_SIZE},
)
def users(request: Request) -> list[shapes.UserBody]:
    """The newest accounts, those before the id `before` when given; or the one of an email."""
    return [shapes.user(one) for one in _found(request.caller, **request.query)]


@handler.get("/api/admin/users/{id}/", access=Access.STAFF, returns=shapes.UserBody)
def user(request: Request) -> shapes.UserBody:
    """One account."""
    return shapes.user(_accounts.any_user(request.caller, request.id("id", "User")))


@handler.patch("/api/admin/users/{id}/", access=Access.STAFF, body=ManageUser, returns=shapes.UserBody)
def manage_user(request: Request) -> shapes.UserBody:
    """Give or take the seller's role, close or open an account."""
    return shapes.user(_accounts.manage(request.caller, request.id("id", "User"), **request.body.changes()))


def _found(caller: Principal, email: str | None, before: int, page_size: int) -> list[User]:
    return _accounts.by_email(caller, email) if email else _accounts.newest(caller, page_size, before)
