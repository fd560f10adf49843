"""What comes in and goes out over HTTP, whatever server carries it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit


class Refusal(Exception):
    """The request is answered with this reply and changes nothing."""

    def __init__(self, reply: "Reply") -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True)
class Request:
    """A request. `path` and `query` as they were sent, names of headers in lower case, `fault` what is to go wrong."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: str = ""

    @cached_property
    def segments(self) -> list[str]:
        """The parts of the path, decoded."""
        return [unquote(part) for part in self.path.split("/") if part]

    @cached_property
    def arguments(self) -> dict[str, str]:
        """The query, of each name the last value."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @cached_property
    def form(self) -> list[tuple[str, str]]:
        """The fields of a form."""
        return parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True)

    def json(self) -> dict[str, Any]:
        """The JSON object of the body. Raises ValueError when there is none."""
        thing = json.loads(self.body or b"{}")
        if not isinstance(thing, dict):
            raise ValueError("not an object")
        return thing


# How long a slow answer takes: beyond what the shop waits for one.
SLOW_SECONDS = 8.0


@dataclass(frozen=True)
class Reply:
    """An answer. `ending` says how it fares on its way: "" (well), "broken" off, "hanging", or "slow"."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    ending: str = ""


def answer(status: int, thing: Any, *headers: tuple[str, str]) -> Reply:
    """A reply of JSON."""
    return Reply(status, compact(thing), headers=headers)


def moved(status: int, location: str) -> Reply:
    """A redirect."""
    return Reply(status, content_type="text/plain", headers=(("location", location),))


def compact(thing: Any) -> bytes:
    """JSON as providers write it: no spaces, letters as they are."""
    return json.dumps(thing, separators=(",", ":"), ensure_ascii=False).encode()


def names(text: str) -> tuple[str, ...]:
    """The names in a text: long tables of them stay readable."""
    return tuple(text.split())


def unknown_fields(thing: Any, known: Iterable[str]) -> list[str]:
    """The names in a JSON object that the provider does not know, sorted."""
    return sorted(set(thing) - set(known)) if isinstance(thing, dict) else []


def with_query(url: str, **fields: str) -> str:
    """The URL with further query parameters."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(fields)]))
    return urlunsplit(parts._replace(query=query))
