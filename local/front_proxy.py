"""The front proxy, in the role that CloudFront has in AWS: one port, and a request's path decides who answers it.

    /<contract>/…           that contract's HTTP API, path and query verbatim (also by host, <contract>.localhost)
    /<contract>/ws/…        the WebSocket API, which knows no paths: contract and path become query parameters
    /admin/api/…            the staff API, path verbatim; /admin and what else is below it, the admin panel's files
    /media/<key>            an object of the media bucket, which is private: the request is signed here
    /  /paid.html  /assets/…   the files of web/
    /mails  /mails.json     the mails that were sent, which go to nobody here
    /demo.json              the demo shop's logins, which the start page shows
    /sandbox/…              the payment providers of this machine, and their pay pages
    /health                 200 when the stack is deployed, seeded, and a call through a function works
    everything else         the emulator, so the AWS endpoint is the same port

Calls of AWS SDKs carry a signature and go to the emulator whatever their path is. The emulator reads services and
buckets out of host names and accepts control characters, so a request that is not signed gets 400 here when its host
is not a name of this machine or its path holds control characters.
"""

import json
import mimetypes
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local import mails, paths, summary
from local.mails import Mail

STAFF = "admin"
SOCKETS = "sockets"
_CONTRACT_PATH = re.compile(r"/([a-z]+)(/.*)?")
_SOCKET_PATH = re.compile(r"/ws(/.*)?")
_RESERVED_PARAMETERS = {"contract", "path"}
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Target(NamedTuple):
    """An HTTP API by name, and the path within it, decoded and as it was sent."""

    api: str
    path: str
    raw_path: bytes


