"""The sockets that contracts offer: one row for each says its path, who may open it and what is said on it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.kit.errors import NotFound
from commerce.kit.principal import Principal
from commerce.realtime.model import Connection, UserEvent
from omnisell import socket as omnisell
from storefront import socket as storefront


@dataclass(frozen=True)
class Channel:
    """A contract's socket. `admit(principal, path values)` raises Forbidden; `message(event)` may be None."""

    path: re.Pattern[str]
    admit: Callable[[Principal, Mapping[str, str]], None]
    message: Callable[[UserEvent], Mapping[str, Any] | None]


def find(contract: str, path: str) -> tuple[Channel, Mapping[str, str]]:
    """The channel at a path, with and without its last slash, and the path's values. Raises NotFound."""
    channel = CHANNELS.get(contract)
    match = channel.path.fullmatch(path.rstrip("/")) if channel else None
    if channel is None or match is None:
        raise NotFound("Socket")
    return channel, match.groupdict()


def frame(connection: Connection, event: UserEvent) -> Mapping[str, Any] | None:
    """An event as the connection's contract says it, None where it says nothing; numbered if its client counts."""
    message = CHANNELS[connection.channel].message(event)
    if message is None or not connection.numbered:
        return message
    return {**message, "seq": event.seq}


CHANNELS: Mapping[str, Channel] = {
    "storefront": Channel(re.compile(storefront.PATH), storefront.admit, storefront.message),
    "omnisell": Channel(re.compile(omnisell.PATH), omnisell.admit, omnisell.message),
}
