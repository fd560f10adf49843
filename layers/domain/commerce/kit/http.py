"""HTTP to other people's services. The only module that imports httpx.

Time-outs are far below a function's own, redirects are never followed, and a call is repeated only where the caller
says that repeating is safe.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

# Three calls in a row that all take their time still end before a function does.
TIMEOUT = httpx.Timeout(6.0, connect=2.0)


# Raised before a byte of the request left: there was no connection to send it on.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NoAnswer(Exception):
    """Nothing usable came back: refused, timed out, broken off, a redirect, or no JSON object.

    `request_not_sent` is true when the other side certainly never saw the request.
    """

    def __init__(self, why: str, *, request_not_sent: bool = False) -> None:
        super().__init__(why)
        self.request_not_sent = request_not_sent


@dataclass(frozen=True)
class WebAnswer:
    """A status and the JSON object that came with it."""

    status: int
    body: dict[str, Any]

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


@cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, limits=httpx.Limits(max_keepalive_connections=8))


def call(method: str, url: str, *, repeatable: bool, **options: Any) -> WebAnswer:
    """One call, or two when the first is broken off or answered with 5xx and it is `repeatable`. Raises NoAnswer.

    A call that timed out is not repeated: there is no time left for it.
    """
    was_sent = False
    for is_last in (False, True) if repeatable else (True,):
        try:
            answer = _client().request(method, url, **options)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            was_sent = was_sent or not isinstance(error, _NOT_SENT)
            if is_last or isinstance(error, httpx.TimeoutException):
                raise NoAnswer(type(error).__name__, request_not_sent=not was_sent) from None
            continue
        if answer.is_redirect or not isinstance(body, dict):
            raise NoAnswer(f"status {answer.status_code} without a JSON object")
        was_sent = True
        if answer.status_code < 500 or is_last:
            return WebAnswer(answer.status_code, body)
    raise AssertionError("the last call answers or raises")
