"""Trouble with AWS, made on purpose, at the seam between our code and its clients.

`chaos` troubles the exchanges with a service at random, with a seed. `fault_at` troubles one whole call at a chosen
position of a use case.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

from support.seam import Call, around

ENDPOINT = "https://aws.test"
# Before it repeats a call the SDK waits for up to a second, then two. It is the order of what others do meanwhile that
# matters and not the time, so here it is a fraction of that.
_PAUSE_SECONDS = 0.02


@contextmanager
def chaos(seed: int, *, throttled: float = 0.10, broken: float = 0.05, lost: float = 0.05) -> Iterator[None]:
    """Some exchanges are throttled, some answered with 500, and of some the answer is lost after the work was done.

    The clients' own repetitions are below the seam, where an exchange cannot be troubled any more; so they are played
    here as the SDK's standard mode makes them: each of these three is repeated with the very same arguments until the
    client's attempts are used up (three, one for sockets), and only then is it raised to the caller. So work that was
    done meets its own repetition: a transaction by its token, a conditional write by its own effect. Nothing adds a
    token to a call that has none. Every process draws its own numbers: `seed` with its number.
    """
    draw = random.Random(f"{seed}-{os.getpid()}")

    def exchange(call: Call) -> Any:
        number = draw.random()
        if number < throttled:
            raise _Passing(_refusal(call, 400, "ThrottlingException"))
        if number < throttled + broken:
            raise _Passing(_refusal(call, 500, "InternalServerError"))
        answer = call.make()
        if number < throttled + broken + lost:
            raise _Passing(ConnectionClosedError(endpoint_url=ENDPOINT))
        return answer

    with around(lambda call: _repeated(call, exchange, draw)):
        yield


class _Passing(Exception):
    """Trouble after which the SDK makes the exchange again."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _repeated(call: Call, exchange: Callable[[Call], Any], draw: random.Random) -> Any:
    for attempt in range(1, call.attempts + 1):
        try:
            return exchange(call)
        except _Passing as trouble:
            if attempt == call.attempts:
                raise trouble.error from None
            time.sleep(draw.random() * _PAUSE_SECONDS * 2 ** (attempt - 1))
    raise AssertionError("a client of no attempts")


def _refusal(call: Call, status: int, code: str) -> Exception:
    response = {"Error": {"Code": code, "Message": "on purpose"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: Exception = call.client.exceptions.from_code(code)(response, call.operation)
    return error


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

    def troubled(call: Call) -> Any:
        calls.names.append(call.operation)
        if len(calls.names) - 1 != position:
            return call.make()
        if fault is Fault.FAILS:
            raise EndpointConnectionError(endpoint_url=ENDPOINT)
        answer = call.make()
        if fault is Fault.UNANSWERED:
            raise ConnectionClosedError(endpoint_url=ENDPOINT)
        return call.make() if fault is Fault.REPEATED else answer

    with around(troubled):
        yield calls
