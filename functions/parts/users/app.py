"""Accounts of the parts client. A cart that was filled before the login becomes the account's."""

from commerce.accounts.service import accounts
from commerce.carts.model import Owner
from commerce.carts.service import carts
from commerce.kit.errors import RateLimited
from commerce.two_factor.service import two_factor
from parts import session
from parts.contract import parts_api
from parts.users import shapes
from rest.api import Access, Reply, Request
from routes.auth import Login, refresh_route, register_route
from routes.sellers import seller_routes
from routes.sessions import session_routes
from routes.twofactor import two_factor_routes

handler = parts_api()
_accounts = accounts()
_carts = carts()
register_route(handler, _accounts, "/api/users/register/", shapes.Register, shapes.registered)
refresh_route(handler, _accounts, "/api/users/token/refresh/", shapes.token_pair, shapes.Refresh)
session_routes(handler, _accounts)
two_factor_routes(handler, two_factor())
seller_routes(handler, _accounts)


@handler.post(
    "/api/users/login/",
    access=Access.PUBLIC,
    body=Login,
    returns=shapes.LoggedIn,
    uses_session=True,
    raises=(RateLimited,),
)
def log_in(request: Request) -> Reply:
    """Log in with email and password; the session's cart is merged into the account's, unless a second factor is owed:
    then it stays the session's."""
    guest = session.guest(request)
    signed_in = _accounts.log_in(request.body.email, request.body.password, request.address)
    if signed_in.is_pending:
        return Reply(shapes.logged_in(signed_in))
    _carts.merge(guest, Owner.account(signed_in.user.id))
    return Reply(shapes.logged_in(signed_in), cookies=session.ended(guest))