class FrontProxy:
    """An ASGI application in front of the emulator's.

    `exists(name)` tells whether an HTTP API of that name is deployed; `object_url(key)` is a signed URL of an object of
    the media bucket, or None before it exists; `sandbox` is an ASGI application too; `sent()` is the mails.
    """

    def __init__(
        self,
        emulator: ASGIApp,
        exists: Callable[[str], bool],
        object_url: Callable[[str], str | None],
        sandbox: ASGIApp,
        sent: Callable[[], list[Mail]],
    ) -> None:
        self._emulator = emulator
        self._sent = sent
        self._sandbox = sandbox
        self._exists = exists
        self._object_url = object_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not _signed(scope) and not self._is_acceptable(scope):
            await _refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] != "http" or _signed(scope):
            await self._emulator(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if target := self._target(scope):
            await self._emulator(_to_api(scope, target), receive, send)
        elif path.startswith("/media/"):
            await self._media(scope, receive, send)
        elif path == "/health":
            await self._health(scope, send)
        elif path.startswith("/sandbox/"):
            await self._sandbox(scope, receive, send)
        elif path == "/mails":
            await _send(send, 200, "text/html; charset=utf-8", mails.page(self._sent()).encode())
        elif path == "/mails.json":
            await _answer(send, 200, mails.as_json(self._sent()))
        elif path == "/demo.json":
            await _answer(send, 200, summary.as_json())
        elif path in ("/admin", "/admin/"):
            await _file(scope, send, "/admin/index.html")
        elif path in ("/", "/paid.html") or path.startswith(("/assets/", "/admin/")):
            await _file(scope, send, path)
        else:
            await self._emulator(scope, receive, send)

    def _is_acceptable(self, scope: Scope) -> bool:
        """Whether the request's host is this machine and its path has no control characters."""
        host = _header(scope, b"host").lower()
        name = host.rpartition(":")[0] if re.search(r":[0-9]{1,5}$", host) else host
        is_known = name in _LOCAL_HOSTS or (
            name.endswith(".localhost") and self._exists(name.removesuffix(".localhost"))
        )
        return is_known and not _CONTROL.search(scope["path"])

    def _target(self, scope: Scope) -> Target | None:
        """The HTTP API that a request is for, or None when it is for none."""
        path: str = scope["path"]
        raw: bytes = scope.get("raw_path") or quote(path).encode()
        if path.startswith("/admin/api/") and self._exists(STAFF):
            return Target(STAFF, path, raw)
        host = _header(scope, b"host").split(":")[0]
        if host.endswith(".localhost") and self._exists(name := host.removesuffix(".localhost")):
            return Target(name, path, raw)
        match = _CONTRACT_PATH.fullmatch(path)
        if match and match[1] not in (STAFF, SOCKETS) and self._exists(match[1]):
            return Target(match[1], match[2] or "/", raw[len(match[1]) + 1 :] or b"/")
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = self._target(scope)
        if target and _SOCKET_PATH.fullmatch(target.path):
            query = [
                pair
                for pair in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
                if pair[0] not in _RESERVED_PARAMETERS
            ]
            query += [("contract", target.api), ("path", target.path)]
            path = f"/_aws/execute-api/{SOCKETS}/{paths.SOCKETS_STAGE}"
            scope = {**scope} | {"path": path, "raw_path": path.encode(), "query_string": urlencode(query).encode()}
            send = _accepting_subprotocol(scope, send)
        await self._emulator(scope, receive, send)

    async def _media(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = scope["path"].removeprefix("/media/")
        if scope["method"] not in ("GET", "HEAD") or not key or not (url := self._object_url(key)):
            await _answer(send, 404, {"error": "Not found."})
            return
        signed = urlsplit(url)
        headers = [header for header in scope["headers"] if header[0] in (b"range", b"if-none-match")]
        moved = {
            "method": "GET",
            "path": unquote(signed.path),
            "raw_path": signed.path.encode(),
            "query_string": signed.query.encode(),
            "headers": [*headers, (b"host", signed.netloc.encode())],
        }
        await self._emulator(dict(scope) | moved, receive, send)

    async def _health(self, scope: Scope, send: Send) -> None:
        if not paths.READY.exists() or not self._exists("storefront"):
            await _answer(send, 503, {"status": "starting"})
            return
        listing = Target("storefront", "/api/products/", b"/api/products/")
        status = await self._status_of(_to_api(scope, listing) | {"query_string": b"page_size=1"})
        await _answer(send, 200 if status == 200 else 503, {"status": "ok" if status == 200 else "failing"})

    async def _status_of(self, scope: Scope) -> int:
        statuses = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._emulator(scope, receive, send)
        return statuses[0] if statuses else 500


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """400 for another host or a path with control characters."""
    if scope["type"] == "http":
        await _answer(send, 400, {"error": "Bad request."})
        return
    await receive()
    await send({"type": "websocket.close", "code": 1008})


def _signed(scope: Scope) -> bool:
    return (
        _header(scope, b"authorization").startswith("AWS4-HMAC-SHA256") or b"X-Amz-Signature" in scope["query_string"]
    )


def _to_api(scope: Scope, target: Target) -> dict[str, Any]:
    """The request as the gateway of one API receives it; with the headers that CloudFront adds about the client."""
    prefix = f"/_aws/execute-api/{target.api}/$default"
    client = (scope.get("client") or ("127.0.0.1", 0))[0]
    forwarded = ", ".join(filter(None, [_header(scope, b"x-forwarded-for"), client]))
    host = _header(scope, b"host")
    kept = [
        (name, value) for name, value in scope["headers"] if name != b"host" and not name.startswith(b"x-forwarded-")
    ]
    headers = {
        "host": f"localhost:{paths.PORT}",
        "x-forwarded-for": forwarded,
        "x-forwarded-host": host,
        "x-forwarded-port": str(paths.PORT),
        "x-forwarded-proto": "http",
    }
    return {**scope} | {
        "path": prefix + target.path,
        "raw_path": prefix.encode() + target.raw_path,
        "headers": kept + [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }


def _accepting_subprotocol(scope: Scope, send: Send) -> Send:
    """A browser that offers subprotocols (the first may be its token) wants one chosen; the emulator chooses none."""
    offered = scope.get("subprotocols") or []

    async def accepting(message: Message) -> None:
        if message["type"] == "websocket.accept" and offered:
            message = {**message, "subprotocol": offered[0]}
        await send(message)

    return accepting


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _file(scope: Scope, send: Send, path: str) -> None:
    file = (paths.WEB / (path.lstrip("/") or "index.html")).resolve()
    if not file.is_relative_to(paths.WEB) or not file.is_file() or scope["method"] not in ("GET", "HEAD"):
        await _answer(send, 404, {"error": "Not found."})
        return
    await _send(send, 200, mimetypes.guess_type(file)[0] or "application/octet-stream", file.read_bytes())


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    await _send(send, status, "application/json", json.dumps(body).encode())


async def _send(send: Send, status: int, content_type: str, body: bytes) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-cache"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
