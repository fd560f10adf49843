"""What clients say on sockets: messages that name their `type`, read as strictly as the bodies of requests and refused
in the same words. Each function reads one field of a message; all raise InvalidInput naming it.
"""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from commerce.kit import ids
from commerce.kit.errors import InvalidInput
from commerce.realtime.model import Connection
from rest.errors import malformed

Said = Mapping[str, Any]


# Something that clients may say: it reads the message and does it, as the connection's user, and answers the message
# that goes back, or None. It may raise any CommerceError.
Action = Callable[[Connection, Said], Mapping[str, Any] | None]


def read(text: str, actions: Mapping[str, Action]) -> tuple[Action, Said]:
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
    return action, message


def an_object(said: Said, name: str) -> Said:
    """An object that has to be there."""
    value = _given(said, name)
    if not isinstance(value, dict):
        raise InvalidInput.of(name, "Expected an object.")
    return value


def a_text(said: Said, name: str) -> str:
    """A text that has to be there; what it may be, its use case says."""
    value = _given(said, name)
    if not isinstance(value, str):
        raise InvalidInput.of(name, "Not a valid string.")
    return value


def an_id(said: Said, name: str) -> int:
    """An id that has to be there."""
    return _id(_given(said, name), name)


def some_ids(said: Said, name: str, most: int) -> list[int]:
    """At most so many ids, none when the field is not there."""
    return [_id(value, name) for value in _some(said, name, most)]


def some_words(said: Said, name: str, known: Collection[str]) -> list[str]:
    """Some of the known words, each once; none when the field is not there."""
    words = _some(said, name, len(known))
    if not all(isinstance(word, str) and word in known for word in words):
        raise InvalidInput.of(name, f"Choose of {', '.join(sorted(known))}.")
    return sorted(set(words))


def _given(said: Said, name: str) -> Any:
    if name not in said:
        raise InvalidInput.of(name, "This field is required.")
    return said[name]


def _some(said: Said, name: str, most: int) -> list[Any]:
    values = said.get(name)
    if values is None:
        return []
    if not isinstance(values, list):
        raise InvalidInput.of(name, "Expected a list of items.")
    if len(values) > most:
        raise InvalidInput.of(name, f"Ensure this list has no more than {most} items.")
    return values


def _id(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= ids.LARGEST:
        raise InvalidInput.of(name, "A valid integer is required.")
    return value
