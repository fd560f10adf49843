"""AWS clients, made late and once. The only module that imports the SDK, so that a leaner one could replace it here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

# What is put around a client: (client, service, attempts) → the client that callers get in its place.
Wrapper = Callable[[Any, str, int], Any]

_wrappers: list[Wrapper] = []


def client(service: str, endpoint_url: str | None = None, attempts: int = 3) -> Any:
    """The process's client of one AWS service.

    Time-outs are short against a function's own, and the SDK repeats a call at most twice: whoever writes through it
    makes that write safe to repeat (a condition, or a transaction with a token). A call that can never be safe to
    repeat is made through a client of one attempt.
    """
    found = _made(service, endpoint_url, attempts)
    for wrap in _wrappers:
        found = wrap(found, service, attempts)
    return found


@contextmanager
def wrapped(wrap: Wrapper) -> Iterator[None]:
    """Within it, `wrap` is put around every client that is handed out, the innermost first.

    The one place where tests watch, trouble or replace AWS; a deployed function wraps nothing. A client that was asked
    for before is not wrapped, so whoever makes calls asks for it each time.
    """
    _wrappers.append(wrap)
    try:
        yield
    finally:
        _wrappers.remove(wrap)


def forget_clients() -> None:
    """The next clients are made again: after a fork, or when endpoints have changed."""
    _made.cache_clear()


@cache
def _made(service: str, endpoint_url: str | None, attempts: int) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        config=Config(
            connect_timeout=2,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=64,
            # What the SDK signs for others to send, it would sign in the old way, which newer regions refuse.
            signature_version="s3v4" if service == "s3" else None,
        ),
    )


def request_not_sent(error: Exception) -> bool:
    """Whether a call that raised `error` certainly did not reach its service: no connection to it was made."""
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

    return isinstance(error, ConnectTimeoutError | EndpointConnectionError)
