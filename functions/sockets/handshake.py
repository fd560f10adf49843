"""What a client asks for when it opens a socket, read out of API Gateway's $connect event.

API Gateway's WebSocket APIs know no paths, so the edge before them writes the contract and the path into the query
(docs/contracts: sockets). Header names arrive in the letters that the client chose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commerce.kit import ids
from commerce.kit.errors import Forbidden, InvalidInput, Unauthenticated
from commerce.kit.principal import Principal
from commerce.sessions import tokens
from commerce.sessions.service import Sessions

PROTOCOL = "Sec-WebSocket-Protocol"
LATEST = "latest"


@dataclass(frozen=True)
class Handshake:
    """A wish to connect. `protocol` is the first subprotocol offered, which a browser wants to see chosen; `types` are
    those of the messages that the client wants, all when it names none."""

    connection_id: str
    contract: str
    path: str
    ticket: str
    token: str
    protocol: str
    origin: str
    since: str | None
    types: tuple[str, ...] = ()

    @classmethod
    def read(cls, event: dict[str, Any]) -> "Handshake":
        """From a $connect event."""
        query = event.get("queryStringParameters") or {}
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        protocol = headers.get(PROTOCOL.lower(), "").partition(",")[0].strip()
        return cls(
            connection_id=event["requestContext"]["connectionId"],
            contract=query.get("contract", ""),
            path=query.get("path", ""),
            ticket=query.get("ticket", ""),
            token=query.get("token") or protocol,
            protocol=protocol,
            origin=headers.get("origin", ""),
            since=query.get("since"),
            types=tuple(filter(None, query.get("types", "").split(","))),
        )

    def check_origin(self, allowed: Sequence[str]) -> None:
        """Nothing for pages of an allowed origin, for apps, which have none, and where no list was made.

        A page cannot connect on a visitor's behalf anyway, since no cookie authenticates here. Raises Forbidden.
        """
        if self.origin and allowed and "*" not in allowed and self.origin not in allowed:
            raise Forbidden

    def principal(self, sessions: Sessions) -> Principal:
        """Who is connecting, by their ticket, else by an access token. Raises Unauthenticated, TwoFactorRequired."""
        if self.ticket:
            return sessions.redeem_ticket(self.ticket)
        if self.token:
            return tokens.verify(self.token)
        raise Unauthenticated

    def position(self) -> int | None:
        """The `seq` after which the client wants events; None for what happens from now on. Raises InvalidInput."""
        if self.since is None or self.since == LATEST:
            return None
        seq = 0 if self.since == "0" else ids.parse(self.since)
        if seq is None:
            raise InvalidInput.of("since", f'A number of an event or "{LATEST}" is required.')
        return seq

    def answer_headers(self) -> dict[str, str]:
        """What the gateway's answer must say beside its status."""
        return {PROTOCOL: self.protocol} if self.protocol else {}
