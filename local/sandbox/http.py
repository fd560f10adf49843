"""What the sandbox adds to Starlette's requests and responses: bodies read ahead, refusals, and JSON as providers write
it."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MAX_BODY_BYTES = 1_000_000

# Handles one request. Plain functions and not coroutines: each runs from begin to end in one transaction of the store.
Operation = Callable[[Request], Response]


class Refusal(Exception):
    """The request is answered with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def read_body(request: Request) -> None:
    """Reads the body, which the functions below then find. Raises HTTPException when it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, "Too large.")
    request.state.body = bytes(body)


def body_of(request: Request) -> bytes:
    """The bytes of the body."""
    body: bytes = request.state.body
    return body


def json_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body; empty without a body. Raises ValueError when it is none."""
    value = json.loads(body_of(request) or b"{}")
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def form_fields(request: Request) -> list[tuple[str, str]]:
    """The fields of a form."""
    return parse_qsl(body_of(request).decode(errors="replace"), keep_blank_values=True)


def api_path(request: Request) -> str:
    """The path behind the provider's name: /refund of /sandbox/paystack/refund."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope["root_path"])


def compact_json(value: Any) -> bytes:
    """JSON without spaces, letters outside of ASCII as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def names(text: str) -> tuple[str, ...]:
    """The names in a text: long tables of them stay readable."""
    return tuple(text.split())


def unknown_fields(value: Any, known: Iterable[str]) -> list[str]:
    """The names in a JSON object that the provider does not know, sorted."""
    return sorted(set(value) - set(known)) if isinstance(value, dict) else []


def with_query(url: str, **fields: str) -> str:
    """The URL with further query parameters."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(fields)]))
    return urlunsplit(parts._replace(query=query))
