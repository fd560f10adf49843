"""AWS clients, made late and once. The only module that imports the SDK, so that a leaner one could replace it here."""

from functools import cache
from typing import Any


@cache
def client(service: str, endpoint_url: str | None = None, attempts: int = 3) -> Any:
    """The process's client of one AWS service.

    Time-outs are short against a function's own, and the SDK repeats a call at most twice: whoever writes through it
    makes that write safe to repeat (a condition, or a transaction with a token). A call that can never be safe to
    repeat is made through a client of one attempt.
    """
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
        ),
    )


def request_not_sent(error: Exception) -> bool:
    """Whether a call that raised `error` certainly did not reach its service: no connection to it was made."""
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

    return isinstance(error, ConnectTimeoutError | EndpointConnectionError)
