"""What can be wrong with a request before any use case is asked, and how every error becomes a status and a body.

A contract has one table of `Wording`s by error class; what it does not say, the nearest ancestor says, and for statuses
HTTP's own table below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.kit.errors import (
    Busy,
    CommerceError,
    Forbidden,
    InvalidInput,
    KeyInProgress,
    KeyReused,
    NotFound,
    RateLimited,
    Refused,
    Unauthenticated,
    Unavailable,
)


@dataclass(frozen=True)
class Wording:
    """How an error is answered: `body(error)` makes its body, `status` overrules HTTP's own. None leaves it open."""

    body: Callable[[Any], Mapping[str, Any]] | None = None
    status: int | None = None


# The row of CommerceError has the body of everything that no other row is nearer to.
ErrorTable = Mapping[type[CommerceError], Wording]


class Problem(CommerceError):
    """A request that HTTP itself refuses: its path, method, type, size or form."""

    code = "problem"

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def unknown_path() -> Problem:
    return Problem(404, "not_found", "Not found.")


def wrong_method(method: str, allowed: list[str]) -> Problem:
    return Problem(405, "method_not_allowed", f'Method "{method}" not allowed.', {"Allow": ", ".join(sorted(allowed))})


def malformed(message: str, kind: str = "JSON") -> Problem:
    return Problem(400, "parse_error", f"{kind} parse error: {message}")


def wrong_type(content_type: str) -> Problem:
    return Problem(415, "unsupported_media_type", f'Unsupported media type "{content_type[:100]}" in request.')


def too_large() -> Problem:
    return Problem(413, "too_large", "The request body is too large.")


def bad_header(message: str) -> Problem:
    return Problem(400, "bad_header", message)


def internal() -> Problem:
    return Problem(500, "internal_error", "An unexpected error occurred.")


STATUSES: Mapping[type[CommerceError], int] = {
    InvalidInput: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Refused: 400,
    RateLimited: 429,
    Busy: 409,
    Unavailable: 503,
    KeyReused: 422,
    KeyInProgress: 409,
}


def status_of(error: CommerceError, table: ErrorTable) -> int:
    """The status of the error's own class, else of its nearest ancestor; the contract's table wins at each step."""
    if isinstance(error, Problem):
        return error.status
    for kind in type(error).__mro__:
        if kind in table and (status := table[kind].status) is not None:
            return status
        if kind in STATUSES:
            return STATUSES[kind]
    return 500


def body_of(error: CommerceError, table: ErrorTable) -> Mapping[str, Any]:
    """The body of the error's own class, else of its nearest ancestor in the contract's table."""
    wording = next(table[kind].body for kind in type(error).__mro__ if kind in table and table[kind].body)
    return wording(error) if wording else {}


def headers_of(error: CommerceError) -> dict[str, str]:
    """Headers that HTTP asks for beside a status."""
    match error:
        case Problem():
            return error.headers
        case RateLimited():
            return {"Retry-After": str(error.retry_after)}
        case Busy() | Unavailable():
            return {"Retry-After": "1"}
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case _:
            return {}
