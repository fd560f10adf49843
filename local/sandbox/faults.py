"""What may go wrong between a provider and us, on request. Money moves in some of these cases and not in others.

    lost          done, and the connection breaks before the answer is complete
    hang          done, and no answer comes until the caller gives up
    slow          done, and the answer takes longer than anybody waits
    malformed     done, and the answer is no JSON
    500-after     done, and the answer is an error
    503-after     done, and the answer is the provider's word for a time-out ("query before you retry")
    500-before    not done, and the answer is an error
    redirect      not done, and the caller is sent to another host
    refuse        not done: the provider refuses with the documented `code`

A fault happens to the request with the header X-Sandbox-Fault or the query parameter `refuse=CODE`, or to those that
the settings name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from local.sandbox.messages import Reply, Request, moved

HEADER = "x-sandbox-fault"
# Those that need no code; `refuse` comes with one.
KINDS = ("lost", "hang", "slow", "malformed", "500-after", "503-after", "500-before", "redirect")
REFUSE = "refuse"
ELSEWHERE = "https://psp.elsewhere.example/"


@dataclass(frozen=True, eq=False)
class Fault:
    """The next `times` requests go wrong that begin with `on`: "paystack POST /refund", "stripe", or "" for all."""

    kind: str
    on: str = ""
    times: int = 1
    code: str = ""

    @property
    def name(self) -> str:
        """As a request carries it: the kind, a refusal's code behind a colon."""
        return f"{self.kind}:{self.code}" if self.kind == REFUSE else self.kind


def read(value: Any) -> Fault:
    """A fault as the settings name it. Raises ValueError."""
    match value:
        case {"kind": str(kind), **rest} if kind in (*KINDS, REFUSE) and set(rest) <= {"on", "times", "code"}:
            on, times, code = rest.get("on", ""), rest.get("times", 1), rest.get("code", "")
            is_text = isinstance(on, str) and isinstance(code, str) and bool(code) == (kind == REFUSE)
            if is_text and isinstance(times, int) and not isinstance(times, bool) and times > 0:
                return Fault(kind, str(on), times, str(code))
    raise ValueError(
        f'A fault is {{"kind", "on", "times"}} with a kind of {", ".join(KINDS)}, or {REFUSE} with a "code".'
    )


def matching(rules: Iterable[Fault], provider: str, request: Request) -> Fault | None:
    """The first rule that the request falls under."""
    line = f"{provider} {request.method} {request.path}"
    return next((rule for rule in rules if line.startswith(rule.on)), None)


def refusal_code(request: Request) -> str:
    """The code that the request is to be refused with, "" when it is not."""
    kind, _, code = request.fault.partition(":")
    return code if kind == REFUSE else ""


def perform(
    request: Request, operation: Callable[[Request], Reply], failure: Reply, timeout: Reply | None = None
) -> Reply:
    """The operation's reply, or the provider's own `failure` before or after it, or its `timeout` after it."""
    if request.fault == "500-before":
        return failure
    reply = operation(request)
    match request.fault:
        case "500-after":
            return failure
        case "503-after":
            return timeout or replace(failure, status=503)
        case _:
            return reply


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
        case "slow":
            return replace(reply, ending="slow")
        case "malformed":
            return replace(reply, status=200, body=b'{"status": true, "data": {"amount"')
        case _:
            return reply
