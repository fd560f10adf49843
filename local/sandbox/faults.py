"""What may go wrong between a provider and us, on request. Money moves in some of these cases and not in others.

    lost          done, and the connection breaks before the answer is complete
    hang          done, and no answer comes until the caller gives up
    malformed     done, and the answer is no JSON
    500-after     done, and the answer is an error
    500-before    not done, and the answer is an error
    redirect      not done, and the caller is sent to another host

A fault happens to the request with the header X-Sandbox-Fault, or to those that the settings name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from local.sandbox.messages import Reply, Request, moved

HEADER = "x-sandbox-fault"
KINDS = ("lost", "hang", "malformed", "500-after", "500-before", "redirect")
ELSEWHERE = "https://psp.elsewhere.example/"


@dataclass(frozen=True, eq=False)
class Fault:
    """The next `times` requests go wrong that begin with `on`: "paystack POST /refund", "stripe", or "" for all."""

    kind: str
    on: str = ""
    times: int = 1


def read(value: Any) -> Fault:
    """A fault as the settings name it. Raises ValueError."""
    match value:
        case {"kind": str(kind), **rest} if kind in KINDS and set(rest) <= {"on", "times"}:
            on, times = rest.get("on", ""), rest.get("times", 1)
            if isinstance(on, str) and isinstance(times, int) and not isinstance(times, bool) and times > 0:
                return Fault(kind, on, times)
    raise ValueError(f'A fault is {{"kind", "on", "times"}} with a kind of {", ".join(KINDS)}.')


def matching(rules: Iterable[Fault], provider: str, request: Request) -> Fault | None:
    """The first rule that the request falls under."""
    line = f"{provider} {request.method} {request.path}"
    return next((rule for rule in rules if line.startswith(rule.on)), None)


def perform(request: Request, operation: Callable[[Request], Reply], failure: Reply) -> Reply:
    """The operation's reply, or the provider's own `failure` before or after it."""
    if request.fault == "500-before":
        return failure
    reply = operation(request)
    return failure if request.fault == "500-after" else reply


def on_the_way(request: Request, operation: Callable[[Request], Reply]) -> Reply:
    """The operation's reply, or what is left of it when it arrives."""
    if request.fault == "redirect":
        return moved(302, ELSEWHERE)
    reply = operation(request)
    match request.fault:
        case "lost":
            return replace(reply, ending="broken")
        case "hang":
            return replace(reply, ending="hanging")
        case "malformed":
            return replace(reply, status=200, body=b'{"status": true, "data": {"amount"')
        case _:
            return reply
