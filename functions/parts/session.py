"""The anonymous session: a cookie that has authority over one cart and over nothing else.

Its value is random and only its digest is stored. A value that we do not know is never taken over: whoever brings one
gets a new one with their first line (docs/contracts/parts.md#cart). A request that changes something and
carries the cookie must come from our own pages, or from no page at all.
"""

import hashlib
import secrets
from urllib.parse import urlsplit

from commerce.carts.model import SESSION_SECONDS, Owner
from commerce.carts.service import Carts
from commerce.kit import settings
from commerce.kit.errors import Forbidden
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
    """Whose cart is meant."""
    return carts.owner_meant(guest(request), request.principal)


def add(request: Request, carts: Carts, product_id: int) -> Reply:
    """Put one piece into the cart that is meant, or into that of a new session. The reply's body is the cart."""
    known, value = guest(request), secrets.token_urlsafe(24)
    new = _owner(value)
    owner, changed = carts.add_to_meant(
        known, request.principal, new, product_id, 1, request.address, request.keyed, epoch_read=request.epoch_read
    )
    if owner == new:
        return Reply(changed, cookies=(cookie(value),))
    return Reply(changed, cookies=(cookie(request.cookies[COOKIE]),) if owner == known else ())


def ended(guest: Owner | None) -> tuple[SetCookie, ...]:
    """What takes the cookie away from a session whose cart has become the account's."""
    return (cookie("", 0),) if guest is not None else ()


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
