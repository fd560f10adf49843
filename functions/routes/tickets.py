"""Tickets for sockets, the same in every contract that has one (docs/contracts: sockets)."""

from typing import TypedDict

from commerce.sessions.model import TICKET_SECONDS
from commerce.sessions.service import Sessions
from rest.api import Access, Api, Request


class Ticket(TypedDict):
    ticket: str
    expires_in: int


def ticket_routes(api: Api, sessions: Sessions) -> None:
    """The route by which a page gets what it opens its socket with."""

    @api.post("/api/ws/ticket/", access=Access.USER, returns=Ticket, status=201)
    def ticket(request: Request) -> Ticket:
        """A single-use ticket that opens one socket within a minute: `?ticket=`."""
        return {"ticket": sessions.issue_ticket(request.caller), "expires_in": TICKET_SECONDS}
