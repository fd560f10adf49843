"""What can be wrong with a request before any use case is asked, and the HTTP status of every domain fact.

Each contract writes the bodies in its own shape and may override a status; the table below is HTTP's own meaning.
"""

from collections.abc import Mapping

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


class Problem(Exception):
    """A request that HTTP itself refuses: its path, method, type, size or form."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def unknown_path() -> Problem:
    return Problem(404, "not_found", "Not found.")


def wrong_method(method: str, allowed: list[str]) -> Problem:
    return Problem(405, "method_not_allowed", f'Method "{method}" not allowed.', {"Allow": ", ".join(sorted(allowed))})


def malformed(message: str) -> Problem:
    return Problem(400, "parse_error", f"JSON parse error: {message}")


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


def status_of(error: CommerceError, overrides: Mapping[type[CommerceError], int]) -> int:
    """The status of the error's own class, else of its nearest ancestor; a contract's override wins at each step."""
    for kind in type(error).__mro__:
        for table in (overrides, STATUSES):
            if kind in table:
                return table[kind]
    return 500


def headers_of(error: CommerceError) -> dict[str, str]:
    """Headers that HTTP asks for beside a status."""
    match error:
        case RateLimited():
            return {"Retry-After": str(error.retry_after)}
        case Busy() | Unavailable():
            return {"Retry-After": "1"}
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case _:
            return {}
