"""What may go wrong between a provider and us, on request. Money moves in some of these cases and not in others.

    lost          done, and the connection breaks before the answer is complete
    hang          done, and no answer comes until the caller gives up
    slow          done, and the answer takes longer than any caller waits
    malformed     done, and the answer is no JSON
    500-after     done, and the answer is an error
    503-after     done, and the answer is the provider's word for a time-out ("query before you retry")
    500-before    not done, and the answer is an error
    redirect      not done, and the caller is sent to another host
    refuse        not done: the provider refuses with the documented `code`

A fault happens to the request with the header X-Sandbox-Fault or the query parameter `refuse=CODE`, or to those that
the settings name.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from local.sandbox.http import Operation, api_path

HEADER = "x-sandbox-fault"
# Those that need no code; `refuse` comes with one.
KINDS = ("lost", "hang", "slow", "malformed", "500-after", "503-after", "500-before", "redirect")
REFUSE = "refuse"
ELSEWHERE = "https://psp.elsewhere.example/"
# How long a slow answer takes: longer than the shop waits for one.
SLOW_SECONDS = 8.0


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


def parse(value: Any) -> Fault:
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


def first_match(rules: Iterable[Fault], provider: str, request: Request) -> Fault | None:
    """The first rule that applies to the request."""
    line = f"{provider} {request.method} {api_path(request)}"
    return next((rule for rule in rules if line.startswith(rule.on)), None)


def refusal_code(request: Request) -> str:
    """The code that the request is to be refused with, "" when it is not."""
    kind, _, code = _fault_of(request).partition(":")
    return code if kind == REFUSE else ""


def at_provider(request: Request, operation: Operation, failure: Response, timeout: Response | None = None) -> Response:
    """The operation's response, or the provider's own `failure` before or after it, or its `timeout` after it."""
    fault = _fault_of(request)
    if fault == "500-before":
        return failure
    response = operation(request)
    if fault == "500-after":
        return failure
    if fault == "503-after":
        return timeout or Response(failure.body, 503, media_type=failure.media_type)
    return response


def on_the_wire(request: Request, operation: Operation) -> Response:
    """The operation's response, or what arrives of it."""
    fault = _fault_of(request)
    if fault == "redirect":
        return RedirectResponse(ELSEWHERE, 302)
    response = operation(request)
    if fault == "malformed":
        return Response(b'{"status": true, "data": {"amount"', media_type="application/json")
    if kind := {"lost": _Lost, "hang": _Hanging, "slow": _Slow}.get(fault):
        return kind(response.body, response.status_code, dict(response.headers), response.media_type)
    return response


def _fault_of(request: Request) -> str:
    fault: str = request.state.fault
    return fault


class _Lost(Response):
    """Announces a byte more than it sends: the server can only close the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.headers["content-length"] = str(len(self.body) + 1)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})


class _Hanging(Response):
    """Sends nothing until the caller disconnects."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _abandoned(scope, receive)


class _Slow(Response):
    """Sends everything, but late."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await _abandoned(scope, receive, SLOW_SECONDS):
            await super().__call__(scope, receive, send)


async def _abandoned(scope: Scope, receive: Receive, seconds: float | None = None) -> bool:
    """Waits until the caller has disconnected or the server stops; False when the time is up before."""
    events = [asyncio.create_task(_disconnected(receive)), asyncio.create_task(scope["app"].state.stopping.wait())]
    done, pending = await asyncio.wait(events, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for event in pending:
        event.cancel()
    return bool(done)


async def _disconnected(receive: Receive) -> bool:
    while (await receive())["type"] != "http.disconnect":
        pass
    return True
