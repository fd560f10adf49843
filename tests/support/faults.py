"""Trouble with AWS, made on purpose.

`chaos` troubles single HTTP exchanges, below the SDK and its retries, at random with a seed. `fault_at` troubles one
whole call of the SDK, at a chosen position of a use case.
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from botocore.httpsession import URLLib3Session

_send = URLLib3Session.send
_make_api_call = BaseClient._make_api_call


class _Body:
    """What botocore reads an answer's bytes from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def _refusal(request: Any, status: int, code: str) -> AWSResponse:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "on purpose"}).encode()
    return AWSResponse(request.url, status, {"content-type": "application/x-amz-json-1.0"}, _Body(body))


@contextmanager
def chaos(seed: int, *, throttled: float = 0.10, broken: float = 0.05, lost: float = 0.05) -> Iterator[None]:
    """Some exchanges are throttled, some answered with 500, and of some the answer is lost after the work was done.

    Every process draws its own numbers: `seed` with its number.
    """
    draw = random.Random(f"{seed}-{os.getpid()}")

    def send(session: URLLib3Session, request: Any) -> Any:
        number = draw.random()
        if number < throttled:
            return _refusal(request, 400, "ThrottlingException")
        if number < throttled + broken:
            return _refusal(request, 500, "InternalServerError")
        answer = _send(session, request)
        if number < throttled + broken + lost:
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    with patch.object(URLLib3Session, "send", send):
        yield


class Fault(Enum):
    """What becomes of the troubled call."""

    FAILS = "never made"
    UNANSWERED = "made, its answer lost"
    REPEATED = "made twice, as the SDK does when an answer is lost"


@dataclass
class Calls:
    """The calls that a use case made, in order."""

    names: list[str] = field(default_factory=list)


@contextmanager
def fault_at(position: int | None, fault: Fault = Fault.FAILS) -> Iterator[Calls]:
    """Trouble the call at `position` (from 0), or none: then the calls are only counted."""
    calls = Calls()

    def make_api_call(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        calls.names.append(operation)
        if len(calls.names) - 1 != position:
            return _make_api_call(client, operation, arguments)
        if fault is Fault.FAILS:
            raise EndpointConnectionError(endpoint_url="https://dynamodb.test")
        answer = _make_api_call(client, operation, arguments)
        if fault is Fault.UNANSWERED:
            raise ConnectionClosedError(endpoint_url="https://dynamodb.test")
        return _make_api_call(client, operation, arguments) if fault is Fault.REPEATED else answer

    with patch.object(BaseClient, "_make_api_call", make_api_call):
        yield calls
