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


class NoAnswer(Exception):
    """Nothing usable came back: refused, timed out, broken off, a redirect, or no JSON object."""


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
    for is_last in (False, True) if repeatable else (True,):
        try:
            answer = _client().request(method, url, **options)
            body = answer.json()
        except httpx.TimeoutException as error:
            raise NoAnswer(type(error).__name__) from None
        except (httpx.HTTPError, ValueError) as error:
            if is_last:
                raise NoAnswer(type(error).__name__) from None
            continue
        if answer.is_redirect or not isinstance(body, dict):
            raise NoAnswer(f"status {answer.status_code} without a JSON object")
        if answer.status_code < 500 or is_last:
            return WebAnswer(answer.status_code, body)
    raise AssertionError("the last call answers or raises")
