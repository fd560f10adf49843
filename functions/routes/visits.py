"""Views and clicks of products, the same in every contract: a visitor is a user, or a session, or at least a browser of
a network; once in an hour they count."""

from collections.abc import Callable
from typing import TypeVar

from commerce.kit.networks import network_of
from commerce.metrics.activity import CLICK, VIEW, Visit, visitor_digest
from commerce.metrics.visits import Visits
from rest.requests import Request

Answer = TypeVar("Answer")


def viewed(visits: Visits, request: Request, product_id: int, answer: Callable[[], Answer], cookie: str = "") -> Answer:
    """What `answer` answers, or raises; that the product was looked at is sent meanwhile. `cookie` names the contract's
    cookie for sessions."""
    return visits.sent_beside(_visit(VIEW, request, product_id, cookie), answer)


def clicked(visits: Visits, request: Request, product_id: int, answer: Callable[[], Answer]) -> Answer:
    """As `viewed`, of a click."""
    return visits.sent_beside(_visit(CLICK, request, product_id, ""), answer)


def _visit(kind: str, request: Request, product_id: int, cookie: str) -> Visit:
    at = request.arrived_ms
    if request.principal is not None:
        return Visit(kind, product_id, at, user_id=request.principal.user_id)
    marks: tuple[str, ...] = (network_of(request.address), request.headers.get("user-agent", ""))
    if session := request.cookies.get(cookie):
        marks = (session,)
    return Visit(kind, product_id, at, visitor=visitor_digest(product_id, at, *marks))
