"""The sockets that contracts offer: one row for each says its path, who may open it, what is said on it and what its
clients may say."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from campus import socket as campus
from commerce.kit.errors import CommerceError, InvalidInput, NotFound
from commerce.kit.principal import Principal
from commerce.realtime.model import Connection, UserEvent
from omnisell import socket as omnisell
from rest.frames import Action
from storefront import socket as storefront


def _plainly(refusal: CommerceError) -> Mapping[str, Any]:
    return {"error": refusal.message}


@dataclass(frozen=True)
class Channel:
    """A contract's socket. `admit(principal, path values)` raises Forbidden; `message(event)` may be None.

    `types` are those of its messages that a client may choose from; where they are `numbered`, every message carries
    its `seq`. `accept` has what its clients may say, by its `type`, and `refusal` is the message that says no to them.
    """

    path: re.Pattern[str]
    admit: Callable[[Principal, Mapping[str, str]], None]
    message: Callable[[UserEvent], Mapping[str, Any] | None]
    types: frozenset[str] = frozenset()
    numbered: bool = False
    accept: Mapping[str, Action] = field(default_factory=dict)
    refusal: Callable[[CommerceError], Mapping[str, Any]] = _plainly

    def require_types(self, types: Iterable[str]) -> None:
        """Nothing when the channel has messages of these types. Raises InvalidInput naming `types`."""
        if unknown := sorted(set(types) - self.types):
            raise InvalidInput.of("types", f"There are no messages of the type {unknown[0][:50]!r} here.")


def find(contract: str, path: str) -> tuple[Channel, Mapping[str, str]]:
    """The channel at a path, with and without its last slash, and the path's values. Raises NotFound."""
    channel = CHANNELS.get(contract)
    match = channel.path.fullmatch(path.rstrip("/")) if channel else None
    if channel is None or match is None:
        raise NotFound("Socket")
    return channel, match.groupdict()


def frame(connection: Connection, event: UserEvent) -> Mapping[str, Any] | None:
    """An event as the connection's contract says it, None where it says nothing or its client chose other types;
    numbered if its client counts."""
    message = CHANNELS[connection.channel].message(event)
    if message is None or (connection.types and message["type"] not in connection.types):
        return None
    return {**message, "seq": event.seq} if connection.numbered else message


CHANNELS: Mapping[str, Channel] = {
    "storefront": Channel(re.compile(storefront.PATH), storefront.admit, storefront.message),
    "campus": Channel(
        re.compile(campus.PATH),
        campus.admit,
        campus.message,
        types=campus.TYPES,
        numbered=True,
        accept=campus.ACCEPT,
        refusal=campus.refusal,
    ),
    "omnisell": Channel(re.compile(omnisell.PATH), omnisell.admit, omnisell.message, accept=omnisell.ACCEPT),
}
