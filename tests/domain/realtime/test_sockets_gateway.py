"""The gateway to API Gateway's management API, against a server that answers as that API does."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from commerce.kit import aws as clients
from commerce.realtime.sockets_gateway import ConnectionGone, NotSent, Sockets


class ManagementApi:
    """Answers with `status` and `error` and keeps the requests; status 0 hangs up without an answer."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str]] = []
        self.status, self.error = 200, ""
        api = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                api.requests.append((self.command, unquote(self.path), body))
                if api.status == 0:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                text = json.dumps({"message": api.error}).encode() if api.error else b""
                self.send_response(api.status)
                if api.error:
                    self.send_header("x-amzn-ErrorType", api.error)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_POST = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/live"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def api() -> Iterator[ManagementApi]:
    server = ManagementApi()
    clients.forget_clients()
    yield server
    server.stop()
    clients.forget_clients()


def test_a_message_is_sent_as_compact_json(api: ManagementApi) -> None:
    Sockets(api.url).send(
        "L0SM9cOFvHcCIhw=", {"type": "order_notification", "order_id": 1, "message": "Bestellt für dich"}
    )

    assert api.requests == [
        (
            "POST",
            "/live/@connections/L0SM9cOFvHcCIhw=",
            '{"type":"order_notification","order_id":1,"message":"Bestellt für dich"}',
        )
    ]


def test_a_connection_that_is_gone(api: ManagementApi) -> None:
    api.status, api.error = 410, "GoneException"

    with pytest.raises(ConnectionGone):
        Sockets(api.url).send("a", {})


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, "LimitExceededException"), (403, "ForbiddenException"), (413, "PayloadTooLargeException")],
)
def test_what_was_refused_was_not_sent(api: ManagementApi, status: int, error: str) -> None:
    api.status, api.error = status, error

    with pytest.raises(NotSent):
        Sockets(api.url).send("a", {})


def test_what_reached_nobody_was_not_sent(api: ManagementApi) -> None:
    api.stop()

    with pytest.raises(NotSent):
        Sockets(api.url).send("a", {})


@pytest.mark.parametrize(("status", "error"), [(500, "InternalServerError"), (503, "ServiceUnavailable"), (0, "")])
def test_what_may_have_been_sent_is_never_sent_again(api: ManagementApi, status: int, error: str) -> None:
    api.status, api.error = status, error

    with pytest.raises(Exception) as unknown:  # Whatever it is, it is neither of the two that are known.
        Sockets(api.url).send("a", {})

    assert not isinstance(unknown.value, ConnectionGone | NotSent)
    assert len(api.requests) == 1


def test_closing(api: ManagementApi) -> None:
    Sockets(api.url).close("a")
    api.status, api.error = 410, "GoneException"
    Sockets(api.url).close("b")

    assert [request[:2] for request in api.requests] == [
        ("DELETE", "/live/@connections/a"),
        ("DELETE", "/live/@connections/b"),
    ]
