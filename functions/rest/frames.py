"""What clients say on sockets: messages that name their `type`, read as strictly as the bodies of requests."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.kit.errors import InvalidInput
from commerce.realtime.model import Connection
from rest.bodies import Body
from rest.errors import malformed


@dataclass(frozen=True)
class Action:
    """Something that clients may say: `body` is the form of the whole message, `act(connection, message)` does it and
    answers the message that goes back, or None. It may raise any CommerceError."""

    body: type[Body]
    act: Callable[[Connection, Any], Mapping[str, Any] | None]


def read(text: str, actions: Mapping[str, Action]) -> tuple[Action, Body]:
    """What a client says, and the message. Raises Problem for what is no JSON object, InvalidInput."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise malformed("this is none.") from None
    if not isinstance(message, dict):
        raise malformed("an object is required.")
    kind = message.get("type")
    action = actions.get(kind) if isinstance(kind, str) else None
    if action is None:
        raise InvalidInput.of("type", f"Choose one of {', '.join(actions)}.")
    return action, action.body.read(message)
