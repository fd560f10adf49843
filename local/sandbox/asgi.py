"""The sandbox inside an ASGI server, as the local stack mounts it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from local.sandbox import messages
from local.sandbox.app import MAX_BODY, Sandbox
from local.sandbox.messages import Reply, Request

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
PREFIX = "/sandbox"


class SandboxApp:
    """An ASGI application for what is under /sandbox.

    It answers on the event loop itself: a pool of threads might be full of callers that wait for these answers.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body") or len(body) > MAX_BODY:
                break
        else:
            return
        request = Request(
            scope["method"],
            (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").removeprefix(PREFIX),
            scope["query_string"].decode("latin-1"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body,
        )
        await _carry(self._sandbox.answer(request), request.method, receive, send)


async def _carry(reply: Reply, method: str, receive: Receive, send: Send) -> None:
    if reply.ending == "hanging":
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    if reply.ending == "slow":
        await asyncio.sleep(messages.SLOW_SECONDS)
    # A length that is never reached: the server can only break the connection off.
    missing = 1 if reply.ending == "broken" else 0
    headers = [("content-type", reply.content_type), ("content-length", str(len(reply.body) + missing)), *reply.headers]
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    body = b"" if method == "HEAD" else reply.body
    await send({"type": "http.response.body", "body": body, "more_body": bool(missing)})
