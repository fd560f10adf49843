"""The anonymous session: a cookie that has authority over one cart and over nothing else.

Its value is random and only its digest is stored. A value that we do not know is never taken over: whoever brings one
gets a new one with their first line (docs/contracts/parts.md#cart). A request that changes something and
carries the cookie must come from our own pages, or from no page at all.
"""

import hashlib
import secrets
from urllib.parse import urlsplit

from commerce.carts.model import SESSION_SECONDS, CartUnknown, Owner
from commerce.carts.service import Carts
from commerce.kit import settings
from commerce.kit.errors import Forbidden
from commerce.kit.idempotency import Outcome
from parts.contract import COOKIE
from rest.requests import Request
from rest.responses import Reply, SetCookie


class ForeignOrigin(Forbidden):
    code = "csrf_failed"

    def __init__(self) -> None:
        super().__init__("CSRF Failed: Origin checking failed.")


def guest(request: Request) -> Owner | None:
    """The owner that the request's cookie stands for, whether or not they have a cart. Raises ForeignOrigin."""
    value = request.cookies.get(COOKIE)
    if not value:
        return None
    if request.event["requestContext"]["http"]["method"] not in ("GET", "HEAD"):
        _check_origin(request)
    return _owner(value) if len(value) <= 128 else None


def owner(request: Request, carts: Carts) -> Owner:
    """Whose cart is meant: the session's where it has one or no token came, else that of the token's account."""
    known = guest(request)
    if request.principal is None:
        return known or Owner.nobody()
    if known is not None and carts.cart(known).version:
        return known
    return Owner.account(request.principal.user_id)


def add(request: Request, carts: Carts, product_id: int) -> Reply:
    """Put one piece into the cart that is meant, or into that of a new session. The reply's body is the cart."""
    known = guest(request)
    if known is not None:
        try:
            changed = carts.add(known, product_id, 1, request.keyed, must_exist=True, epoch_read=request.epoch_read)
        except CartUnknown:
            pass
        else:
            return Reply(changed, cookies=(cookie(request.cookies[COOKIE]),))
    if request.principal is not None:
        account = Owner.account(request.principal.user_id)
        return Reply(carts.add(account, product_id, 1, request.keyed, epoch_read=request.epoch_read))
    value = secrets.token_urlsafe(24)
    started = carts.start_guest_cart(_owner(value), product_id, 1, request.address)
    return Reply(Outcome(started), cookies=(cookie(value),))


def cookie(value: str, max_age: int = SESSION_SECONDS) -> SetCookie:
    """The cookie, renewed; a max_age of 0 takes it away."""
    return SetCookie(COOKIE, value, max_age, is_secure=settings.text("BASE_URL").startswith("https:"))


def _owner(value: str) -> Owner:
    return Owner.session(hashlib.sha256(value.encode()).hexdigest())


def _check_origin(request: Request) -> None:
    headers = request.headers
    origin = headers.get("origin")
    if origin is None:
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "same-site", "none"):
            raise ForeignOrigin
        return
    base = urlsplit(settings.text("BASE_URL"))
    allowed = {f"{base.scheme}://{base.netloc}", *filter(None, settings.text("CORS_ORIGINS", "").split(","))}
    if origin not in allowed:
        raise ForeignOrigin
